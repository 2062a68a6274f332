import type { Granularity } from './analytics.js';

/** A half-hour, a day or a month of a zone. Epoch milliseconds, the end not included. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

const dayMs = 86_400_000;
const quarterMs = 900_000;

/** The days to ask for, so that every period that meets the span is whole in any zone: no zone is more than a day from UTC. */
export function daysAround({ start, end }: Period, granularity: Granularity): { readonly from: string; readonly to: string } {
  const [from, to] = [dayOf(start - dayMs), dayOf(end + dayMs)];
  if (granularity !== 'MONTHLY') return { from, to };
  return { from: `${from.slice(0, 7)}-01`, to: dayOf(Date.parse(`${nextMonth(to.slice(0, 7))}-01T00:00:00Z`) - dayMs) };
}

/** The dimension of the platform's spend that the periods are made of. */
export function timeOf(granularity: Granularity): 'day' | 'half_hour' {
  return granularity === 'HALF_HOUR' ? 'half_hour' : 'day';
}

/** The period of a day (YYYY-MM-DD) or of a half-hour (its first instant). */
export function periodOf(time: string, granularity: Granularity, zone: string): Period {
  switch (granularity) {
    case 'HALF_HOUR':
      return { start: Date.parse(time), end: Date.parse(time) + 2 * quarterMs };
    case 'DAILY':
      return { start: startOf(time, zone), end: startOf(dayOf(Date.parse(`${time}T00:00:00Z`) + dayMs), zone) };
    case 'MONTHLY':
      return { start: startOf(`${time.slice(0, 7)}-01`, zone), end: startOf(`${nextMonth(time.slice(0, 7))}-01`, zone) };
    default:
      return granularity satisfies never;
  }
}

/** The instant with which a day begins in the zone: the first quarter-hour that its calendar counts to it. */
function startOf(day: string, zone: string): number {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const middle = Date.parse(`${day}T00:00:00Z`) / quarterMs;
  let [low, high] = [middle - 60, middle + 60];
  while (low < high) {
    const half = Math.floor((low + high) / 2);
    if (calendar.format(half * quarterMs) >= day) high = half;
    else low = half + 1;
  }
  return low * quarterMs;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function nextMonth(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
