import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inForce, inForceFor, reignsFor, reignsOf, rivalsOf, type Scope } from './effective.js';

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

describe('when a version is in force for somebody', () => {
  const forSome = (name: string, effectiveFrom: string, scope: Scope | null = null) => ({ name, effectiveFrom, scope });
  const [owner, shop] = [{ owners: ['group'], businesses: [] }, { owners: [], businesses: ['shop'] }];
  const published = [forSome('all', '2018-01-01'), forSome('contract', '2020-01-01', owner), forSome('later', '2025-07-01'), forSome('own', '2022-01-01', shop), forSome('renewed', '2023-01-01', owner)];
  const payers = { shop: { businessId: 'shop', ownerId: 'group' }, sister: { businessId: 'sister', ownerId: 'group' }, rival: { businessId: 'rival', ownerId: 'rivals' } };

  it('is the closest to it, whatever was published for everybody since', () => {
    const on = (day: string) => Object.values(payers).map((payer) => inForceFor(published, payer, day)?.name ?? null);
    expect(['2017-12-31', '2019-12-31', '2020-01-01', '2022-01-01', '2023-01-01', '2026-01-01'].map(on)).toEqual([
      [null, null, null],
      ['all', 'all', 'all'],
      ['contract', 'contract', 'all'],
      ['own', 'contract', 'all'],
      ['own', 'renewed', 'all'],
      ['own', 'renewed', 'later'],
    ]);
  });

  it('is told to each as it is for it, and to nobody of what is for others', () => {
    const told = (payer: (typeof payers)['shop']) => reignsFor(published, payer).map(({ version: { name }, reign }) => [name, reign?.from, reign?.until]);
    expect(told(payers.shop)).toEqual([['all', '2018-01-01', '2020-01-01'], ['contract', '2020-01-01', '2022-01-01'], ['later', undefined, undefined], ['own', '2022-01-01', null], ['renewed', undefined, undefined]]);
    expect(told(payers.rival)).toEqual([['all', '2018-01-01', '2025-07-01'], ['later', '2025-07-01', null]]);
  });

  it('has for rivals those for the very same', () => {
    const names = (scope: Scope | null) => rivalsOf(published, { scope }).map(({ name }) => name);
    expect([names(null), names({ owners: ['group'], businesses: [] }), names(shop)]).toEqual([['all', 'later'], ['contract', 'renewed'], ['own']]);
  });
});
