/**
 * A journal file is a magic word, then frames: length (4 bytes, big endian), its complement (4 bytes), that many bytes of one encrypted record.
 * One frame is one write followed by one fsync, so a crash can tear only the last frame of the file.
 */
export const magic = new TextEncoder().encode('parleyj1');
export const frameHeaderBytes = 8;
/** Larger than any write the gateway makes; a length above it is damage. */
export const maxFrameBytes = 64 * 1024 * 1024;

export function frameOf(record: Uint8Array): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes + record.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, record.length);
  view.setUint32(4, ~record.length >>> 0);
  frame.set(record, frameHeaderBytes);
  return frame;
}

export type FrameRead =
  | { readonly kind: 'frame'; readonly record: Uint8Array; readonly end: number }
  | { readonly kind: 'end' }
  /** What a crash in the middle of a write leaves: to be cut off. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged' };

/** What lies at `at`. The record may still fail to decrypt: then `looksUnwritten` says whether the crash can have left it so. */
export function readFrame(file: Uint8Array, at: number): FrameRead {
  const left = file.length - at;
  if (left === 0) return { kind: 'end' };
  if (left < frameHeaderBytes || isZero(file.subarray(at))) return { kind: 'torn' };
  const view = new DataView(file.buffer, file.byteOffset + at);
  const length = view.getUint32(0);
  // A flipped bit in the length must not pass for a long torn frame: that would cut off records which were acknowledged.
  if (view.getUint32(4) !== ~length >>> 0 || length > maxFrameBytes) return { kind: 'damaged' };
  const end = at + frameHeaderBytes + length;
  if (end > file.length) return { kind: 'torn' };
  return { kind: 'frame', record: file.subarray(at + frameHeaderBytes, end), end };
}

// A power cut can leave a file at its full length whose last blocks were never written: they read as zeros. Ciphertext does not end so.
const unwrittenBytes = 16;

/** True for the last frame of a file whose end was never written. */
export function looksUnwritten(file: Uint8Array, end: number): boolean {
  return end === file.length && isZero(file.subarray(Math.max(0, end - unwrittenBytes)));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
