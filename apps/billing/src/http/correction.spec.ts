import { describe, expect, it } from '@jest/globals';
import { correctionFault } from './correction.js';

const replaced = { id: 'usd', version: 1 };
const latestDay = '2026-11-24';

describe.each(['rate card', 'policy'] as const)('a %s that is published', (kind) => {
  it.each([
    ['ahead', '2026-11-25', null, replaced],
    ['for days without any', '2017-01-01', null, null],
    ['as the correction of what is in force that day', '2026-11-24', replaced, replaced],
  ])('%s is taken', (_, effectiveFrom, correction, inForce) => expect(correctionFault({ kind, effectiveFrom, correction, replaced: inForce, latestDay })).toBeNull());

  it.each([
    ['for a day that has begun somewhere', '2026-11-24', null, replaced, 'effectiveFrom', '2026-11-24 has begun, and usd version 1 is in force that day: publish ahead'],
    ['as the correction of another', '2026-11-24', { id: 'usd', version: 7 }, replaced, 'correction', 'is usd version 1: correct that one'],
    ['as the correction of days to come', '2026-11-25', replaced, replaced, 'correction', '2026-11-25 has not: leave it out'],
    ['as the correction of nothing', '2017-01-01', replaced, null, 'correction', `no such ${kind} is in force on 2017-01-01`],
  ])('%s is refused', (_, effectiveFrom, correction, inForce, path, hint) => {
    expect(correctionFault({ kind, effectiveFrom, correction, replaced: inForce, latestDay })).toEqual({ path, hint: expect.stringContaining(hint) });
  });

  it('names the field that corrects it', () => {
    const { hint } = correctionFault({ kind, effectiveFrom: '2026-11-24', correction: null, replaced, latestDay })!;
    expect(hint).toContain(kind === 'policy' ? '{"policyId":"usd","version":1,' : '{"rateCardId":"usd","version":1,');
  });
});
