import { describe, expect, it } from '@jest/globals';
import type { Category } from '@parley/contracts';
import fc from 'fast-check';
import { friday, granted, hourMs, received, revoked } from '../scenario/fixtures.js';
import { categories, evolveConsent, noConsent, permits, standing, type Consent, type Standing } from './consent.js';
import type { ConsentFact } from './events.js';

const fold = (facts: readonly ConsentFact[]): Consent => facts.reduce(evolveConsent, noConsent);
const hours = (count: number): number => friday + count * hourMs;

describe('consent', () => {
  it.each<[string, ConsentFact[], Standing[]]>([
    //                                                                                  service    utility    marketing  authentication
    ['nobody wrote or opted in', [], ['none', 'none', 'none', 'none']],
    ['the contact wrote first', [received(friday)], ['wrote', 'wrote', 'none', 'wrote']],
    ['the contact opted in to marketing', [granted(friday, ['marketing'])], ['none', 'none', 'opted_in', 'none']],
    ['wrote, and opted in to marketing', [received(friday), granted(hours(1), ['marketing'])], ['wrote', 'wrote', 'opted_in', 'wrote']],
    ['wrote, then STOP', [received(friday), revoked(hours(1))], ['revoked', 'revoked', 'revoked', 'revoked']],
    ['wrote, then STOP to marketing only', [received(friday), revoked(hours(1), ['marketing'])], ['wrote', 'wrote', 'revoked', 'wrote']],
    ['STOP, then wrote again', [received(friday), revoked(hours(1)), received(hours(2))], ['wrote', 'revoked', 'revoked', 'revoked']],
    ['STOP and a message of the same instant', [received(hours(1)), revoked(hours(1))], ['revoked', 'revoked', 'revoked', 'revoked']],
    ['STOP, then opted in again', [revoked(friday), granted(hours(1), ['marketing'])], ['revoked', 'revoked', 'opted_in', 'revoked']],
    ['an opt-in from before STOP that arrives late', [revoked(hours(1)), granted(friday, ['marketing'])], ['revoked', 'revoked', 'revoked', 'revoked']],
    ['an opt-in to nothing', [granted(friday, [])], ['none', 'none', 'none', 'none']],
  ])('%s', (_name, facts, expected) => {
    const consent = fold(facts);
    expect(categories.map((category) => standing(consent, category))).toEqual(expected);
    expect(categories.map((category) => permits(consent, category))).toEqual(expected.map((stands) => stands === 'wrote' || stands === 'opted_in'));
  });

  const instants = fc.integer({ min: 0, max: 5 }).map(hours);
  const some = fc.subarray<Category>([...categories]);
  const facts: fc.Arbitrary<ConsentFact> = fc.oneof(
    instants.map((at) => received(at)),
    fc.tuple(instants, some).map(([at, which]) => granted(at, which)),
    fc.tuple(instants, some).map(([at, which]) => revoked(at, which)),
  );

  it('is the same in whatever order, and however often, its facts arrive', () => {
    const shuffled = fc.array(facts).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })));
    fc.assert(fc.property(shuffled, ([list, again]) => expect(fold(again)).toEqual(fold(list))));
  });

  it('is never given by a STOP, nor taken by writing or opting in', () => {
    fc.assert(
      fc.property(fc.array(facts), facts, (list, last) => {
        const [before, after] = [fold(list), fold([...list, last])];
        for (const category of categories) {
          if (last.type === 'ConsentRevoked') expect(permits(after, category) && !permits(before, category)).toBe(false);
          else expect(permits(before, category) && !permits(after, category)).toBe(false);
        }
      }),
    );
  });
});
