import { AttachmentSealer, newSha256, sealedAttachmentBytes, toBase64, toHex, type Attachment, type Random } from '@parley/crypto';
import type { AttachedFile } from '../content/kinds/media.js';
import { answerOf } from '../platform/answers.js';
import type { Transport } from '../platform/transport.js';
import type { FileSource, SealedSource } from './source.js';
import { Transfer, type TransferOptions } from './transfer.js';

/**
 * Seals a file as it goes up, under a key of its own, and resolves to what a message has to say of it. Begins anew, under a new key, where the
 * connection breaks, a bounded number of times. Throws PlatformError, RangeError where the source gives another number of bytes than it said.
 */
export async function uploadFile(transport: Transport, file: FileSource, random: Random, options: TransferOptions = {}): Promise<AttachedFile> {
  const { length, mimeType, filename } = file;
  return await transport.repeat(async () => {
    const sealing = new Sealing(file, random, options);
    const attachmentId = await sendSealed(transport, { length: sealedAttachmentBytes(length), open: () => sealing.pieces() }, options);
    const { attachment, sha256 } = sealing.result();
    const named = filename === undefined ? {} : { filename };
    return { attachmentId, key: toBase64(attachment.key), hash: toBase64(attachment.hash), length, mimeType, sha256, ...named };
  }, options.signal);
}

/** Leaves bytes that are sealed already; resolves to the attachment's id. Throws PlatformError. */
export async function uploadSealed(transport: Transport, sealed: SealedSource, options: TransferOptions = {}): Promise<string> {
  return await transport.repeat(() => sendSealed(transport, sealed, options), options.signal);
}

async function sendSealed(transport: Transport, { length, open }: SealedSource, { signal }: TransferOptions): Promise<string> {
  const transfer = new Transfer(signal);
  const source = watched(open(), transfer);
  try {
    const body = transport.sendsStreams ? streamOf(source.pieces) : await blobOf(source.pieces);
    const headers = { 'content-type': 'application/octet-stream', ...(body instanceof Blob ? {} : { 'content-length': String(length) }) };
    const response = await transport.exchange({ method: 'POST', path: '/delivery/v1/attachments', headers, body, signal: transfer.signal });
    return answerOf(await response.json().catch(() => null), (fields) => fields.text('attachmentId'));
  } catch (error) {
    throw source.fault() ?? error; // What failed is the file, and not the platform.
  } finally {
    transfer.end();
  }
}

/** Seals what the source gives; its result is there once all has gone by. */
class Sealing {
  private readonly sealer: AttachmentSealer;
  private readonly sum = newSha256();
  private attachment: Attachment | null = null;

  constructor(private readonly file: FileSource, random: Random, private readonly options: TransferOptions) {
    this.sealer = new AttachmentSealer(random);
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const { length } = this.file;
    let done = 0;
    for await (const piece of this.file.open()) {
      done += piece.length;
      if (done > length) break;
      this.sum.update(piece);
      const bytes = this.sealer.push(piece);
      if (bytes.length > 0) yield bytes;
      this.options.onProgress?.(done, length);
    }
    if (done !== length) throw new RangeError(`the file was said to have ${length} bytes, and gives ${done > length ? 'more' : done}`);
    const { bytes, attachment } = this.sealer.finish();
    this.attachment = attachment;
    yield bytes;
  }

  result(): { readonly attachment: Attachment; readonly sha256: string } {
    if (this.attachment === null) throw new Error('the platform answered before the file was there');
    return { attachment: this.attachment, sha256: toHex(this.sum.digest()) };
  }
}

function watched(pieces: AsyncIterable<Uint8Array>, transfer: Transfer) {
  let fault: unknown;
  async function* watching() {
    try {
      for await (const piece of pieces) {
        transfer.moved();
        yield piece;
      }
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  return { pieces: watching(), fault: () => fault };
}

function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function blobOf(pieces: AsyncIterable<Uint8Array>): Promise<Blob> {
  const parts: Blob[] = [];
  for await (const piece of pieces) parts.push(new Blob([new Uint8Array(piece)]));
  return new Blob(parts);
}
