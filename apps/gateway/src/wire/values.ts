import { faultAt, type WireFault } from './fault.js';
import { isStorable } from './fields.js';

// Single values of a request. Each function answers with what it has checked, or throws WireFault with the path of what to fix.

export function missing(field: string, what = 'is missing.'): WireFault {
  return faultAt('missing-parameter', field, what);
}

export function invalid(field: string, what: string): WireFault {
  return faultAt('invalid-parameter', field, what);
}

/** Text that has to be there, of at most so many UTF-16 code units. */
export function textAt(value: unknown, field: string, most: number): string {
  if (value === undefined || value === null || value === '') throw missing(field, 'is missing or empty.');
  if (typeof value !== 'string') throw invalid(field, 'must be text.');
  if (value.length > most) throw invalid(field, `must have at most ${most} characters; it has ${value.length}.`);
  if (!isStorable(value)) throw invalid(field, 'must be well-formed Unicode.');
  return value;
}

/** Text that may be left out, or empty: then null. */
export function optionalTextAt(value: unknown, field: string, most: number): string | null {
  return value === undefined || value === null || value === '' ? null : textAt(value, field, most);
}

/** Text whose length is the value's fault, as the wire says of labels and of what is in lists. */
export function labelAt(value: unknown, field: string, most: number): string {
  if (typeof value === 'string' && value.length > most) throw faultAt('invalid-value', field, `length invalid. Min length: 1, Max length: ${most}.`);
  return textAt(value, field, most);
}

export function listAt(value: unknown, field: string, most: number): readonly unknown[] {
  if (value === undefined) throw missing(field);
  if (!Array.isArray(value)) throw invalid(field, 'must be a list.');
  if (value.length < 1 || value.length > most) throw faultAt('invalid-value', field, `must have 1 to ${most} items; it has ${value.length}.`);
  return value;
}

/** A number, or its decimal spelling, as the wire takes both. */
export function numberAt(value: unknown, field: string, most: number): number {
  if (value === undefined || value === null || value === '') throw missing(field);
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,20})?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalid(field, 'must be a number.');
  if (Math.abs(number) > most) throw faultAt('invalid-value', field, `must lie between -${most} and ${most}.`);
  return number;
}

/** What is left out of an object where it is null. */
export function given<K extends string, V>(field: K, value: V | null): { readonly [key in K]?: V } {
  return value === null ? {} : ({ [field]: value } as { readonly [key in K]?: V });
}
