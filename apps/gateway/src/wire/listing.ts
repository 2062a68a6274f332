import { WireFault } from './fault.js';
import type { Template } from './template.js';

/** A template as the wire lists it. */
export function templateOnWire({ name, language, category, status, body, hash }: Template) {
  return { id: hash, name, language, category: category.toUpperCase(), status: status.toUpperCase(), components: [{ type: 'BODY', text: body }] };
}

/** Query of a list: page size, where to go on, and values that items must have. */
export interface PageQuery {
  readonly limit?: string;
  readonly after?: string;
  readonly name?: string;
  readonly status?: string;
  readonly language?: string;
  readonly category?: string;
}

const usualLimit = 25;
const maxLimit = 1_000;
const filters = ['name', 'status', 'language', 'category'] as const;

/** One page of a list: `{data, paging{cursors{before, after}}}`. Throws WireFault. */
export function pageOf<T extends object>(items: readonly T[], { limit = String(usualLimit), after = '', ...wanted }: PageQuery) {
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > maxLimit) throw new WireFault('invalid-parameter', `limit must be a number from 1 to ${maxLimit}.`);
  const start = after === '' ? 0 : placeOf(after);
  const fitting = items.filter((item) => filters.every((field) => wanted[field] === undefined || wanted[field] === (item as { [field in PropertyKey]?: unknown })[field]));
  const data = fitting.slice(start, start + Number(limit));
  return { data, paging: { cursors: { before: cursorOf(start), after: cursorOf(start + data.length) } } };
}

function cursorOf(place: number): string {
  return Buffer.from(String(place)).toString('base64url');
}

function placeOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,9}$/.test(text)) throw new WireFault('invalid-parameter', 'after must be a cursor from an earlier answer.');
  return Number(text);
}
