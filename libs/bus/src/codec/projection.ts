import type { AvroRecord, AvroType } from '@parley/contracts';
import type { Cursor } from './cursor.js';
import { readKnownText } from './known-text.js';
import { assemble, fieldName, type Quick, type QuickSchemas } from './quick.js';
import { GIVE_UP, isNullable, readEnum, readScalar, type Read } from './reading.js';
import { skipScalar, type Skip } from './skipping.js';

/** What is read of a value: all, nothing, or some fields of the record that it is. */
export type Chosen = boolean | { readonly [field: string]: Chosen };

/** Of the metadata, for whoever tells repeats and decisions apart: see `LinkMeta`. */
const linkMeta: Chosen = { link: true, number: true, cause: { offset: true } };

/**
 * A reader of some fields of one schema's records, made from the schema itself. It checks every byte as the quick reader does, in one pass, but makes
 * nothing of what was not asked for; it gives up where that one does. Throws TypeError for a field that the schema does not have.
 */
export function projectionOf(schema: AvroRecord, picks: { readonly [field: string]: Chosen }, quick: QuickSchemas, last: Map<string, LastBytes>): Read {
  return new Assembly(schema, quick, last).reader({ ...picks, meta: linkMeta });
}

/** Fields from which on to compare a record's bytes is cheaper than to walk over them. */
const worthComparing = 8;

/** A copy of the last record of a kind. A decision repeats the message of its command: where the bytes are the same, they are checked already. */
export class LastBytes {
  readonly #bytes = Buffer.alloc(2_048);
  #length = 0;

  keep(bytes: Buffer, start: number, end: number): void {
    this.#length = end - start > this.#bytes.length ? 0 : end - start;
    if (this.#length > 0) bytes.copy(this.#bytes, 0, start, end);
  }

  /** Steps over the next record where it is the same. A record ends by itself, so one that begins with the same bytes is it. */
  isNext(cursor: Cursor): boolean {
    const length = this.#length;
    const { bytes, position } = cursor;
    if (length === 0 || length > cursor.left) return false;
    if (bytes.compare(this.#bytes, 0, length, position, position + length) !== 0) return false;
    cursor.position = position + length;
    return true;
  }
}

/** The source of one reader: statements in the order of the bytes, and the parts that they call. */
class Assembly {
  readonly #parts: unknown[] = [GIVE_UP];
  readonly #statements: string[] = [];
  readonly #named = new Map<string, Exclude<AvroType, string>>();
  readonly #quick = new Map<string, Quick>();

  constructor(
    private readonly schema: AvroRecord,
    private readonly quick: QuickSchemas,
    private readonly last: Map<string, LastBytes>,
  ) {
    collect(schema, this.#named);
    quick.value(schema, this.#quick);
  }

  reader(chosen: Chosen): Read {
    const value = this.#record(this.schema, chosen, `type: ${JSON.stringify(this.schema.name)}, `);
    return assemble<Read>(this.#parts, `(cursor) => { ${this.#statements.join(' ')} return ${value}; }`);
  }

  /** States how the record is stepped over; the expression of its value. */
  #record({ name, fields }: AvroRecord, chosen: Chosen, first = ''): string {
    const unknown = typeof chosen === 'object' ? Object.keys(chosen).find((picked) => !fields.some((field) => field.name === picked)) : undefined;
    if (unknown !== undefined) throw new TypeError(`the schema ${name} has no field ${unknown}`);
    const values = fields.map((field) => ({ name: fieldName(field.name), value: this.#value(field.type, typeof chosen === 'object' ? (chosen[field.name] ?? false) : chosen) }));
    return `{ ${first}${values.flatMap((field) => (field.value === null ? [] : [`${field.name}: ${field.value}`])).join(', ')} }`;
  }

  /** States how the value is read, or stepped over; its expression, null where nothing is made of it. */
  #value(given: AvroType, chosen: Chosen): string | null {
    const type = typeof given === 'string' ? this.#named.get(given) : given;
    if (type !== undefined && isNullable(type)) return this.#nullable(type[1], chosen);
    if (type?.type === 'record') return this.#inner(type, chosen);
    if (typeof chosen === 'object') throw new TypeError(`the schema ${this.schema.name} has no fields where ${Object.keys(chosen).join(', ')} are asked for`);
    const step = `w${this.#parts.push(this.#step(type ?? given, chosen)) - 1}(cursor);`;
    const value = chosen ? `v${this.#statements.length}` : null;
    this.#statements.push(value === null ? step : `const ${value} = ${step}`);
    return value;
  }

  /** A record within. Those that are large enough are held against the last of their kind: see `LastBytes`. */
  #inner(type: AvroRecord, chosen: Chosen): string | null {
    if (type.fields.length < worthComparing) {
      const value = this.#record(type, chosen);
      return chosen === false ? null : value;
    }
    const { kind } = this.quick.value(type, this.#quick);
    const last = this.last.get(kind) ?? new LastBytes();
    this.last.set(kind, last);
    const [part, start] = [`w${this.#parts.push(last) - 1}`, `v${this.#statements.length}`];
    this.#statements.push(`const ${start} = cursor.position; ${chosen === false ? `if (!${part}.isNext(cursor)) {` : ''}`);
    const value = this.#record(type, chosen);
    this.#statements.push(`${part}.keep(cursor.bytes, ${start}, cursor.position); ${chosen === false ? '}' : ''}`);
    return chosen === false ? null : value;
  }

  /** The branch is one byte: 0, or 2, the zigzag of 1. A longer way of writing it is left to the slow way. */
  #nullable(some: AvroType, chosen: Chosen): string | null {
    const value = `v${this.#statements.length}`;
    this.#statements.push(`let ${value} = null; switch (cursor.byte()) { case 0: break; case 2: {`);
    const made = this.#value(some, chosen);
    this.#statements.push(`${made === null ? '' : `${value} = ${made};`} break; } default: throw w0; }`);
    return chosen === false ? null : value;
  }

  #step(type: AvroType, isRead: boolean): Read | Skip {
    if (typeof type === 'string' || isNullable(type)) return this.quick.value(type, this.#quick).read;
    switch (type.type) {
      case 'enum':
        return readEnum(type.symbols);
      case 'array':
      case 'record':
        return this.quick.value(type, this.#quick).read;
      case 'string':
        return isRead ? readKnownText(type) : skipScalar(type);
      case 'bytes':
      case 'long':
      case 'int':
      case 'boolean':
        return isRead ? readScalar(type) : skipScalar(type);
      default:
        return type satisfies never;
    }
  }
}

/** A schema defines a type once, and names it after that. */
function collect(type: AvroType, named: Map<string, Exclude<AvroType, string>>): void {
  if (typeof type === 'string') return;
  if (isNullable(type)) collect(type[1], named);
  else if (type.type === 'enum') named.set(type.name, type);
  else if (type.type === 'array') collect(type.items, named);
  else if (type.type === 'record') {
    named.set(type.name, type);
    for (const field of type.fields) collect(field.type, named);
  }
}
