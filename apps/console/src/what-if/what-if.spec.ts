import { describe, expect, it } from '@jest/globals';
import type { RepricedCurrency } from '../api/contract.js';
import { whatIfAnswers } from '../e2e/what-if.fixture.js';
import { barsOf, firstDraft, questionOf, repricedResidual, writeProgress } from './what-if.js';

const range = { from: '2026-11-01', to: '2026-11-30' };
const repriced: RepricedCurrency = whatIfAnswers.at(-1)!.result!.currencies[0]!;

describe('a question', () => {
  const documents = new Map([['catalog/mine/2', { title: 'Mine' }]]);

  it('names known rules, or has the document of a published one', () => {
    expect(questionOf({ ...firstDraft, rules: 'P6' }, range, documents)).toEqual({ policy: 'P6', ...range });
    expect(questionOf({ ...firstDraft, rules: 'catalog/mine/2', sheet: { name: 'a.csv', text: 'Market' } }, null, documents)).toEqual({ document: { title: 'Mine' }, sheet: { text: 'Market' } });
  });

  it('has a policy of one’s own, a title in it or none', () => {
    for (const document of [{ format: 'parley-policy-2' }, { title: 'T' }]) expect(questionOf({ ...firstDraft, rules: 'own', policy: JSON.stringify(document) }, range, documents)).toEqual({ document, ...range });
  });

  it.each([['', 'There is no policy yet'], ['[1]', 'This is no policy'], ['{', 'This is no policy']])('is none with %j as policy', (policy, title) => {
    expect(questionOf({ ...firstDraft, rules: 'own', policy }, range, documents)).toMatchObject({ title, fix: expect.stringContaining('parley-policy-2') });
  });
});

describe('an answer', () => {
  it('is drawn by the businesses that change most, the rest together', () => {
    expect(barsOf(repriced, 3)).toEqual([
      { name: 'bakery', was: 120_000_000, wouldBe: 186_000_000 }, // +66
      { name: 'airline', was: 250_000_000, wouldBe: 187_500_000 }, // -62.5
      { name: 'harbour', was: 88_000_000, wouldBe: 132_000_000 }, // +44
      { name: '7 others', was: 169_000_000, wouldBe: 189_750_000 }, // 40 + 21 + 0 + 5 + 9 + 30 + 64, 66 + 25.2 + 1.4 + 5.25 + 9 + 28.5 + 54.4
    ]);
    expect(barsOf(repriced, 9).map(({ name }) => name)).not.toContain('1 others');
  });

  it('adds up, or says by what it does not', () => {
    expect(repricedResidual(repriced)).toBeNull();
    expect(repricedResidual({ ...repriced, wouldBeMicros: '695250001' })).toBe(1n);
    expect(repricedResidual({ ...repriced, wasMicros: '626999999', wouldBeMicros: '695250001' })).toBe(-1n);
  });

  it('says how far it is', () => {
    expect([null, { done: 5, total: 10, perSecond: null }, { done: 5, total: 10, perSecond: 7 }].map((progress) => writeProgress(progress, String))).toEqual(['Waiting for earlier questions …', 'Read 5 of 10 records of the log', 'Read 5 of 10 records of the log, 7 a second']);
  });
});
