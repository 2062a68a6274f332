import { concat } from '@parley/crypto';

/** A file to be sealed: what it is, and its bytes as often as they are asked for (an upload that breaks off begins anew). */
export type FileSource = {
  /** Exactly how many bytes `open` gives. */
  readonly length: number;
  readonly mimeType: string;
  /** A name without a path. */
  readonly filename?: string;
  open(): AsyncIterable<Uint8Array>;
};

/** Bytes that are sealed already, to be left as they are. */
export type SealedSource = Pick<FileSource, 'length' | 'open'>;

const pieceBytes = 64 * 1024;

/** Bytes in memory, or a browser's Blob or File, as a source; read piece by piece. */
export function fileOf(bytes: Uint8Array | Blob, about: { readonly mimeType?: string; readonly filename?: string } = {}): FileSource {
  const isBlob = bytes instanceof Blob;
  const length = isBlob ? bytes.size : bytes.length;
  const mimeType = about.mimeType ?? (isBlob && bytes.type !== '' ? bytes.type : 'application/octet-stream');
  const filename = about.filename ?? (isBlob ? (bytes as { readonly name?: string }).name : undefined);
  const piece = async (at: number) => (isBlob ? new Uint8Array(await bytes.slice(at, at + pieceBytes).arrayBuffer()) : bytes.subarray(at, at + pieceBytes));
  async function* open() {
    for (let at = 0; at < length; at += pieceBytes) yield await piece(at);
  }
  return { length, mimeType, ...(filename === undefined ? {} : { filename }), open };
}

/** All of a stream in one piece: for files that are known to be small. */
export async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return concat(...all);
}
