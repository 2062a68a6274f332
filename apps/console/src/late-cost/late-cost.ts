import { micros } from '@parley/money';
import type { Micros } from '@parley/money';
import type { LateCost } from '../api/contract.js';
import { readMicros, total } from '../amount/amount.js';
import { weekdayNames } from '../calendar/day.js';

export interface HeatCell {
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly late: number;
  readonly micros: Micros;
  /** 0 is nothing, 1 to 5 as the cost comes closer to that of the dearest hour. */
  readonly level: number;
}

export interface HeatRow {
  readonly weekday: number;
  readonly name: string;
  readonly cells: readonly HeatCell[];
}

export interface HeatMap {
  readonly rows: readonly HeatRow[];
  readonly dearest: HeatCell | null;
  readonly weekend: { readonly late: number; readonly micros: Micros };
}

const levels = 5n;

/** Seven days of 24 hours; an hour that the answer leaves out cost nothing. */
export function heatMapOf({ cells }: Pick<LateCost, 'cells'>): HeatMap {
  const known = new Map(cells.map((cell) => [`${cell.weekday} ${cell.hour}`, cell]));
  const most = cells.reduce((highest, cell) => (readMicros(cell.micros) > highest ? readMicros(cell.micros) : highest), micros(0n));
  const rows = weekdayNames.map((name, index) => {
    const hours = Array.from({ length: 24 }, (_, hour): HeatCell => {
      const cell = known.get(`${index + 1} ${hour}`);
      const amount = readMicros(cell?.micros ?? '0');
      return { weekday: index + 1, hour, late: cell?.late ?? 0, micros: amount, level: levelOf(amount, most) };
    });
    return { weekday: index + 1, name, cells: hours };
  });
  const all = rows.flatMap((row) => row.cells);
  const dearest = all.reduce<HeatCell | null>((found, cell) => (cell.micros > (found?.micros ?? 0n) ? cell : found), null);
  const weekend = all.filter(({ weekday }) => weekday >= 6);
  return { rows, dearest, weekend: { late: weekend.reduce((sum, { late }) => sum + late, 0), micros: total(weekend.map((cell) => cell.micros)) } };
}

function levelOf(amount: Micros, most: Micros): number {
  return amount <= 0n || most === 0n ? 0 : Number((amount * levels + most - 1n) / most);
}

/** "Saturday 20:00–21:00" */
export function writeHour({ weekday, hour }: Pick<HeatCell, 'weekday' | 'hour'>): string {
  const clock = (at: number): string => `${String(at).padStart(2, '0')}:00`;
  return `${weekdayNames[weekday - 1] ?? ''} ${clock(hour)}–${clock(hour + 1)}`;
}

/** The cell that an arrow key leads to; at an edge it stays. Null for a key that leads nowhere. */
export function stepTo(key: string, { weekday, hour }: Pick<HeatCell, 'weekday' | 'hour'>): { readonly weekday: number; readonly hour: number } | null {
  const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
  switch (key) {
    case 'ArrowLeft':
      return { weekday, hour: within(hour - 1, 0, 23) };
    case 'ArrowRight':
      return { weekday, hour: within(hour + 1, 0, 23) };
    case 'ArrowUp':
      return { weekday: within(weekday - 1, 1, 7), hour };
    case 'ArrowDown':
      return { weekday: within(weekday + 1, 1, 7), hour };
    case 'Home':
      return { weekday, hour: 0 };
    case 'End':
      return { weekday, hour: 23 };
    default:
      return null;
  }
}
