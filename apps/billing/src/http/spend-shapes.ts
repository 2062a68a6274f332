import { daysBetween, daysLater } from '@parley/domain';
import { invalidFields, object, optional, Problem, shape, text } from '@parley/service';
import type { Shape } from '@parley/service';
import { dimensions } from '../projections/spend.js';
import type { Dimension } from '../projections/spend.js';

/** Most days that one question may span. */
export const mostDays = 400;
const mostDimensions = 5;
/** Most days that may be told by half-hours. */
const mostHalfHourDays = 35;
const usualDays = 30;

const day: Shape<string> = shape({ type: 'string', format: 'date', description: 'A day in the zone of the business.' }, (value, path, findings) =>
  typeof value === 'string' && isDay(value) ? value : findings.wrong(path, 'must be a day, YYYY-MM-DD'),
);

/** Whether the calendar has it: JavaScript would read 02-30 as March. */
function isDay(value: string): boolean {
  if (!/^20\d{2}-\d{2}-\d{2}$/.test(value)) return false;
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

const names = Object.keys(dimensions) as Dimension[];

const by: Shape<readonly Dimension[]> = shape(
  { type: 'string', description: `Up to ${mostDimensions} of ${names.join(', ')}, joined by commas; empty: one row for all.` },
  (value, path, findings) => {
    const asked = value === '' ? [] : typeof value === 'string' ? value.split(',') : [''];
    const known = asked.every((name): name is Dimension => (names as readonly string[]).includes(name));
    if (!known || new Set(asked).size !== asked.length || asked.length > mostDimensions) return findings.wrong(path, `must be up to ${mostDimensions} different ones of ${names.join(', ')}, joined by commas`);
    return asked;
  },
);

export const daysShape = object({ from: optional(day), to: optional(day) });
export const spendShape = object({ from: optional(day), to: optional(day), by: optional(by), after: optional(text({ min: 0, max: 8_000 })) });

/** Throws `invalid-fields` where so many days are too many to be told by half-hours. */
export function refuseManyHalfHours({ from, to }: Days, asked: readonly Dimension[]): void {
  if (!asked.includes('half_hour') || daysBetween(from, to) <= mostHalfHourDays) return;
  throw invalidFields([{ path: 'from', hint: `must be at most ${mostHalfHourDays} days before to, where half-hours are asked for` }]);
}

export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The days asked for, both included: the last 30 where nothing is said. Throws `invalid-fields` where they are out of order, or too many. */
export function daysAsked({ from, to }: { readonly from: string | null; readonly to: string | null }, today: string): Days {
  const last = to ?? (from === null || from <= today ? today : from);
  const first = from ?? daysLater(last, 1 - usualDays);
  if (first > last) throw invalidFields([{ path: 'from', hint: `must not be after to, which is ${last}` }]);
  if (daysBetween(first, last) > mostDays) throw invalidFields([{ path: 'from', hint: `must be at most ${mostDays} days before to: ask for the rest in another request` }]);
  return { from: first, to: last };
}

/** Where a page ended, for the next one: of this question only. */
export function encodePlace(days: Days, dimensionsAsked: readonly Dimension[], keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([1, days.from, days.to, dimensionsAsked.join(), ...keys])).toString('base64url');
}

/** The keys that a page ended with; null at the beginning. Throws `invalid-cursor` where it is of another question. */
export function decodePlace(cursor: string | null, days: Days, dimensionsAsked: readonly Dimension[]): readonly string[] | null {
  if (cursor === null || cursor === '') return null;
  const [version, from, to, asked, ...keys] = parsed(cursor);
  const same = version === 1 && from === days.from && to === days.to && asked === dimensionsAsked.join();
  if (same && keys.length === dimensionsAsked.length && keys.every((key): key is string => typeof key === 'string')) return keys;
  throw new Problem('invalid-cursor', 'Give back `next` of the last answer unchanged, with the same from, to and by as its answer has them.');
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
