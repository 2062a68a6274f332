import { describe, expect, it } from '@jest/globals';
import { bundledPolicies } from './bundled.js';
import { parsePolicyDocument, PolicyDocumentError } from './policy-document.js';

const s0 = JSON.parse(bundledPolicies()[0]!.document) as Record<string, unknown>;
const parseWith = (change: object): unknown => parsePolicyDocument(JSON.stringify({ ...s0, ...change }));

describe('a policy document', () => {
  it('is the data, unchanged', () => expect(parseWith({})).toEqual(s0));

  it('may have no lane with terms of its own', () => expect(parseWith({ lanes: {} })).toMatchObject({ lanes: {} }));

  it.each([
    [{ lateReply: 'maybe' }, 'lateReply has to be "charge" or "reject", got "maybe"'],
    [{ freeWindowHours: 0 }, 'freeWindowHours has to be a whole number from 1 to 168, got 0'],
    [{ freeWindowHours: 1.5 }, 'freeWindowHours has to be a whole number'],
    [{ freeWindowHours: '24' }, 'freeWindowHours has to be a whole number'],
    [{ threshold: 1000 }, 'the policy has an unknown field "threshold"'],
    [{ charge: { insideWindow: 'free', template: 'rate' } }, 'charge lacks the field "lateFreeForm"'],
    [{ charge: { insideWindow: 'free', template: 'frei', lateFreeForm: 'rate' } }, 'charge.template has to be "free" or "rate", got "frei"'],
    [{ rateColumn: 'service_fee' }, 'rateColumn has to be'],
    [{ lanes: { app: { freeForm: 'free' } } }, 'lanes.app lacks the field "lateReply"'],
    [{ lanes: { fax: {} } }, 'lanes has an unknown field "fax"'],
    [{ lanes: [] }, 'lanes has to be an object'],
    [{ format: 'parley-policy-2' }, 'format has to be "parley-policy-1"'],
    [{ title: '' }, 'title has to be a text'],
  ])('is refused with %j', (change, message) => {
    expect(() => parseWith(change)).toThrow(PolicyDocumentError);
    expect(() => parseWith(change)).toThrow(message);
  });

  it.each(['', '[]', 'null', '{"title":'])('is refused as %j', (text) => expect(() => parsePolicyDocument(text)).toThrow(PolicyDocumentError));
});
