import type { AnyTopology } from '@parley/contracts';

/** One entry of what a lane keeps (a state, timer, waiting record or row) that is not the same in two dumps. */
export interface Difference {
  readonly lane: string;
  /** Which entry: 'row of charge {"charge_id":"…"}'. */
  readonly entry: string;
  /** What is not the same: the fields, or that one side lacks the entry. One line, for a person. */
  readonly change: string;
}

interface Entry {
  readonly id: string;
  readonly fields: { readonly [name: string]: unknown };
}

/** The entries in which two dumps of a lane (a line each) are not the same; none where the dumps are equal texts. */
export function differences(lane: string, tables: AnyTopology['tables'], before: string, after: string): Difference[] {
  if (before === after) return [];
  const [gone, come] = [onlyIn(before, after, tables), onlyIn(after, before, tables)];
  const ids = [...new Set([...gone.keys(), ...come.keys()])];
  return ids.map((entry) => ({ lane, entry, change: changeOf(gone.get(entry), come.get(entry)) }));
}

/** The fields of the entries that the other dump does not have like this, by what they are. */
function onlyIn(dump: string, other: string, tables: AnyTopology['tables']): ReadonlyMap<string, Entry['fields']> {
  const known = new Set(other.split('\n'));
  const lines = dump.split('\n').filter((line) => line !== '' && !known.has(line));
  return new Map(lines.map((line) => entryOf(line, tables)).map(({ id, fields }) => [id, fields]));
}

/** A dump's line: ['state', key, businessId, state], ['timer' | 'waiting', …], ['row', table, row]; the stores differ in how a row names itself. */
function entryOf(line: string, tables: AnyTopology['tables']): Entry {
  const [kind, ...rest] = JSON.parse(line) as [string, ...unknown[]];
  switch (kind) {
    case 'state':
      return { id: `state of ${String(rest[0])}`, fields: fieldsOf(rest[2]) };
    case 'row': {
      const row = fieldsOf(typeof rest[1] === 'string' ? JSON.parse(rest[1]) : rest[1]);
      const table = tables.find(({ name }) => String(rest[0]).split(':')[0] === name);
      const key = Object.fromEntries((table?.key ?? []).map((column) => [column, row[column]]));
      return { id: `row of ${table?.name ?? String(rest[0])} ${JSON.stringify(key)}`, fields: row };
    }
    default:
      return { id: `${kind} ${rest.map((part) => JSON.stringify(part)).join(' ')}`, fields: {} };
  }
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return value !== null && typeof value === 'object' ? (value as { readonly [name: string]: unknown }) : { state: value };
}

function changeOf(before: Entry['fields'] | undefined, after: Entry['fields'] | undefined): string {
  if (before === undefined) return 'the log says it, and it was missing';
  if (after === undefined) return 'it was there, and the log says nothing of it';
  const names = Object.keys({ ...before, ...after }).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return names.map((name) => `${name} was ${shown(before[name])}, the log says ${shown(after[name])}`).join('; ');
}

const mostShown = 60;

/** A value for a message: short, and never sealed content, which one store writes as \x… and the other as plain hex. */
function shown(value: unknown): string {
  const hex = typeof value === 'string' ? /^(?:\\x((?:[0-9a-f]{2})*)|((?:[0-9a-f]{2}){64,}))$/.exec(value) : null;
  if (hex) return `(${(hex[1] ?? hex[2] ?? '').length / 2} bytes)`;
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}
