import type { Day } from './day.js';

/** An instant as the platform writes it, ISO 8601 in UTC, shown in the business's zone. */
export interface ZonedTime {
  readonly day: Day;
  /** "14:05:09" */
  readonly time: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  formats.set(zone, made);
  return made;
}

/** Day and time of day in an IANA zone. Throws a RangeError for an instant or a zone that is none. */
export function inZone(instant: string | number, zone: string): ZonedTime {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, time: `${parts['hour']}:${parts['minute']}:${parts['second']}` };
}

/** Time left until an instant: "1 d 02:03:04", "02:03:04"; "00:00:00" when it has passed. Whole seconds, rounded up. */
export function writeTimeLeft(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return days > 0 ? `${days} d ${clock}` : clock;
}

/** The same to be heard: "2 hours 3 minutes left". */
export function speakTimeLeft(leftMs: number): string {
  const minutes = Math.max(0, Math.ceil(leftMs / 60_000));
  if (minutes === 0) return 'closed';
  const hours = Math.floor(minutes / 60);
  const word = (count: number, unit: string): string => (count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'} `);
  return `${word(hours, 'hour')}${word(minutes % 60, 'minute')}left`;
}
