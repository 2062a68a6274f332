import { describe, expect, it } from '@jest/globals';
import { bundledPriceLists } from '../bundled.js';
import { PolicyDocumentError } from './fields.js';
import { parsePolicyDocument } from './parse.js';

const documents = new Map(bundledPriceLists().policies.map(({ policyId, document }) => [policyId as string, document]));
const plain = (policyId: string) => JSON.parse(documents.get(policyId)!) as Record<string, unknown>;
const refused = (document: object, message: string): void => {
  const parse = () => parsePolicyDocument(JSON.stringify(document));
  expect(parse).toThrow(PolicyDocumentError);
  expect(parse).toThrow(message);
};

/** S0 as it was first published, word for word: what logs hold. */
const firstS0 = {
  format: 'parley-policy-1',
  title: 'S0: the announced model of 2018',
  freeWindowHours: 24,
  lateReply: 'charge',
  charge: { insideWindow: 'free', lateFreeForm: 'rate', template: 'rate' },
  rateColumn: 'utility',
  lanes: { app: { freeForm: 'free', lateReply: 'allow' } },
};

describe('a policy document', () => {
  it.each([...documents.keys()])('%s is understood, and what was understood is understood again', (policyId) => {
    const document = parsePolicyDocument(documents.get(policyId)!);
    expect(document).toMatchObject(plain(policyId));
    expect(parsePolicyDocument(JSON.stringify(document))).toEqual(document);
    expect(documents.get(policyId)!.length).toBeLessThanOrEqual(16_384);
  });

  it.each([
    [{ lateReply: 'charge' }, 'lateReply has to be an object'],
    [{ lateReply: { api: 'maybe', app: 'charge' } }, 'lateReply.api has to be "charge" or "reject", got "maybe"'],
    [{ lateReply: { api: 'charge' } }, 'lateReply lacks the field "app"'],
    [{ freeWindowHours: 0 }, 'freeWindowHours has to be a whole number from 1 to 168, got 0'],
    [{ freeWindowHours: 1.5 }, 'freeWindowHours has to be a whole number'],
    [{ freeWindowHours: '24' }, 'freeWindowHours has to be a whole number'],
    [{ threshold: 1000 }, 'the policy has an unknown field "threshold"'],
    [{ format: 'parley-policy-3' }, 'format has to be "parley-policy-1" or "parley-policy-2"'],
    [{ title: '' }, 'title has to be a text'],
    [{ charges: [] }, 'charges has to be a list of at least one'],
    [{ charges: [{ rule: 'all', price: 'cheap' }] }, 'charges[0].price has to be "free" or "category"'],
    [{ charges: [{ rule: 'All!', price: 'free' }] }, 'charges[0].rule has to be a name'],
    [{ charges: [{ rule: 'all', price: 'free', lane: 'fax' }] }, 'charges[0].lane has to be "api" or "app"'],
    [{ charges: [{ rule: 'template', kind: 'template', price: 'free' }] }, 'charges has no line for kind free_form, lane api'],
    [{ charges: [{ rule: 'all', price: 'free' }, { rule: 'app', lane: 'app', price: 'free' }] }, 'charges[1] (app) can never apply'],
    [{ charges: [{ rule: 'ad', window: 'entry_point', price: 'free' }, { rule: 'all', price: 'free' }] }, 'charges[0] (ad) can never apply'],
    [{ charges: [{ rule: 'all', price: 'free', session: { category: 'own', joins: 'any' } }] }, 'charges[0].session needs the length of a session'],
    [{ charges: [{ rule: 'all', price: 'free', allowance: { name: 'a', count: 0, per: 'month', scope: 'owner' } }] }, 'charges[0].allowance.count has to be a whole number from 1'],
    [{ charges: [{ rule: 'all', price: 'free', allowance: { name: 'a', count: 1, per: 'week', scope: 'owner' } }] }, 'charges[0].allowance.per has to be "month"'],
  ])('is refused with %j', (change, message) => refused({ ...plain('S0'), ...change }, message));

  it('is refused when two lines say different things of one allowance', () => {
    const allowance = (count: number) => ({ name: 'free', count, per: 'month', scope: 'number' });
    const charges = [{ rule: 'app', lane: 'app', price: 'utility', allowance: allowance(5) }, { rule: 'all', price: 'utility', allowance: allowance(6) }];
    refused({ ...plain('S0'), charges }, 'charges[1].allowance says otherwise of free than a line above');
  });

  it.each([
    [{}, 'has to end with "1:MAX"'],
    [{ '1:10': 100 }, 'has to end with "11:MAX"'],
    [{ '1:10': 100, '12:MAX': 90 }, '["12:MAX"] has to begin at 11'],
    [{ '0:10': 100, '11:MAX': 90 }, 'has the bounds "0:10"'],
    [{ '1:10': 100, '11:5': 90 }, 'has the bounds "11:5"'],
    [{ '1:MAX': 100, '2:MAX': 90 }, 'has to begin at nothing: MAX is the last'],
    [{ '1:MAX': 101 }, '["1:MAX"] has to be a whole number from 0 to 100'],
  ])('is refused with the bands %j', (bands, message) => {
    const tiers = { source: 'a test', illustrative: true, scope: 'owner', tables: [{ categories: ['utility'], bands }] };
    refused({ ...plain('S0'), tiers }, message);
  });

  it.each<[object, string]>([
    [{}, 'tiers.tables[0] has to have either bands, in percent of the card\'s price, or prices'],
    [{ bands: { '1:MAX': 90 }, prices: { currency: 'USD', bands: { '1:MAX': '0.1' } } }, 'tiers.tables[0] has to have either bands'],
    [{ prices: { currency: 'USX', bands: { '1:MAX': '0.1' } } }, 'tiers.tables[0].prices.currency has to be an ISO 4217 code such as USD, got "USX"'],
    [{ prices: { currency: 'USD', bands: { '1:MAX': 0.1 } } }, 'tiers.tables[0].prices.bands["1:MAX"] has to be a price as text'],
    [{ prices: { currency: 'USD', bands: { '1:2': '0.1', '4:MAX': '0.1' } } }, 'tiers.tables[0].prices.bands["4:MAX"] has to begin at 3'],
  ])('is refused with the table %j', (table, message) => {
    refused({ ...plain('S0'), tiers: { source: 'a test', illustrative: true, scope: 'owner', tables: [{ categories: ['utility'], ...table }] } }, message);
  });

  it.each(['', '[]', 'null', '{"title":'])('is refused as %j', (text) => expect(() => parsePolicyDocument(text)).toThrow(PolicyDocumentError));
});

describe('a document of the first format', () => {
  it('is read as the same policy: S0 of the logs and S0 of the files agree to the last field', () => {
    const read = parsePolicyDocument(JSON.stringify(firstS0));
    expect(JSON.stringify(read)).toBe(JSON.stringify(parsePolicyDocument(documents.get('S0')!)));
  });

  it('keeps what it said of the app lane', () => {
    const read = (lanes: object) => parsePolicyDocument(JSON.stringify({ ...firstS0, lateReply: 'reject', lanes }));
    expect(read({}).lateReply).toEqual({ api: 'reject', app: 'reject' });
    expect(read({}).charges.map(({ rule }) => rule)).toEqual(['template', 'inside-window', 'late-free-form']);
    expect(read({ app: { freeForm: 'rate', lateReply: 'as_policy' } })).toMatchObject({ lateReply: { app: 'reject' }, charges: [{}, { rule: 'app-lane', price: 'utility' }, {}, {}] });
    expect(read({ app: { freeForm: 'free', lateReply: 'allow' } }).lateReply).toEqual({ api: 'reject', app: 'charge' });
  });

  it.each([
    [{ lateReply: 'maybe' }, 'lateReply has to be "charge" or "reject", got "maybe"'],
    [{ charge: { insideWindow: 'free', template: 'rate' } }, 'charge lacks the field "lateFreeForm"'],
    [{ charge: { insideWindow: 'free', template: 'frei', lateFreeForm: 'rate' } }, 'charge.template has to be "free" or "rate", got "frei"'],
    [{ rateColumn: 'service_fee' }, 'rateColumn has to be'],
    [{ lanes: { app: { freeForm: 'free' } } }, 'lanes.app lacks the field "lateReply"'],
    [{ lanes: { fax: {} } }, 'lanes has an unknown field "fax"'],
    [{ tiers: null }, 'the policy has an unknown field "tiers"'],
  ])('is refused with %j', (change, message) => refused({ ...firstS0, ...change }, message));
});
