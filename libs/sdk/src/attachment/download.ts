import { AttachmentOpener, fromBase64, newSha256, sealedAttachmentBytes, toHex } from '@parley/crypto';
import type { AttachedFile } from '../content/kinds/media.js';
import { ContentError } from '../content/error.js';
import { PlatformError } from '../platform/error.js';
import type { Transport } from '../platform/transport.js';
import { Transfer, type TransferOptions } from './transfer.js';

/**
 * The plain bytes of a file that a message spoke of, piece by piece, each checked before it is given out. The file is whole, and the one that was
 * meant, only once the iteration has ended without an error: until then keep it aside. Goes on where a connection broke. Throws PlatformError
 * (status 404: it is not there any more), CryptoError where the bytes were changed, ContentError 'file_mismatch' where the file is another.
 */
export async function* downloadFile(transport: Transport, file: AttachedFile, options: TransferOptions = {}): AsyncGenerator<Uint8Array> {
  const { length, sha256 } = file;
  const opener = new AttachmentOpener({ key: bytesOf(file.key), hash: bytesOf(file.hash), length });
  const sum = newSha256();
  let done = 0;
  for await (const sealed of sealedBytes(transport, file, options)) {
    const plain = opener.push(sealed);
    if (plain.length === 0) continue;
    sum.update(plain);
    done += plain.length;
    yield plain;
    options.onProgress?.(done, length);
  }
  opener.finish();
  if (toHex(sum.digest()) !== sha256) throw new ContentError('file_mismatch', 'the file does not have the hash that the message says');
}

/** The sealed file, with as many requests as it takes; fewer and fewer bytes are asked for. */
async function* sealedBytes(transport: Transport, { attachmentId, length }: AttachedFile, { signal }: TransferOptions): AsyncGenerator<Uint8Array> {
  const total = sealedAttachmentBytes(length);
  let at = 0;
  for (let failures = 1; at < total; failures++) {
    const transfer = new Transfer(signal);
    try {
      for await (const piece of rest(transport, attachmentId, at, transfer)) {
        at += piece.length;
        failures = 0;
        yield piece;
      }
      if (at < total) throw new PlatformError({ kind: 'unreachable', status: 0, title: 'The attachment ended early', detail: `${at} of ${total} bytes came.` });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!(await transport.mayRepeat(failures, error, signal))) throw error;
    } finally {
      transfer.end();
    }
  }
}

async function* rest(transport: Transport, attachmentId: string, at: number, transfer: Transfer): AsyncGenerator<Uint8Array> {
  const path = `/delivery/v1/attachments/${encodeURIComponent(attachmentId)}`;
  const response = await transport.exchange({ method: 'GET', path, headers: at === 0 ? {} : { range: `bytes=${at}-` }, signal: transfer.signal });
  let skip = response.status === 206 ? 0 : at; // Whoever does not know ranges begins at the beginning.
  const reader = response.body?.getReader();
  try {
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      transfer.moved();
      const piece = read.value.subarray(Math.min(skip, read.value.length));
      skip -= read.value.length - piece.length;
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    throw error instanceof PlatformError ? error : new PlatformError({ kind: 'unreachable', status: 0, title: 'The connection broke', detail: error instanceof Error ? error.message : '' });
  } finally {
    await reader?.cancel().catch(() => undefined); // Where nobody wants the rest. One that failed has nothing to cancel.
  }
}

function bytesOf(text: string): Uint8Array {
  return fromBase64(text) ?? new Uint8Array(); // The opener refuses a key or a hash of another length.
}
