import type { Instant } from '@parley/contracts';

/** A day in some zone's calendar, YYYY-MM-DD; such dates compare as text. */
export type LocalDate = string;

/** A month in some zone's calendar, YYYY-MM. */
export type LocalMonth = string;

/** A day with its month. */
export interface LocalDay {
  readonly date: LocalDate;
  readonly month: LocalMonth;
}

interface Calendar {
  readonly format: Intl.DateTimeFormat;
  /** Days found lately, by minute. No zone changes its clocks within a minute. */
  readonly days: Map<number, LocalDay>;
  /** The last one again: what happens comes in the order of time, more or less. */
  minute: number;
  day: LocalDay;
}

const calendars = new Map<string, Calendar>();
const daysKept = 10_000;
const minuteMs = 60_000;

/** Whether the name is a time zone of the IANA database. */
export function isZone(zone: string): boolean {
  try {
    calendarOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The day it is in the zone at that instant. A day begins at its local midnight, whatever the clocks do: so "in force from 00:00 local time
 * of that day" is `localDate(instant, zone) >= day`. Throws a RangeError for an unknown zone.
 */
export function localDate(instant: Instant, zone: string): LocalDate {
  return localDay(instant, zone).date;
}

/** The same with its month. Throws a RangeError for an unknown zone. */
export function localDay(instant: Instant, zone: string): LocalDay {
  const calendar = calendarOf(zone);
  const minute = Math.floor(instant / minuteMs);
  if (minute !== calendar.minute) {
    calendar.day = dayIn(calendar, instant, minute);
    calendar.minute = minute;
  }
  return calendar.day;
}

function dayIn({ format, days, day: last }: Calendar, instant: Instant, minute: number): LocalDay {
  const known = days.get(minute);
  if (known !== undefined) return known;
  if (days.size >= daysKept) days.clear();
  const date = dayOf(format.formatToParts(instant));
  const day = date === last.date ? last : { date, month: date.slice(0, -3) };
  days.set(minute, day);
  return day;
}

/** The latest day that has begun anywhere: what holds from a later day on has priced nothing yet. */
export function latestDate(instant: Instant): LocalDate {
  return localDate(instant, 'Etc/GMT-14'); // Fourteen hours ahead of UTC, in that name's own counting; no zone is further.
}

/** The month it is in the zone at that instant. Throws a RangeError for an unknown zone. */
export function localMonth(instant: Instant, zone: string): LocalMonth {
  return localDay(instant, zone).month;
}

function dayOf(parts: readonly Intl.DateTimeFormatPart[]): LocalDate {
  let year = '';
  let month = '';
  let day = '';
  for (const part of parts) {
    if (part.type === 'year') year = part.value;
    else if (part.type === 'month') month = part.value;
    else if (part.type === 'day') day = part.value;
  }
  return `${year.padStart(4, '0')}-${month}-${day}`;
}

/** One calendar per zone, kept: making one costs a hundred times more than using it. The same question always has the same answer. */
function calendarOf(zone: string): Calendar {
  const known = calendars.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const calendar: Calendar = { format, days: new Map(), minute: NaN, day: { date: '', month: '' } };
  calendars.set(zone, calendar);
  return calendar;
}
