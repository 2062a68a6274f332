import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { localDate } from '@parley/rating';
import { addDays, lastWeekend, localHour, nextMonday, startOfDay, weekHours, weekIndex, weekdayOf } from './local-time.js';

const berlin = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);
const hour = (text: string, zone = berlin): readonly number[] => {
  const { weekday, hour: found } = localHour(at(text), zone);
  return [weekday, found];
};

describe('the hour of the week', () => {
  it('is that of the wall clock, Monday first', () => {
    expect(hour('2026-11-23T00:00:00+01:00')).toEqual([1, 0]);
    expect(hour('2026-11-29T23:59:59.999+01:00')).toEqual([7, 23]);
    expect(hour('2026-11-29T23:30:00Z', 'Asia/Kolkata')).toEqual([1, 5]);
  });

  it('leaves out the hour that the clocks leave out, and counts one that comes twice as one', () => {
    // 2026-03-29, Berlin: 01:59:59 is followed by 03:00.
    expect(hour('2026-03-29T00:59:59Z')).toEqual([7, 1]);
    expect(hour('2026-03-29T01:00:00Z')).toEqual([7, 3]);
    // 2026-10-25, Berlin: 02:59:59 is followed by 02:00.
    expect(hour('2026-10-25T00:30:00Z')).toEqual([7, 2]);
    expect(hour('2026-10-25T01:30:00Z')).toEqual([7, 2]);
    expect(hour('2026-10-25T02:00:00Z')).toEqual([7, 3]);
  });

  it('is the same asked again, in any zone and in any order, as the calendar says for that very instant', () => {
    const zones = [berlin, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Chatham', 'America/St_Johns'];
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2018, 0, 1), max: Date.UTC(2030, 0, 1) }), fc.constantFrom(...zones), (instant, zone) => {
        const parts = new Map(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23', weekday: 'short' }).formatToParts(instant).map(({ type, value }) => [type, value]));
        const { day, weekday, hour: found } = localHour(instant, zone);
        expect([day, weekday, found]).toEqual([localDate(instant, zone), ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts.get('weekday')!) + 1, Number(parts.get('hour'))]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has its place among all of them', () => {
    expect(weekHours.map(weekIndex)).toEqual(weekHours.map((_, index) => index));
    expect(weekHours).toHaveLength(168);
  });
});

describe('days', () => {
  it('begin at local midnight, or with what comes first where there is none', () => {
    expect(startOfDay('2026-11-23', berlin)).toBe(at('2026-11-23T00:00:00+01:00'));
    expect(startOfDay('2026-03-30', berlin)).toBe(at('2026-03-30T00:00:00+02:00'));
    expect(startOfDay('2026-11-23', 'Pacific/Kiritimati')).toBe(at('2026-11-23T00:00:00+14:00'));
    expect(startOfDay('2026-11-23', 'Asia/Kathmandu')).toBe(at('2026-11-23T00:00:00+05:45'));
    // Beirut put its clocks forward at midnight: the day began at 01:00.
    expect(startOfDay('2022-03-27', 'Asia/Beirut')).toBe(at('2022-03-27T01:00:00+03:00'));
  });

  it('begin where the date changes, in every zone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 17_000, max: 21_000 }), fc.constantFrom(berlin, 'America/Sao_Paulo', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Pago_Pago'), (days, zone) => {
        const day = new Date(days * 86_400_000).toISOString().slice(0, 10);
        const start = startOfDay(day, zone);
        expect([localDate(start - 1, zone) < day, localDate(start, zone)]).toEqual([true, day]);
      }),
    );
  });

  it('are counted across months and years', () => {
    expect([addDays('2026-12-31', 1), addDays('2028-03-01', -1), weekdayOf('2026-11-29'), weekdayOf('2026-11-23')]).toEqual(['2027-01-01', '2028-02-29', 7, 1]);
  });
});

describe('weekends', () => {
  it('are the last one that is over, 47 or 49 hours long when the clocks change', () => {
    const weekend = { from: at('2026-11-21T00:00:00+01:00'), to: at('2026-11-23T00:00:00+01:00') };
    for (const now of ['2026-11-23T00:00:00+01:00', '2026-11-25T12:00:00+01:00', '2026-11-29T23:59:59+01:00']) expect(lastWeekend(at(now), berlin)).toEqual(weekend);
    const hours = ({ from, to }: { from: number; to: number }): number => (to - from) / 3_600_000;
    expect(hours(lastWeekend(at('2026-03-30T08:00:00+02:00'), berlin))).toBe(47);
    expect(hours(lastWeekend(at('2026-10-26T08:00:00+01:00'), berlin))).toBe(49);
  });

  it('end on Monday, and Monday’s next is a week off', () => {
    expect(nextMonday(at('2026-11-29T23:59:59+01:00'), berlin)).toBe(at('2026-11-30T00:00:00+01:00'));
    expect(nextMonday(at('2026-11-30T00:00:00+01:00'), berlin)).toBe(at('2026-12-07T00:00:00+01:00'));
  });
});
