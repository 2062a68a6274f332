import type { Instant } from '@parley/contracts';

/** "Fri 3 Aug 19:00": day and time on a wall clock in that zone. */
export function localTime(instant: Instant, zone: string): string {
  const form = { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const parts = new Map(new Intl.DateTimeFormat('en-GB', form).formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${parts.get('weekday')} ${parts.get('day')} ${parts.get('month')} ${parts.get('hour')}:${parts.get('minute')}`;
}

/** "Sat 19:00": a time within the next week. */
export function weekdayTime(instant: Instant, zone: string): string {
  const [weekday, , , time] = localTime(instant, zone).split(' ');
  return `${weekday} ${time}`;
}

/** "25 h", "23 h 5 min": how long something took. */
export function hoursAndMinutes(durationMs: number): string {
  const minutes = Math.round(durationMs / 60_000);
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
