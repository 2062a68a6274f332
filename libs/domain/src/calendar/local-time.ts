import type { Instant } from '@parley/contracts';
import { localDate, type LocalDate } from '@parley/rating';

/** An hour of the week on the wall clock: `weekday` 1 (Monday) to 7, `hour` 0 to 23. */
export interface HourOfWeek {
  readonly weekday: number;
  readonly hour: number;
}

export const hoursInWeek = 168;
const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** Somewhat more than a year has. */
const quartersKept = 40_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** All hours of a week, from Monday 0:00 on. */
export const weekHours: readonly HourOfWeek[] = Array.from({ length: hoursInWeek }, (_, index) => ({ weekday: Math.floor(index / 24) + 1, hour: index % 24 }));

/** Where the hour stands among `weekHours`. */
export function weekIndex({ weekday, hour }: HourOfWeek): number {
  return (weekday - 1) * 24 + hour;
}

/** What the wall clock and the calendar say. */
export interface LocalHour extends HourOfWeek {
  readonly day: LocalDate;
}

/**
 * Day and hour of the week in the zone. When the clocks are put back an hour comes twice and both are that hour; when they are put forward one
 * does not come. Throws a RangeError for an unknown zone.
 */
export function localHour(instant: Instant, zone: string): LocalHour {
  const { format, hours } = clockOf(zone);
  const quarter = Math.floor(instant / quarterMs);
  const known = hours.get(quarter);
  if (known !== undefined) return known;
  if (hours.size >= quartersKept) hours.clear();
  const day = localDate(instant, zone);
  const found = { day, weekday: weekdayOf(day), hour: parseInt(format.format(instant), 10) % 24 };
  hours.set(quarter, found);
  return found;
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: LocalDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

export function addDays(day: LocalDate, count: number): LocalDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

/** The first instant of a day in the zone, to the minute: its midnight, or what comes first where the clocks leave midnight out. */
export function startOfDay(day: LocalDate, zone: string): Instant {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // No zone is further than this from UTC; within it the date only goes forward.
  let before = utc - 26 * hourMs;
  let within = utc + 26 * hourMs;
  while (within - before > minuteMs) {
    const middle = before + Math.floor((within - before) / 2 / minuteMs) * minuteMs;
    if (localDate(middle, zone) >= day) within = middle;
    else before = middle;
  }
  return within;
}

export interface Period {
  readonly from: Instant;
  /** The first instant that does not belong to it. */
  readonly to: Instant;
}

/** The last weekend that is over: Saturday 0:00 to Monday 0:00 in the zone. */
export function lastWeekend(now: Instant, zone: string): Period {
  const today = localDate(now, zone);
  const monday = addDays(today, 1 - weekdayOf(today));
  return { from: startOfDay(addDays(monday, -2), zone), to: startOfDay(monday, zone) };
}

/** The next Monday 0:00 in the zone. */
export function nextMonday(now: Instant, zone: string): Instant {
  const today = localDate(now, zone);
  return startOfDay(addDays(today, 8 - weekdayOf(today)), zone);
}

interface Clock {
  readonly format: Intl.DateTimeFormat;
  /** Hours found lately, by quarter of an hour: every zone is a whole number of quarters from UTC, and changes its clocks between two. */
  readonly hours: Map<number, LocalHour>;
}

const clocks = new Map<string, Clock>();

/** One per zone, kept: asking the calendar for each of half a million replies took twenty seconds. The same question always has the same answer. */
function clockOf(zone: string): Clock {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = { format: new Intl.DateTimeFormat('en-u-nu-latn', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }), hours: new Map<number, LocalHour>() };
  clocks.set(zone, clock);
  return clock;
}
