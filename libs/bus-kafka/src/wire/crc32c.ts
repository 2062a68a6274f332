/** Eight tables of 256 behind one another: eight bytes a step, two aligned words, are several times as fast as one byte. */
const tables = makeTables();
/** Words are read as the machine lays them out; where that is the other way round, byte by byte. */
const wordBytes = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 8 : Infinity;

/** CRC-32C (Castagnoli), as Kafka's record batches carry it. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const table = tables;
  let crc = -1;
  let at = start;
  for (; at < end && ((bytes.byteOffset + at) & 3) !== 0; at += 1) crc = table[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  const count = 2 * Math.floor((end - at) / wordBytes);
  const words = new Int32Array(bytes.buffer, count === 0 ? 0 : bytes.byteOffset + at, count);
  for (let index = 0; index < count; index += 2) {
    const low = crc ^ words[index]!;
    const high = words[index + 1]!;
    crc =
      table[1_792 + (low & 255)]! ^ table[1_536 + ((low >>> 8) & 255)]! ^ table[1_280 + ((low >>> 16) & 255)]! ^ table[1_024 + (low >>> 24)]! ^
      table[768 + (high & 255)]! ^ table[512 + ((high >>> 8) & 255)]! ^ table[256 + ((high >>> 16) & 255)]! ^ table[high >>> 24]!;
  }
  for (at += count * 4; at < end; at += 1) crc = table[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function makeTables(): Int32Array {
  const all = new Int32Array(8 * 256);
  for (let index = 0; index < 256; index += 1) {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    all[index] = value;
  }
  for (let index = 256; index < all.length; index += 1) {
    const before = all[index - 256]!;
    all[index] = all[before & 255]! ^ (before >>> 8);
  }
  return all;
}
