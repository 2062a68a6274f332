import { ContentError } from './error.js';

// How what comes from outside is read, field by field. A claim may be anything: each function answers with what it has checked, or throws ContentError.

/** Text of so many UTF-16 code units. */
export function line(value: unknown, field: string, least: number, most: number): string {
  if (typeof value !== 'string' || value.length < least) throw malformed(`${field} is text of at least ${least} characters`);
  if (value.length > most) throw new ContentError('content_too_long', `${field} has ${value.length} characters; at most ${most} fit`);
  return value;
}

/** Text of one form, which `what` says in words. */
export function formed(value: unknown, field: string, form: RegExp, what: string): string {
  if (typeof value !== 'string' || !form.test(value)) throw malformed(`${field} is ${what}`);
  return value;
}

export function whole(value: unknown, field: string, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) throw malformed(`${field} is a whole number from ${least} to ${most}`);
  return value as number;
}

/** One of these words. */
export function oneOf<T extends string>(value: unknown, field: string, words: readonly T[]): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw malformed(`${field} is one of ${words.join(', ')}`);
  return word;
}

/** A list of objects. The type is the caller's claim: each field is still to be checked. */
export function list<T>(value: readonly T[] | undefined, field: string, least: number, most: number): readonly T[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [null];
  if (items.length < least || items.length > most || items.some((item) => item === null || typeof item !== 'object')) {
    throw malformed(`${field} is a list of ${least} to ${most} objects`);
  }
  return value as readonly T[];
}

/** An object. The type is the caller's claim: each field is still to be checked. */
export function object<T extends object>(value: T, field: string): T {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(`${field} is an object`);
  return value;
}

/** The field where it is there, and nothing where it is not: one thing is never said in two ways. */
export function maybe<K extends string, V, C>(field: K, value: V | undefined, check: (value: V) => C): { readonly [key in K]?: C } {
  return value === undefined ? {} : ({ [field]: check(value) } as { readonly [key in K]?: C });
}

export function malformed(message: string): ContentError {
  return new ContentError('content_malformed', message);
}
