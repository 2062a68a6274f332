/**
 * Values by key, as plain JSON that is never changed: writing copies four small nodes and shares the rest, so that a catalog of a million
 * entries is folded without copying a million entries each time.
 */
export interface PersistentRecord<Value> {
  readonly [slot: string]: { readonly [slot: string]: { readonly [slot: string]: { readonly [key: string]: Value } } };
}

export const emptyRecord: PersistentRecord<never> = {};

/** The value under the key, null when there is none. */
export function read<Value>(record: PersistentRecord<Value>, key: string): Value | null {
  const [first, second, third] = slotsOf(key);
  const leaf = record[first]?.[second]?.[third];
  // A key may be any id, "constructor" too: only the leaf's own keys count.
  return leaf !== undefined && Object.hasOwn(leaf, key) ? (leaf[key] ?? null) : null;
}

/** The record with the value under the key. */
export function write<Value>(record: PersistentRecord<Value>, key: string, value: Value): PersistentRecord<Value> {
  const [first, second, third] = slotsOf(key);
  const outer = record[first] ?? {};
  const inner = outer[second] ?? {};
  return { ...record, [first]: { ...outer, [second]: { ...inner, [third]: { ...inner[third], [key]: value } } } };
}

/** Every key with its value, in no order that means anything. */
export function* entries<Value>(record: PersistentRecord<Value>): Generator<readonly [string, Value]> {
  for (const outer of Object.values(record)) for (const inner of Object.values(outer)) for (const leaf of Object.values(inner)) yield* Object.entries(leaf);
}

/** Three digits of base 64 of the key's FNV-1a hash. */
function slotsOf(key: string): readonly [number, number, number] {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return [hash & 63, (hash >>> 6) & 63, (hash >>> 12) & 63];
}
