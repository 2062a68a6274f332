import type { SchemaNode } from './node.js';

/** Whether a JSON value may stand as the default of a field of this type. Of a union it is the first branch that counts: readers before Avro 1.12 know no other. */
export function fitsDefault(node: SchemaNode, value: unknown): boolean {
  switch (node.kind) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31;
    case 'long':
      return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63;
    case 'float':
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return isBytes(value);
    case 'fixed':
      return isBytes(value) && value.length === node.size;
    case 'enum':
      return node.symbols.includes(value as string);
    case 'array':
      return Array.isArray(value) && value.every((item) => fitsDefault(node.items, item));
    case 'map':
      return isObject(value) && Object.values(value).every((item) => fitsDefault(node.values, item));
    case 'record':
      return isObject(value) && node.fields.every(({ name, type, default: fallback }) => (Object.hasOwn(value, name) ? fitsDefault(type, value[name]) : fallback !== null));
    case 'union':
      return node.branches.length > 0 && fitsDefault(node.branches[0]!, value);
    default:
      return node satisfies never;
  }
}

/** Avro writes bytes in JSON as text, a character for a byte. */
function isBytes(value: unknown): value is string {
  return typeof value === 'string' && [...value].every((character) => character.charCodeAt(0) < 256);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
