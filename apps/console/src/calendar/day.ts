// Days as the platform writes them, YYYY-MM-DD, in the zone of the business. Arithmetic is on the calendar: a day has no length here.

/** A day, YYYY-MM-DD. */
export type Day = string;

/** Both ends belong to it. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Monday first, as weekday 1 of the platform's answers. */
export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** Whether the text is a day that the calendar has: 2026-02-30 is none. */
export function isDay(text: string): text is Day {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && addDays(text, 0) === text;
}

export function addDays(day: Day, days: number): Day {
  const at = new Date(Date.parse(`${day}T00:00:00Z`));
  at.setUTCDate(at.getUTCDate() + days);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10);
}

/** Every day of the range, in order; at most `most`, the last ones. */
export function daysOf({ from, to }: DayRange, most = 400): readonly Day[] {
  const days: Day[] = [];
  for (let day = to; day >= from && days.length < most; day = addDays(day, -1)) days.unshift(day);
  return days;
}

/** "3 Mar", for an axis. */
export function shortDay(day: Day): string {
  return `${Number(day.slice(8))} ${monthNames[Number(day.slice(5, 7)) - 1] ?? ''}`;
}

/** "3 Mar 2026" */
export function plainDay(day: Day): string {
  return `${shortDay(day)} ${day.slice(0, 4)}`;
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: Day): number {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/** "Tue 3 Mar 2026". */
export function longDay(day: Day): string {
  return `${weekdayNames[weekdayOf(day) - 1]?.slice(0, 3) ?? ''} ${plainDay(day)}`;
}

/** "3 Mar – 1 Apr 2026", "3 Mar 2026". */
export function writeRange({ from, to }: DayRange): string {
  if (from === to) return plainDay(to);
  const year = from.slice(0, 4) === to.slice(0, 4) ? '' : ` ${from.slice(0, 4)}`;
  return `${shortDay(from)}${year} – ${plainDay(to)}`;
}

export interface Preset {
  readonly name: string;
  readonly range: DayRange;
}

/** The ranges that are asked for most, seen from today. */
export function presets(today: Day): readonly Preset[] {
  const monthStart = `${today.slice(0, 8)}01`;
  const lastMonthEnd = addDays(monthStart, -1);
  return [
    { name: 'Last 7 days', range: { from: addDays(today, -6), to: today } },
    { name: 'Last 30 days', range: { from: addDays(today, -29), to: today } },
    { name: 'This month', range: { from: monthStart, to: today } },
    { name: 'Last month', range: { from: `${lastMonthEnd.slice(0, 8)}01`, to: lastMonthEnd } },
    { name: 'Last 90 days', range: { from: addDays(today, -89), to: today } },
  ];
}
