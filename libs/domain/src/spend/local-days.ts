import type { LocalDate } from '@parley/rating';
import { addDays, localHour, startOfDay, weekdayOf, type HourOfWeek, type Period } from '../calendar/local-time.js';
import { quartersPerDay } from './quarters.js';

/** A part of a day in UTC that belongs to one local day. Quarters of the UTC day, `behind` not included. */
export interface DayPart {
  readonly day: LocalDate;
  /** Days since 1970-01-01. */
  readonly utcDay: number;
  readonly first: number;
  readonly behind: number;
}

const dayMs = 86_400_000;
const quarterMs = dayMs / quartersPerDay;

/** The quarter-hour, counted from 1970-01-01T00:00Z, with which the day begins in the zone. */
export function firstQuarterOf(day: LocalDate, zone: string): number {
  return Math.ceil(startOfDay(day, zone) / quarterMs);
}

/** Days from the first to the last, both included. */
export function daysBetween(first: LocalDate, last: LocalDate): number {
  return (utcMidnightOf(last) - utcMidnightOf(first)) / dayMs + 1;
}

/** Local days, first to last, as the parts of days in UTC that they are made of, in their order. */
export function partsOfDays(first: LocalDate, last: LocalDate, zone: string): readonly DayPart[] {
  const parts: DayPart[] = [];
  let from = firstQuarterOf(first, zone);
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const behind = firstQuarterOf(addDays(day, 1), zone);
    parts.push(...partsOf(day, from, behind));
    from = behind;
  }
  return parts;
}

/** When it was that hour of the week on the wall clock, within the days first to last. An hour that clocks go through twice is one period, one they skip none. */
export function periodsOfHour(first: LocalDate, last: LocalDate, zone: string, { weekday, hour }: HourOfWeek): readonly Period[] {
  const periods: Period[] = [];
  const begin = addDays(first, (weekday - weekdayOf(first) + 7) % 7);
  for (let day = begin; day <= last; day = addDays(day, 7)) {
    const behind = firstQuarterOf(addDays(day, 1), zone);
    for (let quarter = firstQuarterOf(day, zone); quarter < behind; quarter += 1) {
      const from = quarter * quarterMs;
      if (localHour(from, zone).hour !== hour) continue;
      const before = periods.at(-1);
      if (before?.to === from) periods.splice(-1, 1, { from: before.from, to: from + quarterMs });
      else periods.push({ from, to: from + quarterMs });
    }
  }
  return periods;
}

function partsOf(day: LocalDate, from: number, behind: number): readonly DayPart[] {
  const parts: DayPart[] = [];
  for (let at = from; at < behind; ) {
    const utcDay = Math.floor(at / quartersPerDay);
    const end = Math.min(behind, (utcDay + 1) * quartersPerDay);
    parts.push({ day, utcDay, first: at - utcDay * quartersPerDay, behind: end - utcDay * quartersPerDay });
    at = end;
  }
  return parts;
}

function utcMidnightOf(day: LocalDate): number {
  return Date.parse(`${day}T00:00:00Z`);
}
