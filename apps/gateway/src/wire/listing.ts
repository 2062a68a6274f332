import { WireFault } from './fault.js';

/** Query of a list: page size, where to go on, which fields of an item, and values that items must have. */
export interface PageQuery {
  readonly limit?: string;
  readonly after?: string;
  readonly before?: string;
  readonly fields?: string;
  readonly order?: string;
  readonly [filter: string]: string | undefined;
}

/** What is to be known of the items: an item's id and its fields, and by which queries they are narrowed. */
export interface Listing<T extends { readonly id: string }> {
  readonly items: readonly T[];
  /** Fields of an item where none are asked for; `id` is always there. */
  readonly usual: readonly (keyof T & string)[];
  /** By the query's name: whether an item has what is wanted, one of several in lower case. */
  readonly filters: { readonly [name: string]: (item: T, wanted: readonly string[]) => boolean };
}

export interface Page {
  readonly data: readonly object[];
  readonly paging: { readonly cursors: { readonly before?: string; readonly after?: string }; readonly next?: string; readonly previous?: string };
}

const usualLimit = 25;
const maxLimit = 1_000;

/**
 * One page of a list, as the Graph API pages: `after` and `before` are cursors of items, and `next` is there while there is more. `address` is
 * where the list was asked for, without its query. Throws WireFault.
 */
export function pageOf<T extends { readonly id: string }>({ items, usual, filters }: Listing<T>, query: PageQuery, address: string): Page {
  const { limit = String(usualLimit), after = '', before = '', fields, order = 'ASC' } = query;
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > maxLimit) throw new WireFault('invalid-parameter', `limit must be a number from 1 to ${maxLimit}.`);
  if (after !== '' && before !== '') throw new WireFault('invalid-parameter', 'Give after or before, not both.');
  const wanted = Object.entries(filters).flatMap(([name, fits]) => (query[name] === undefined || query[name] === '' ? [] : [{ fits, values: valuesOf(query[name]) }]));
  const fitting = items.filter((item) => wanted.every(({ fits, values }) => fits(item, values)));
  const ordered = order.toUpperCase() === 'DESC' ? fitting.reverse() : fitting;
  const end = before === '' ? ordered.length : placeOf(before, ordered);
  const start = after !== '' ? placeOf(after, ordered) + 1 : before === '' ? 0 : Math.max(0, end - Number(limit));
  const data = ordered.slice(start, Math.min(end, start + Number(limit)));
  const [first, last] = [data[0], data.at(-1)];
  if (first === undefined || last === undefined) return { data: [], paging: { cursors: {} } };
  const cursors = { before: cursorOf(start, first), after: cursorOf(start + data.length - 1, last) };
  const link = (cursor: object) => `${address}?${new URLSearchParams(Object.entries({ ...query, after: undefined, before: undefined, limit, ...cursor }).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))}`;
  const next = start + data.length < ordered.length ? { next: link({ after: cursors.after }) } : {};
  const previous = start > 0 ? { previous: link({ before: cursors.before }) } : {};
  return { data: data.map((item) => selected(item, fields, usual)), paging: { cursors, ...next, ...previous } };
}

/**
 * An item with the fields that are asked for. One that we do not know is left out: versions of the wire differ in what they have, and a client must
 * not fail for what nobody said of it.
 */
export function selected<T extends { readonly id: string }>(item: T, fields: string | undefined, usual: readonly (keyof T & string)[]): Partial<T> {
  const names: readonly string[] = fields === undefined || fields === '' ? usual : [...fieldNames(fields), 'id'];
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))) as Partial<T>;
}

/** The names in `a,b{c,d},e.limit(2)`: what is inside a field is ours to say. */
function fieldNames(fields: string): readonly string[] {
  let text = fields;
  for (let before = ''; text !== before; ) [before, text] = [text, text.replace(/\{[^{}]*\}|\([^()]*\)/g, '')];
  return text.split(',').map((name) => name.trim().replace(/\..*$/, ''));
}

/** Clients send one value, several with commas, or a JSON list. In lower case. */
function valuesOf(text: string): readonly string[] {
  const list = /^\s*\[(.*)\]\s*$/.exec(text)?.[1] ?? text;
  return list.split(',').map((value) => value.trim().replace(/^["'](.*)["']$/, '$1').toLowerCase());
}

function cursorOf(place: number, { id }: { readonly id: string }): string {
  return Buffer.from(`${place}:${id}`).toString('base64url');
}

/** Where the cursor's item is now; where it is gone, the place it had. */
function placeOf(cursor: string, items: readonly { readonly id: string }[]): number {
  const [, place, id] = /^(\d{1,9}):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (place === undefined) throw new WireFault('invalid-parameter', 'after and before must be cursors from an earlier answer.');
  const found = items[Number(place)]?.id === id ? Number(place) : items.findIndex((item) => item.id === id);
  return found >= 0 ? found : Number(place) - 1;
}
