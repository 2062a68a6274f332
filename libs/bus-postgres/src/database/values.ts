import pg from 'pg';

/** A parameter as it goes over the wire: text, or bytes as they are. */
export type WireValue = string | Uint8Array | null;

/** Encodes a parameter. Both adapters use it, so that a statement means the same on each. */
export function encodeParameter(value: unknown): WireValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) return bytesOf(value);
  if (Array.isArray(value)) return arrayLiteral(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function arrayLiteral(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (item === null || item === undefined) return 'NULL';
    if (typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean') return String(item);
    if (ArrayBuffer.isView(item)) return `"\\\\x${bytesOf(item).toString('hex')}"`;
    if (Array.isArray(item)) return arrayLiteral(item);
    return `"${String(encodeParameter(item)).replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${texts.join(',')}}`;
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

const int8 = 20;
const int8Array = 1016;

/**
 * A column's value from its text. bigint: a number where that is exact (offsets and instants always are), a JavaScript bigint otherwise, so
 * that arithmetic on it fails loudly instead of rounding; money is selected as text. bytea: Uint8Array. json and jsonb: parsed. The rest as
 * the `pg` package gives it.
 */
export function parseColumn(typeId: number, text: string): unknown {
  if (typeId === int8) return parseBigint(text);
  if (typeId === int8Array) return (pgValue(typeId, text) as (string | null)[]).map((item) => (item === null ? null : parseBigint(item)));
  return pgValue(typeId, text);
}

function pgValue(typeId: number, text: string): unknown {
  return pg.types.getTypeParser(typeId as Parameters<typeof pg.types.getTypeParser>[0], 'text')(text);
}

function parseBigint(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** The same rule, as the `pg` package wants to be told. */
export const columnTypes = {
  getTypeParser: (typeId: number, format?: string): ((text: string) => unknown) =>
    format === 'binary' ? (value) => value : (text) => parseColumn(typeId, text),
};
