import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure } from '../terminal/failure.js';
import { ArrayPieces, LinePieces, type Piece, type Pieces } from './pieces.js';

/** A file of an archive: lines of JSON, or one JSON array; gzip or not. */
export interface ArchiveFile {
  readonly path: string;
  /** As it lies on the disk. */
  readonly bytes: number;
}

/** The file and its size. Throws Failure where there is none. */
export function archiveFile(path: string): ArchiveFile {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new Failure(`${path} is not a file.`, 'give the archive’s files one by one: parley import archive/*.ndjson --into history', 2);
    return { path, bytes: stat.size };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`, 'give the path of an archive.', 2, { cause: error });
  }
}

/** The file's pieces in their order, read as a stream: nothing but the piece in hand is in memory. `hears` is told how many of its bytes are read. Throws Failure. */
export async function* piecesOf(file: ArchiveFile, hears: (bytes: number) => void): AsyncGenerator<Piece> {
  let read = 0;
  const source = createReadStream(file.path, { highWaterMark: 256 * 1024 });
  source.on('data', (chunk) => hears((read += chunk.length)));
  let pieces: Pieces | undefined;
  try {
    for await (const chunk of unpacked(source, file) as AsyncIterable<Buffer>) {
      pieces ??= firstOf(chunk) === '[' ? new ArrayPieces() : new LinePieces();
      yield* pieces.take(chunk);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failure(`${file.path} cannot be read to its end: ${message}`, 'see that the file is whole; of a damaged gzip nothing can be trusted.', 1, { cause: error });
  }
  if (pieces) yield* pieces.end();
}

/** By its first bytes, not its name. */
function unpacked(source: Readable, { path }: ArchiveFile): Readable {
  const begin = Buffer.alloc(2);
  const file = openSync(path, 'r');
  readSync(file, begin, 0, 2, 0);
  closeSync(file);
  // The reader of what comes out hears of every error.
  return begin.toString('hex') === '1f8b' ? pipeline(source, createGunzip(), () => undefined) : pipeline(source, new PassThrough(), () => undefined);
}

function firstOf(chunk: Buffer): string {
  return chunk.toString('utf8', 0, 200).replace(/^\uFEFF/, '').trimStart().charAt(0);
}
