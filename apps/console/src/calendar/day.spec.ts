import { describe, expect, it } from '@jest/globals';
import { addDays, daysOf, isDay, longDay, presets, weekdayOf, writeRange } from './day.js';

describe('a day', () => {
  it('is one that the calendar has', () => {
    expect(['2026-02-28', '2028-02-29', '2026-02-29', '2026-2-1', '2026-13-01', '', 'today'].map(isDay)).toEqual([true, true, false, false, false, false, false]);
  });

  it('is followed by the next, over months, years and clock changes', () => {
    expect([addDays('2026-02-28', 1), addDays('2026-12-31', 1), addDays('2026-03-29', 1), addDays('2026-03-01', -1)]).toEqual(['2026-03-01', '2027-01-01', '2026-03-30', '2026-02-28']);
  });

  it('has its weekday: Monday is 1', () => {
    expect(['2026-11-23', '2026-11-26', '2026-11-29'].map(weekdayOf)).toEqual([1, 4, 7]);
    expect(longDay('2026-11-26')).toBe('Thu 26 Nov 2026');
  });
});

describe('a range of days', () => {
  it('holds both its ends', () => {
    expect(daysOf({ from: '2026-10-30', to: '2026-11-01' })).toEqual(['2026-10-30', '2026-10-31', '2026-11-01']);
    expect(daysOf({ from: '2026-11-02', to: '2026-11-01' })).toEqual([]);
    expect(daysOf({ from: '2000-01-01', to: '2026-11-01' }, 3)).toEqual(['2026-10-30', '2026-10-31', '2026-11-01']);
  });

  it('is written once where its ends share a year', () => {
    expect([writeRange({ from: '2026-10-28', to: '2026-11-26' }), writeRange({ from: '2025-12-01', to: '2026-01-01' }), writeRange({ from: '2026-11-26', to: '2026-11-26' })]).toEqual(['28 Oct – 26 Nov 2026', '1 Dec 2025 – 1 Jan 2026', '26 Nov 2026']);
  });

  it('is offered as seen from today', () => {
    expect(presets('2026-03-31').map(({ range }) => [range.from, range.to])).toEqual([
      ['2026-03-25', '2026-03-31'],
      ['2026-03-02', '2026-03-31'],
      ['2026-03-01', '2026-03-31'],
      ['2026-02-01', '2026-02-28'],
      ['2026-01-01', '2026-03-31'],
    ]);
  });
});
