import { Problem } from './problem.js';
import type { FieldError } from './problem.js';

/** Collects what is wrong, so that one answer names every wrong field. */
export class Findings {
  readonly errors: FieldError[] = [];

  /** Notes a wrong field; returns undefined, which is how a shape says that it has no value. */
  wrong(path: string, hint: string): undefined {
    this.errors.push({ path, hint });
    return undefined;
  }
}

/** Reads an untrusted value as a T, or notes what is wrong and returns undefined. T itself is never undefined: an absent value is null. */
export type Reading<T> = (value: unknown, path: string, findings: Findings) => T | undefined;
/** A reading, and the same said as JSON Schema (2020-12): what is documented is what is checked. */
export type Shape<T> = Reading<T> & { readonly schema: JsonSchema; readonly mayBeAbsent?: boolean };
export type Shaped<S> = S extends Reading<infer T> ? T : never;
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A shape from its two sides. */
export function shape<T>(schema: JsonSchema, reading: Reading<T>): Shape<T> {
  // A function of its own: `reading` may be another shape.
  return Object.assign((value: unknown, path: string, findings: Findings) => reading(value, path, findings), { schema });
}

/** The value as the shape has it. Throws the problem `invalid-fields` with all wrong fields. */
export function read<T>(reading: Reading<T>, value: unknown): T {
  const findings = new Findings();
  const result = reading(value, '', findings);
  if (findings.errors.length > 0 || result === undefined) throw invalidFields(findings.errors);
  return result;
}

export function invalidFields(errors: readonly FieldError[]): Problem {
  const named = errors.slice(0, 3).map((error) => error.path || 'body').join(', ');
  return new Problem('invalid-fields', `${errors.length} wrong: ${named}${errors.length > 3 ? ', …' : ''}. See errors.`, errors);
}

/** An object with exactly these fields; one that is not known is an error, so that a misspelt optional field is not lost in silence. */
export function object<S extends Readonly<Record<string, Shape<unknown>>>>(fields: S): Shape<{ readonly [K in keyof S]: Shaped<S[K]> }> {
  const required = Object.keys(fields).filter((name) => fields[name]!.mayBeAbsent !== true);
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return shape({ type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false }, (value, path, findings) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return findings.wrong(path, `must be an object with ${Object.keys(fields).join(', ')}`);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) findings.wrong(at(path, name), `is not known here; known are ${Object.keys(fields).join(', ')}`);
    }
    const result: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      result[name] = field((value as Record<string, unknown>)[name], at(path, name), findings);
    }
    return result as { readonly [K in keyof S]: Shaped<S[K]> };
  });
}

/** Absent and null both become null. */
export function optional<T>(inner: Shape<T>): Shape<T | null> {
  return Object.assign(nullable(inner), { mayBeAbsent: true });
}

/** Null is a value; absent is read as null too, but not said to be so: for answers, which leave nothing out. */
export function nullable<T>(inner: Shape<T>): Shape<T | null> {
  const { type } = inner.schema;
  const schema = typeof type === 'string' && !('enum' in inner.schema) ? { ...inner.schema, type: [type, 'null'] } : { anyOf: [inner.schema, { type: 'null' }] };
  return shape(schema, (value, path, findings) => (value === undefined || value === null ? null : inner(value, path, findings)));
}

export function list<T>(item: Shape<T>, limits: { readonly min: number; readonly max: number }): Shape<readonly T[]> {
  return shape({ type: 'array', items: item.schema, minItems: limits.min, maxItems: limits.max }, (value, path, findings) => {
    if (!Array.isArray(value) || value.length < limits.min || value.length > limits.max) {
      return findings.wrong(path, `must be a list of ${limits.min} to ${limits.max} items`);
    }
    const items: T[] = [];
    value.forEach((one, index) => {
      const read = item(one, `${path}[${index}]`, findings);
      if (read !== undefined) items.push(read);
    });
    return items;
  });
}

export function text(limits: { readonly min?: number; readonly max: number; readonly pattern?: RegExp; readonly hint?: string }): Shape<string> {
  const { min = 1, max, pattern, hint } = limits;
  const schema = { type: 'string', minLength: min, maxLength: max, ...(pattern ? { pattern: pattern.source } : {}), ...(hint === undefined ? {} : { description: hint }) };
  return shape(schema, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    if (typeof value !== 'string') return findings.wrong(path, 'must be text');
    if (value.length < min || value.length > max) return findings.wrong(path, `must have ${min} to ${max} characters`);
    // A lone surrogate would be stored as another character than was sent.
    if (/[\uD800-\uDFFF]/u.test(value) || value.includes('\u0000')) return findings.wrong(path, 'must be well-formed text without NUL');
    if (pattern && !pattern.test(value)) return findings.wrong(path, hint ?? `must match ${pattern.source}`);
    return value;
  });
}

export function oneOf<const V extends string>(values: readonly V[]): Shape<V> {
  return shape({ type: 'string', enum: values }, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    return values.includes(value as V) ? (value as V) : findings.wrong(path, `must be one of ${values.join(', ')}`);
  });
}

export function integer(limits: { readonly min: number; readonly max: number }): Shape<number> {
  return shape({ type: 'integer', minimum: limits.min, maximum: limits.max }, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    const whole = typeof value === 'number' && Number.isSafeInteger(value) && value >= limits.min && value <= limits.max;
    return whole ? value : findings.wrong(path, `must be a whole number from ${limits.min} to ${limits.max}`);
  });
}

/** A part of a whole, 0 to 1. */
export function share(): Shape<number> {
  return shape({ type: 'number', minimum: 0, maximum: 1 }, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    return typeof value === 'number' && value >= 0 && value <= 1 ? value : findings.wrong(path, 'must be a number from 0 to 1');
  });
}

export function flag(): Shape<boolean> {
  return shape({ type: 'boolean' }, (value, path, findings) => (typeof value === 'boolean' ? value : findings.wrong(path, 'must be true or false')));
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** An instant: RFC 3339 with its offset, as epoch milliseconds. */
export function instant(): Shape<number> {
  const hint = 'must be a time with its offset, such as 2026-11-23T18:00:00Z';
  return shape({ type: 'string', format: 'date-time' }, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    if (typeof value !== 'string' || !instantPattern.test(value)) return findings.wrong(path, hint);
    const at = Date.parse(value);
    return Number.isNaN(at) ? findings.wrong(path, hint) : at;
  });
}

/** Bytes in base64 (standard alphabet, padded). */
export function base64(limits: { readonly min: number; readonly max: number }): Shape<Uint8Array> {
  const hint = `must be base64 of ${limits.min} to ${limits.max} bytes`;
  return shape({ type: 'string', contentEncoding: 'base64', maxLength: Math.ceil(limits.max / 3) * 4, description: hint }, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    if (typeof value !== 'string' || value.length % 4 !== 0 || value.length > Math.ceil(limits.max / 3) * 4) return findings.wrong(path, hint);
    const bytes = Buffer.from(value, 'base64');
    // Node skips what is not base64; only a value that comes back the same was base64 all through.
    if (bytes.toString('base64') !== value || bytes.length < limits.min || bytes.length > limits.max) return findings.wrong(path, hint);
    return new Uint8Array(bytes);
  });
}

function at(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
