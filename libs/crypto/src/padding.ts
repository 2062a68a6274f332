/** Padded lengths: all an onlooker learns of a text's length. The last byte of padding is always there. */
export const bucketSizes = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768] as const;

/** The longest plaintext, in bytes: one byte of the largest bucket marks where the padding starts. */
export const maxPlaintextBytes = bucketSizes[bucketSizes.length - 1]! - 1;

/** The plaintext, 0x80, then zeros up to the smallest bucket that holds them; null where none does. */
export function padded(plaintext: Uint8Array): Uint8Array | null {
  const bucket = bucketSizes.find((size) => size > plaintext.length);
  if (bucket === undefined) return null;
  const bytes = new Uint8Array(bucket);
  bytes.set(plaintext);
  bytes[plaintext.length] = 0x80;
  return bytes;
}

/** What was padded; null where it is not the one way to pad that plaintext. */
export function unpadded(bytes: Uint8Array): Uint8Array | null {
  let end = bytes.length - 1;
  while (end > 0 && bytes[end] === 0) end--;
  if (bytes[end] !== 0x80 || bucketSizes.find((size) => size > end) !== bytes.length) return null;
  return bytes.slice(0, end);
}
