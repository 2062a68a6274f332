import { describe, expect, it } from '@jest/globals';
import { localDate } from '@parley/rating';
import { addDays } from '../calendar/local-time.js';
import { daysBetween, firstQuarterOf, partsOfDays, periodsOfHour } from './local-days.js';

const startOf = (day: string, zone: string): string => new Date(firstQuarterOf(day, zone) * 900_000).toISOString();

describe('a local day', () => {
  it.each([
    ['UTC', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['America/Sao_Paulo', '2026-03-01', '2026-03-01T03:00:00.000Z'],
    ['Asia/Kolkata', '2026-03-01', '2026-02-28T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-03-01', '2026-02-28T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-03-01', '2026-02-28T10:00:00.000Z'],
    // Its clocks went from 0:00 to 1:00: the day began at 1:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    // Its clocks went from 1:00 back to 0:00: midnight came twice, the day began with the first.
    ['America/Havana', '2025-11-02', '2025-11-02T04:00:00.000Z'],
  ])('of %s, %s, begins at %s', (zone, day, start) => expect(startOf(day, zone)).toBe(start));

  it('is made of parts of days in UTC', () => {
    expect(partsOfDays('2026-03-01', '2026-03-02', 'Asia/Kolkata')).toEqual([
      { day: '2026-03-01', utcDay: 20_512, first: 74, behind: 96 },
      { day: '2026-03-01', utcDay: 20_513, first: 0, behind: 74 },
      { day: '2026-03-02', utcDay: 20_513, first: 74, behind: 96 },
      { day: '2026-03-02', utcDay: 20_514, first: 0, behind: 74 },
    ]);
    expect(partsOfDays('2026-03-01', '2026-03-01', 'UTC')).toEqual([{ day: '2026-03-01', utcDay: 20_513, first: 0, behind: 96 }]);
  });

  it('has every quarter-hour of a year in the day that the calendar says, in every zone', () => {
    for (const zone of ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Chatham']) {
      const parts = partsOfDays('2025-01-01', '2025-12-31', zone);
      for (const { day, utcDay, first, behind } of parts) {
        for (const quarter of [first, behind - 1]) expect(localDate((utcDay * 96 + quarter) * 900_000, zone)).toBe(day);
      }
      const quarters = parts.reduce((sum, { first, behind }) => sum + behind - first, 0);
      expect(quarters).toBe(365 * 96);
    }
  });

  it('is counted on by the calendar', () => {
    expect([addDays('2024-02-28', 2), addDays('2026-01-01', -1), daysBetween('2026-01-30', '2026-02-02')]).toEqual(['2024-03-01', '2025-12-31', 4]);
  });
});

describe('an hour of the week', () => {
  const told = (first: string, last: string, zone: string, weekday: number, hour: number) => periodsOfHour(first, last, zone, { weekday, hour }).map(({ from, to }) => [new Date(from).toISOString().slice(0, 16), (to - from) / 60_000]);

  it('comes once a week', () => {
    expect(told('2026-11-01', '2026-11-21', 'Europe/Berlin', 6, 20)).toEqual([['2026-11-07T19:00', 60], ['2026-11-14T19:00', 60], ['2026-11-21T19:00', 60]]);
    expect(told('2026-11-08', '2026-11-13', 'Europe/Berlin', 6, 20)).toEqual([]);
    expect(told('2026-03-02', '2026-03-02', 'Asia/Kathmandu', 1, 0)).toEqual([['2026-03-01T18:15', 60]]);
  });

  it('is longer where clocks go through it twice, and missing where they skip it', () => {
    expect(told('2026-10-25', '2026-10-25', 'Europe/Berlin', 7, 2)).toEqual([['2026-10-25T00:00', 120]]);
    expect(told('2026-03-29', '2026-03-29', 'Europe/Berlin', 7, 2)).toEqual([]);
  });
});
