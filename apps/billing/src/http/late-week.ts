import type { LateQuarter } from '../projections/late-cost.js';

/** Late replies within one local hour of the week. */
export interface LateHour {
  /** 1 is Monday. */
  readonly weekday: number;
  /** 0 to 23. */
  readonly hour: number;
  readonly late: number;
  /** Micros. */
  readonly sum: bigint;
}

export interface LateWeek {
  /** Monday 0:00 first, all 168. */
  readonly cells: readonly LateHour[];
  readonly total: Pick<LateHour, 'late' | 'sum'>;
}

const quarterMs = 900_000;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Quarter-hours laid over the week of a zone. An hour that clocks go through twice counts both; one they skip stays empty. */
export function weekOf(quarters: readonly LateQuarter[], zone: string): LateWeek {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hour: 'numeric', hourCycle: 'h23' });
  const cells = Array.from({ length: 7 * 24 }, (_, index) => ({ weekday: Math.floor(index / 24) + 1, hour: index % 24, late: 0, sum: 0n }));
  const total = { late: 0, sum: 0n };
  for (const { quarter, late, micros } of quarters) {
    for (const counter of [cells[hourOfWeek(clock, quarter * quarterMs)]!, total]) {
      counter.late += late;
      counter.sum += BigInt(micros);
    }
  }
  return { cells, total };
}

function hourOfWeek(clock: Intl.DateTimeFormat, at: number): number {
  const parts = clock.formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)!.value;
  return weekdays.indexOf(part('weekday')) * 24 + Number(part('hour'));
}
