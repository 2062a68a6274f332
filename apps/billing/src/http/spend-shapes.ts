import { addDays, daysBetween } from '@parley/domain';
import { decodePlace, encodePlace, invalidFields, object, optional, shape, text } from '@parley/service';
import type { Shape } from '@parley/service';
import { dimensions } from '../projections/spend.js';
import type { Dimension } from '../projections/spend.js';
import { localDay } from './day-shape.js';

/** Most days that one question may span. */
export const mostDays = 400;
export const mostDimensions = 8;
/** Most days that may be told by half-hours. */
const mostHalfHourDays = 35;
const usualDays = 30;

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

export const daysShape = object({ from: optional(localDay), to: optional(localDay) });
export const spendShape = object({ from: optional(localDay), to: optional(localDay), by: optional(by), after: optional(text({ min: 0, max: 8_000 })) });

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
  const first = from ?? addDays(last, 1 - usualDays);
  if (first > last) throw invalidFields([{ path: 'from', hint: `must not be after to, which is ${last}` }]);
  if (daysBetween(first, last) > mostDays) throw invalidFields([{ path: 'from', hint: `must be at most ${mostDays} days before to: ask for the rest in another request` }]);
  return { from: first, to: last };
}

/** Where a page ended, for the next one: of this question only. */
export function placeBehind(days: Days, by: readonly Dimension[], keys: readonly string[]): string {
  return encodePlace([days.from, days.to, by.join(), ...keys]);
}

/** The keys that a page ended with; null at the beginning. Throws `invalid-cursor` where it is of another question. */
export function keysOfPlace(cursor: string | null, days: Days, by: readonly Dimension[]): readonly string[] | null {
  const fits = (place: readonly unknown[]): place is readonly string[] =>
    place.length === by.length + 3 && place[0] === days.from && place[1] === days.to && place[2] === by.join() && place.every((key) => typeof key === 'string');
  return decodePlace(cursor, fits)?.slice(3) ?? null;
}
