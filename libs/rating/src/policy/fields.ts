/** A policy document that cannot be used; the message names the field. */
export class PolicyDocumentError extends SyntaxError {
  override readonly name = 'PolicyDocumentError';
}

/** The fields of an object. Throws a PolicyDocumentError for one that is unknown, or missing and not optional. */
export function readFields<Name extends string>(path: string, value: unknown, names: readonly Name[], optional: readonly Name[] = []): { readonly [N in Name]?: unknown } {
  const here = path === '' ? 'the policy' : path;
  if (!isRecord(value)) throw new PolicyDocumentError(`${here} has to be an object`);
  for (const name of Object.keys(value)) {
    if (!(names as readonly string[]).includes(name)) throw new PolicyDocumentError(`${here} has an unknown field "${name}"; known are ${names.join(', ')}`);
  }
  for (const name of names) {
    if (!Object.hasOwn(value, name) && !optional.includes(name)) throw new PolicyDocumentError(`${here} lacks the field "${name}"`);
  }
  return value as { readonly [N in Name]?: unknown };
}

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that may be left out or null. */
export function readOptional<Value>(path: string, value: unknown, read: (path: string, value: unknown) => Value): Value | null {
  return value === undefined || value === null ? null : read(path, value);
}

export function readOneOf<Word extends string>(path: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new PolicyDocumentError(`${path} has to be ${words.map((word) => `"${word}"`).join(' or ')}, got ${JSON.stringify(value)}`);
  return found;
}

export function readWhole(path: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new PolicyDocumentError(`${path} has to be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
  }
  return value;
}

export function readText(path: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new PolicyDocumentError(`${path} has to be a text, got ${JSON.stringify(value)}`);
  return value;
}

/** A name that can stand in a rule id. */
export function readName(path: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z0-9-]{1,64}$/.test(value)) {
    throw new PolicyDocumentError(`${path} has to be a name of small letters, digits and hyphens, got ${JSON.stringify(value)}`);
  }
  return value;
}

export function readBoolean(path: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new PolicyDocumentError(`${path} has to be true or false, got ${JSON.stringify(value)}`);
  return value;
}

/** A list of at least one. */
export function readList<Value>(path: string, value: unknown, read: (path: string, value: unknown) => Value): readonly Value[] {
  if (!Array.isArray(value) || value.length === 0) throw new PolicyDocumentError(`${path} has to be a list of at least one, got ${JSON.stringify(value)}`);
  return value.map((item, index) => read(`${path}[${index}]`, item));
}
