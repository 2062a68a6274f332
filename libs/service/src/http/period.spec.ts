import { describe, expect, it } from '@jest/globals';
import { Problem } from './problem.js';
import { periodOf } from './period.js';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 28);

describe('a period', () => {
  it('is the last 28 days where nothing is said, or those before its end', () => {
    expect(periodOf({ from: null, to: null }, now)).toEqual({ from: now - 28 * dayMs, to: now });
    expect(periodOf({ from: null, to: now - dayMs }, now)).toEqual({ from: now - 29 * dayMs, to: now - dayMs });
    expect(periodOf({ from: now - 366 * dayMs, to: null }, now)).toEqual({ from: now - 366 * dayMs, to: now });
  });

  it('is not empty, and not longer than a year', () => {
    for (const [from, to] of [[now, now], [now + 1, now], [now - 366 * dayMs - 1, now]] as const) expect(() => periodOf({ from, to }, now)).toThrow(Problem);
  });
});
