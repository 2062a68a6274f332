import { describe, expect, it } from '@jest/globals';
import { heatMapOf, stepTo, writeHour } from './late-cost.js';

const cell = (weekday: number, hour: number, late: number, micros: string) => ({ weekday, hour, late, amount: '', micros });

describe('the heat map', () => {
  const map = heatMapOf({ cells: [cell(1, 0, 1, '1'), cell(6, 20, 4, '220000'), cell(7, 9, 2, '44000'), cell(7, 10, 2, '44001')] });

  it('has an hour for each of the week, also those that the answer leaves out', () => {
    expect(map.rows.map(({ name, cells }) => [name, cells.length])).toEqual(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map((name) => [name, 24]));
    expect(map.rows[1]!.cells[5]).toEqual({ weekday: 2, hour: 5, late: 0, micros: 0n, level: 0 });
  });

  it('is darkest where it is dearest, and light where little was paid; only nothing has no colour', () => {
    const level = (weekday: number, hour: number): number => map.rows[weekday - 1]!.cells[hour]!.level;
    // A fifth of 220000 is 44000: up to there it is the first level, a micro more is the second.
    expect([level(1, 0), level(7, 9), level(7, 10), level(6, 20), level(3, 3)]).toEqual([1, 1, 2, 5, 0]);
  });

  it('knows its dearest hour and its weekend', () => {
    expect(map.dearest && writeHour(map.dearest)).toBe('Saturday 20:00–21:00');
    expect(map.weekend).toEqual({ late: 8, micros: 308_001n });
  });

  it('of nothing has no dearest hour', () => {
    const empty = heatMapOf({ cells: [] });
    expect([empty.dearest, empty.weekend.micros, empty.rows.length]).toEqual([null, 0n, 7]);
  });
});

describe('an arrow key', () => {
  it('leads to the hour beside, and stays at the edges', () => {
    const at = { weekday: 1, hour: 0 };
    expect(['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'End', 'Home'].map((key) => stepTo(key, at))).toEqual([at, at, { weekday: 1, hour: 1 }, { weekday: 2, hour: 0 }, { weekday: 1, hour: 23 }, at]);
    expect([stepTo('ArrowDown', { weekday: 7, hour: 23 }), stepTo('ArrowRight', { weekday: 7, hour: 23 })]).toEqual([{ weekday: 7, hour: 23 }, { weekday: 7, hour: 23 }]);
    expect(stepTo('Tab', at)).toBeNull();
  });
});
