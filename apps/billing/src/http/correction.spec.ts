import { describe, expect, it } from '@jest/globals';
import { bundledRateCards, rateCardOf } from '@parley/rating';
import { correctionFault } from './correction.js';

const card = rateCardOf(bundledRateCards()[0]!);
const first = { ...card, effectiveFrom: '2018-01-01' };
const next = { ...card, version: 2 };
const latestDay = '2026-11-24';
const fault = (effectiveFrom: string, correction: { readonly version: number } | null, published = [first]) =>
  correctionFault({ card: { ...next, effectiveFrom }, correction: correction && { rateCardId: card.rateCardId, ...correction }, published, latestDay });

describe('a rate card that is published', () => {
  it.each([
    ['ahead', '2026-11-25', null, [first]],
    ['for days without any card', '2017-01-01', null, [first]],
    ['as the first', '2018-01-01', null, []],
    ['first in its currency', '2018-01-01', null, [{ ...first, currency: 'EUR' as typeof first.currency }]],
    ['as the correction of what is in force that day', '2026-11-24', { version: 1 }, [first]],
  ])('%s is taken', (_, day, correction, published) => expect(fault(day, correction, published)).toBeNull());

  it.each([
    ['for a day that has begun somewhere', '2026-11-24', null, 'effectiveFrom', '2026-11-24 has begun, and usd-for-s0 version 1 is in force that day: publish ahead'],
    ['as the correction of another', '2026-11-24', { version: 7 }, 'correction', 'is usd-for-s0 version 1: correct that one'],
    ['as a correction of days to come', '2026-11-25', { version: 1 }, 'correction', '2026-11-25 has not: leave it out'],
    ['as the correction of nothing', '2017-01-01', { version: 1 }, 'correction', 'no card in USD is in force on 2017-01-01'],
  ])('%s is refused', (_, day, correction, path, hint) => expect(fault(day, correction)).toEqual({ path, hint: expect.stringContaining(hint) }));
});
