import type { Instant } from '@parley/contracts';

/** A day in some zone's calendar, YYYY-MM-DD; such dates compare as text. */
export type LocalDate = string;

/** A month in some zone's calendar, YYYY-MM. */
export type LocalMonth = string;

interface Calendar {
  readonly format: Intl.DateTimeFormat;
  /** Days found lately, by minute. No zone changes its clocks within a minute. */
  readonly days: Map<number, LocalDate>;
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
  const { format, days } = calendarOf(zone);
  const minute = Math.floor(instant / minuteMs);
  const known = days.get(minute);
  if (known !== undefined) return known;
  if (days.size >= daysKept) days.clear();
  const day = dayOf(format.formatToParts(instant));
  days.set(minute, day);
  return day;
}

/** The latest day that has begun anywhere: what holds from a later day on has priced nothing yet. */
export function latestDate(instant: Instant): LocalDate {
  return localDate(instant, 'Etc/GMT-14'); // Fourteen hours ahead of UTC, in that name's own counting; no zone is further.
}

/** The month it is in the zone at that instant. Throws a RangeError for an unknown zone. */
export function localMonth(instant: Instant, zone: string): LocalMonth {
  return localDate(instant, zone).slice(0, 7);
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
  const calendar: Calendar = { format, days: new Map() };
  calendars.set(zone, calendar);
  return calendar;
}
