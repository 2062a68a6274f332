import { describe, expect, it } from '@jest/globals';
import type { BusinessId, CatalogEvent, NumberId } from '@parley/contracts';
import { bundledPolicies, bundledRateCards, emptyRecord, read, write, type PersistentRecord } from '@parley/rating';
import fc from 'fast-check';
import { aBusiness, aCatalog, anEligibility, aNumber, aTemplate, businessId, catalogOf, everything, friday, logged, numberId, shipping } from '../scenario/fixtures.js';
import { initialCatalog, type Business } from './catalog.js';
import { catalogFold, evolve } from './evolve.js';
import { catalogEvents } from './events.js';
import {
  factsOf,
  findBusiness,
  findNewestTemplate,
  findNumber,
  findNumberByPhone,
  findTemplate,
  marketPrefixesInForce,
  policyInForce,
  rateCardInForce,
  templatesOf,
} from './lookups.js';

const s0 = bundledPolicies()[0]!;
const card = bundledRateCards()[0]!;
const business: Business = findBusiness(aCatalog, businessId)!;
const at = (iso: string): number => Date.parse(iso);

describe('the catalog', () => {
  it('finds what was published, and nothing else', () => {
    expect(business).toMatchObject({ zone: 'America/Sao_Paulo', currency: 'USD' });
    expect(findNumber(aCatalog, numberId)).toMatchObject({ businessId });
    expect(findBusiness(aCatalog, 'constructor' as BusinessId)).toBeNull();
    expect(findNumber(aCatalog, '__proto__' as NumberId)).toBeNull();
    expect(findTemplate(aCatalog, businessId, shipping.name, 'pt_BR')).toBeNull();
  });

  it('keeps the last word on a business and a number', () => {
    const moved = catalogOf(...everything, { ...aBusiness, zone: 'Asia/Kolkata' }, { ...aNumber, phone: '551140002000' });
    expect(findBusiness(moved, businessId)?.zone).toBe('Asia/Kolkata');
    expect(findNumberByPhone(moved, '551140002000')?.numberId).toBe(numberId);
    expect(findNumberByPhone(moved, '551140001000')).toBeNull();
    expect(findBusiness(aCatalog, businessId)?.zone).toBe('America/Sao_Paulo');
  });

  it('keeps every version of a template, its text as first published, its status as last said', () => {
    const edited = catalogOf(
      aTemplate,
      { ...aTemplate, version: 2, status: 'pending', body: 'New {{1}} {{2}}' },
      { ...aTemplate, status: 'paused', body: 'Changed behind the back {{1}} {{2}}' },
    );
    const known = findTemplate(edited, businessId, shipping.name, shipping.language)!;
    expect(known.newest).toBe(2);
    expect(known.versions[1]).toMatchObject({ status: 'paused', body: aTemplate.body });
    expect(known.versions[2]).toMatchObject({ status: 'pending' });
    expect(templatesOf(edited, businessId)).toEqual([known]);
    expect(findNewestTemplate(edited, businessId, shipping.name, shipping.language)).toBe(known.versions[2]);
    expect(findNewestTemplate(edited, businessId, shipping.name, 'pt_BR')).toBeNull();
  });

  it('never changes a policy or a card of a version that was published', () => {
    const again = catalogOf(s0, card, { ...s0, document: s0.document.replace('24', '1') }, { ...card, currency: 'EUR' });
    expect(again).toEqual(catalogOf(s0, card));
  });

  it('halts at a policy it does not understand', () => {
    expect(() => catalogOf({ ...s0, document: '{}' })).toThrow('the policy lacks the field "format"');
  });

  it('is plain JSON, and folds every type of its topic', () => {
    expect(JSON.parse(JSON.stringify(aCatalog))).toEqual(aCatalog);
    const folded = everything.reduce((catalog, payload) => catalogFold.evolve(catalog, logged(payload, friday)), catalogFold.initial);
    expect(folded).toEqual(aCatalog);
    expect(new Set(everything.map(({ type }) => type))).toEqual(new Set(catalogEvents));
  });

  it('leaves the catalog before as it was', () => {
    const before = structuredClone(aCatalog);
    for (const payload of everything) evolve(aCatalog, logged(payload, friday) as CatalogEvent);
    expect(aCatalog).toEqual(before);
    expect(initialCatalog.policies).toEqual([]);
  });
});

describe('what is in force', () => {
  const second = { ...s0, version: 2, effectiveFrom: '2018-11-04' };
  const secondCard = { ...card, version: 2, effectiveFrom: '2018-11-04' };
  const euros = { ...card, rateCardId: 'eur' as typeof card.rateCardId, currency: 'EUR', effectiveFrom: '2018-11-05' };
  const catalog = catalogOf(...everything, second, secondCard, euros);

  it.each([
    // Sao Paulo's clocks went forward at midnight of that day: it began at 03:00 UTC.
    ['2018-11-04T02:59:59.999Z', 1],
    ['2018-11-04T03:00:00.000Z', 2],
    ['2018-11-06T00:00:00.000Z', 2],
  ])('at %s is version %d, from local midnight of the business', (instant, version) => {
    expect(policyInForce(catalog, business, at(instant))?.version).toBe(version);
    expect(rateCardInForce(catalog, business, at(instant))).toMatchObject({ version, currency: 'USD' });
  });

  it('is another for a business in another zone at the same instant, and in another currency', () => {
    const instant = at('2018-11-04T02:59:59.999Z');
    expect(policyInForce(catalog, { ...business, zone: 'Asia/Kolkata' }, instant)?.version).toBe(2);
    expect(rateCardInForce(catalog, { ...business, currency: 'EUR' }, at('2018-11-06T00:00:00Z'))?.rateCardId).toBe('eur');
  });

  it('is nothing before the first day, and without anything published', () => {
    expect(policyInForce(catalog, business, at('2017-12-31T23:00:00-02:00'))).toBeNull();
    expect(rateCardInForce(catalog, { ...business, currency: 'INR' }, friday)).toBeNull();
    expect(marketPrefixesInForce(initialCatalog, business, friday)).toBeNull();
  });

  it('is the prefix list with Kazakhstan from October 2026 on', () => {
    const versions = ['2026-10-01T02:59:59Z', '2026-10-01T03:00:00Z'].map((instant) => marketPrefixesInForce(catalog, business, at(instant))?.version);
    expect(versions).toEqual([1, 2]);
  });
});

describe('what is in force for whom', () => {
  const s0For = (version: number, effectiveFrom: string, scope: typeof s0.scope) => ({ ...s0, version, effectiveFrom, scope });
  const rival = { ...business, businessId: 'rival' as BusinessId, ownerId: 'rivals' as Business['ownerId'] };
  const sister = { ...business, businessId: 'sister' as BusinessId };
  const catalog = catalogOf(
    ...everything,
    s0For(2, '2018-11-04', { owners: [business.ownerId], businesses: [] }),
    s0For(3, '2018-12-01', { owners: [], businesses: [businessId] }),
    s0For(4, '2019-01-01', null),
    { ...card, version: 2, effectiveFrom: '2018-11-04', scope: { owners: [], businesses: [businessId] } },
  );
  const versionAt = (iso: string, of: Business): number | undefined => policyInForce(catalog, of, at(iso))?.version;

  it.each([
    ['2018-11-04T02:59:59.999Z', 1, 1, 1],
    ['2018-11-04T03:00:00.000Z', 2, 2, 1],
    ['2018-12-01T01:59:59.999Z', 2, 2, 1],
    ['2018-12-01T02:00:00.000Z', 3, 2, 1],
    ['2019-06-01T00:00:00.000Z', 3, 2, 4],
  ])('at %s is by name %d, by owner %d, for the rest %d', (instant, named, owned, others) => {
    expect([versionAt(instant, business), versionAt(instant, sister), versionAt(instant, rival)]).toEqual([named, owned, others]);
  });

  it('holds for cards alike', () => {
    expect([business, sister, rival].map((one) => rateCardInForce(catalog, one, at('2019-06-01T00:00:00Z'))?.version)).toEqual([2, 1, 1]);
  });

  it('is for somebody, and for each once', () => {
    expect(() => catalogOf(s0For(5, '2019-01-01', { owners: [], businesses: [] }))).toThrow('is for nobody');
    expect(() => catalogOf(s0For(5, '2019-01-01', { owners: [business.ownerId, business.ownerId], businesses: [] }))).toThrow('twice');
  });
});

describe('eligibility for international authentication', () => {
  const wider = { ...anEligibility, version: 2, effectiveFrom: '2026-03-01', markets: ['Egypt', 'India'] };
  const ended = { ...anEligibility, version: 3, effectiveFrom: '2026-04-01', markets: [] };
  const catalog = catalogOf(...everything, wider, ended);
  const abroadAt = (iso: string, of: Partial<Business> = {}) => factsOf(catalog, { ...business, ...of }, at(iso)).international?.markets ?? null;

  it.each([
    ['2026-02-01T02:59:59.999Z', null],
    ['2026-02-01T03:00:00.000Z', ['Egypt']],
    ['2026-03-01T02:59:59.999Z', ['Egypt']],
    ['2026-03-01T03:00:00.000Z', ['Egypt', 'India']],
    ['2026-04-01T03:00:00.000Z', null],
  ])('at %s is for %j, from local midnight of the business', (instant, markets) => expect(abroadAt(instant)).toEqual(markets));

  it('begins with the day of each business’s own zone, and is nobody else’s', () => {
    expect(abroadAt('2026-01-31T18:30:00Z', { zone: 'Asia/Kolkata' })).toEqual(['Egypt']);
    expect(abroadAt('2026-02-10T00:00:00Z', { businessId: 'beta' as BusinessId })).toBeNull();
  });

  it('never changes once its version was published, and halts at what cannot be', () => {
    expect(catalogOf(anEligibility, { ...anEligibility, markets: ['India'] })).toEqual(catalogOf(anEligibility));
    expect(() => catalogOf({ ...anEligibility, markets: ['Egypt', 'Brazil'] })).toThrow('names Brazil, which is its home market');
    expect(() => catalogOf({ ...anEligibility, markets: ['Egypt', 'Egypt'] })).toThrow('names the market Egypt twice');
    expect(() => catalogOf({ ...anEligibility, markets: ['Other'] })).toThrow('names Other: name each market');
  });
});

describe('a persistent record', () => {
  it('has no key that was not written, even beside one of the same place', () => {
    const beside = JSON.stringify(write(emptyRecord as PersistentRecord<number>, 'constructor', 1)).replace('"constructor"', '"another"');
    expect(read(JSON.parse(beside) as PersistentRecord<number>, 'constructor')).toBeNull();
  });

  it('is a map, whatever the keys, and shares without changing', () => {
    const keys = fc.oneof(fc.constantFrom('constructor', '__proto__', 'toString', ''), fc.string(), fc.stringMatching(/^[a-z]{1,3}$/));
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.integer())), (entries) => {
        let record: PersistentRecord<number> = emptyRecord;
        const map = new Map<string, number>();
        for (const [key, value] of entries) {
          const before = JSON.stringify(record);
          const next = write(record, key, value);
          expect(JSON.stringify(record)).toBe(before);
          record = next;
          map.set(key, value);
        }
        const back = JSON.parse(JSON.stringify(record)) as PersistentRecord<number>;
        for (const [key, value] of map) expect([read(record, key), read(back, key)]).toEqual([value, value]);
        expect(read(record, 'surely not written')).toBeNull();
      }),
    );
  });
});
