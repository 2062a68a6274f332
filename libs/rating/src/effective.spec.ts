import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inForce, reignsOf } from './effective.js';

const version = (name: string, effectiveFrom: string) => ({ name, effectiveFrom });

describe('when a version is in force', () => {
  it('is from its day until another’s, and never where a correction replaced it', () => {
    const published = [version('first', '2018-01-01'), version('wrong', '2025-07-01'), version('next', '2026-10-01'), version('right', '2025-07-01')];
    expect(reignsOf(published).map(({ version: { name }, reign }) => [name, reign])).toEqual([
      ['first', { from: '2018-01-01', until: '2025-07-01' }],
      ['wrong', null],
      ['next', { from: '2026-10-01', until: null }],
      ['right', { from: '2025-07-01', until: '2026-10-01' }],
    ]);
  });

  it('is the same as asking day by day', () => {
    const days = fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05');
    fc.assert(
      fc.property(fc.array(days, { maxLength: 6 }), days, (from, day) => {
        const published = from.map((effectiveFrom, index) => version(String(index), effectiveFrom));
        const reigning = reignsOf(published).filter(({ reign }) => reign !== null && reign.from <= day && (reign.until === null || day < reign.until));
        expect(reigning.map((one) => one.version)).toEqual([inForce(published, day)].filter((found) => found !== null));
      }),
    );
  });
});
