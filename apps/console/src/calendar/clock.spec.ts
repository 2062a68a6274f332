import { describe, expect, it } from '@jest/globals';
import { inZone, speakTimeLeft, writeTimeLeft } from './clock.js';

describe('an instant', () => {
  it.each([
    ['2026-11-26T23:30:00Z', 'Europe/Berlin', '2026-11-27', '00:30:00'],
    ['2026-11-26T23:30:00Z', 'America/New_York', '2026-11-26', '18:30:00'],
    ['2026-11-26T18:15:00Z', 'Asia/Kathmandu', '2026-11-27', '00:00:00'],
    ['2026-10-25T00:59:59Z', 'Europe/Berlin', '2026-10-25', '02:59:59'],
    ['2026-10-25T01:00:00Z', 'Europe/Berlin', '2026-10-25', '02:00:00'],
    ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01', '00:00:00'],
  ])('%s in %s is on %s at %s', (instant, zone, day, time) => expect(inZone(instant, zone)).toEqual({ day, time }));

  it('that is none, and a zone that is none, are refused', () => {
    expect(() => inZone('soon', 'UTC')).toThrow(RangeError);
    expect(() => inZone(0, 'Europe/Nowhere')).toThrow(RangeError);
  });
});

describe('time left', () => {
  it('is written to the second, and never below zero', () => {
    expect([86_400_000 + 3_723_000, 3_723_000, 999, 0, -5_000].map(writeTimeLeft)).toEqual(['1 d 01:02:03', '01:02:03', '00:00:01', '00:00:00', '00:00:00']);
  });

  it('is spoken in hours and minutes', () => {
    expect([7_380_000, 3_600_000, 60_000, 1, 0].map(speakTimeLeft)).toEqual(['2 hours 3 minutes left', '1 hour left', '1 minute left', '1 minute left', 'closed']);
  });
});
