import { decryptRecord, encryptRecord, fromUtf8, CryptoError, toHex, utf8, type Random } from '@parley/crypto';
import type { StoreChange } from '../store/store.js';
import { StoreError } from '../store/error.js';

/**
 * A store file is a magic word (8 bytes), a salt (16) for a passphrase, the file's own random id (16), and frames. A frame is one commit: length
 * (4, big endian), its complement (4), that many bytes of a record that is bound to the file and to its number in it.
 */
const magic = utf8('parleyd1');
export const saltBytes = 16;
const idBytes = 16;
export const headerBytes = magic.length + saltBytes + idBytes;
const frameHeaderBytes = 8;
const maxRecordBytes = 64 * 1024 * 1024;

export type Header = { readonly salt: Uint8Array; readonly id: Uint8Array };

export function newHeader(salt: Uint8Array, random: Random): Header {
  return { salt, id: random(idBytes) };
}

export function encodeHeader({ salt, id }: Header): Uint8Array {
  return Buffer.concat([magic, salt, id]);
}

/** Throws StoreError where the file is not a store, or one of a newer version. */
export function decodeHeader(file: Uint8Array, path: string): Header {
  const word = fromUtf8(file.subarray(0, magic.length)) ?? '';
  if (/^parleyd[2-9]$/.test(word)) throw new StoreError(`${path} was written by a newer version. Use that version, or another folder.`);
  if (file.length < headerBytes || word !== 'parleyd1') throw new StoreError(`${path} is no device store. Use another folder, or restore it from a backup.`);
  return { salt: Uint8Array.from(file.subarray(magic.length, magic.length + saltBytes)), id: Uint8Array.from(file.subarray(headerBytes - idBytes, headerBytes)) };
}

export type Cipher = { readonly key: Uint8Array; readonly header: Header; readonly random: Random };

export function encodeFrame(changes: readonly StoreChange[], number: number, { key, header, random }: Cipher): Uint8Array {
  const plaintext = utf8(JSON.stringify(changes.map((change) => [change.key, change.value])));
  const record = encryptRecord(key, contextOf(header, number), plaintext, random);
  const frame = Buffer.alloc(frameHeaderBytes + record.length);
  frame.writeUInt32BE(record.length, 0);
  frame.writeUInt32BE(~record.length >>> 0, 4); // So that a flipped bit in the length does not pass for a torn end.
  frame.set(record, frameHeaderBytes);
  return frame;
}

export type Replayed = { readonly commits: readonly (readonly StoreChange[])[]; readonly end: number };

/** All whole commits and where they end; what a crash tore off the last one is left out. Throws StoreError for any other damage. */
export function readFrames(file: Buffer, cipher: Omit<Cipher, 'random'>, path: string): Replayed {
  const commits: StoreChange[][] = [];
  let at = headerBytes;
  while (at < file.length) {
    if (file.length - at < frameHeaderBytes) break; // Torn.
    const length = file.readUInt32BE(at);
    const isLength = file.readUInt32BE(at + 4) === ~length >>> 0 && length <= maxRecordBytes;
    if (!isLength && file.subarray(at + frameHeaderBytes).every((byte) => byte === 0)) break;
    if (!isLength) throw damaged(path);
    const end = at + frameHeaderBytes + length;
    if (end > file.length) break;
    const changes = decodeFrame(file.subarray(at + frameHeaderBytes, end), commits.length, cipher);
    if (changes === null && end === file.length && wasNeverWritten(file.subarray(at, end))) break;
    if (changes === null) throw commits.length === 0 ? wrongKey(path) : damaged(path);
    commits.push(changes);
    at = end;
  }
  if (commits.length === 0) throw damaged(path); // A store is made with its first commit in it.
  return { commits, end: at };
}

function decodeFrame(record: Uint8Array, number: number, { key, header }: Omit<Cipher, 'random'>): StoreChange[] | null {
  try {
    const entries = JSON.parse(fromUtf8(decryptRecord(key, contextOf(header, number), record)) ?? '') as [string, string | null][];
    return entries.map(([name, value]) => ({ key: name, value }));
  } catch (error) {
    if (error instanceof CryptoError || error instanceof SyntaxError) return null;
    throw error;
  }
}

const contextOf = ({ id }: Header, number: number) => `parley/device/${toHex(id)}/${number}`;
// A power cut can leave a file at its full length with blocks that were never written: they read as zeros. Ciphertext has no 16 zeros in a row.
const wasNeverWritten = (frame: Buffer) => frame.includes(Buffer.alloc(16));

function wrongKey(path: string): StoreError {
  return new StoreError(`${path} does not open with this key or passphrase. Use the one it was made with.`);
}

function damaged(path: string): StoreError {
  return new StoreError(`${path} is damaged. Restore it from a backup, or remove it and register the device anew.`);
}
