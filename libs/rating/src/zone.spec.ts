import { describe, expect, it } from '@jest/globals';
import { inForce } from './effective.js';
import { isZone, latestDate, localDate, localMonth } from './zone.js';

const at = (iso: string): number => Date.parse(iso);

describe('the day it is in a zone', () => {
  it.each([
    // Berlin goes from +1 to +2 on 2024-03-31 and back on 2024-10-27.
    ['Europe/Berlin', '2024-03-30T22:59:59.999Z', '2024-03-30'],
    ['Europe/Berlin', '2024-03-30T23:00:00.000Z', '2024-03-31'],
    ['Europe/Berlin', '2024-03-31T21:59:59.999Z', '2024-03-31'],
    ['Europe/Berlin', '2024-03-31T22:00:00.000Z', '2024-04-01'],
    ['Europe/Berlin', '2024-10-27T22:59:59.999Z', '2024-10-27'],
    ['Europe/Berlin', '2024-10-27T23:00:00.000Z', '2024-10-28'],
    // Sao Paulo had no midnight on 2018-11-04: clocks went from 23:59:59 to 01:00, at 03:00 UTC.
    ['America/Sao_Paulo', '2018-11-04T02:59:59.999Z', '2018-11-03'],
    ['America/Sao_Paulo', '2018-11-04T03:00:00.000Z', '2018-11-04'],
    ['Asia/Kolkata', '2024-12-31T18:29:59.999Z', '2024-12-31'],
    ['Asia/Kolkata', '2024-12-31T18:30:00.000Z', '2025-01-01'],
    ['Pacific/Kiritimati', '2024-12-31T10:00:00.000Z', '2025-01-01'],
    ['America/Los_Angeles', '2025-01-01T07:59:59.999Z', '2024-12-31'],
    ['UTC', '2024-02-29T23:59:59.999Z', '2024-02-29'],
  ])('%s at %s is %s', (zone, instant, day) => {
    expect(localDate(at(instant), zone)).toBe(day);
    expect(localMonth(at(instant), zone)).toBe(day.slice(0, 7));
  });

  it.each([
    // In Kiritimati, 14 hours ahead, the year ends at 10:00 UTC.
    ['2024-12-31T09:59:59.999Z', '2024-12-31'],
    ['2024-12-31T10:00:00.000Z', '2025-01-01'],
  ])('at %s is %s somewhere', (instant, day) => expect(latestDate(at(instant))).toBe(day));

  it('knows zones', () => {
    expect(isZone('America/Sao_Paulo')).toBe(true);
    expect(isZone('Mars/Olympus')).toBe(false);
    expect(() => localDate(0, 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('the version in force', () => {
  const published = [
    { effectiveFrom: '2024-01-01', name: 'first' },
    { effectiveFrom: '2024-07-01', name: 'second' },
    { effectiveFrom: '2024-01-01', name: 'first, corrected' },
  ];

  it.each([
    ['2023-12-31', undefined],
    ['2024-01-01', 'first, corrected'],
    ['2024-06-30', 'first, corrected'],
    ['2024-07-01', 'second'],
    ['2030-01-01', 'second'],
  ])('on %s: %s', (day, name) => expect(inForce(published, day)?.name).toBe(name));
});
