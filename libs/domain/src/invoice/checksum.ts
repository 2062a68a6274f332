/**
 * 16 hex digits that change when any text or their order does: FNV-1a, forwards and backwards, over the UTF-16 units, 32 bits each. It finds what
 * was folded otherwise, not what was forged: the log's records are immutable, whoever could change one could change this too.
 */
export function checksumOf(texts: readonly string[]): string {
  const text = texts.join('\n');
  let [forwards, backwards] = [0x811c9dc5, 0x811c9dc5];
  for (let index = 0; index < text.length; index += 1) {
    forwards = Math.imul(forwards ^ text.charCodeAt(index), 0x01000193);
    backwards = Math.imul(backwards ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  return hex(forwards) + hex(backwards);
}

function hex(sum: number): string {
  return (sum >>> 0).toString(16).padStart(8, '0');
}
