import { describe, expect, it } from '@jest/globals';
import { bundledPriceLists } from '@parley/rating';
import { setTimeout as pause } from 'node:timers/promises';
import { askedPlatform } from '../platform/platform.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runCorrect, type CorrectOptions } from './correct.js';
import { runCorrections } from './list-corrections.js';
import type { CorrectionStatus, TrialResult } from './price-lists.js';
import { correctionsTable, trialPage } from './show-corrections.js';

const { data, file } = askedPlatform();


const sheet = 'Market,Currency,Marketing,Utility,Authentication,Authentication-International,Service\nGermany,USD,0.1,0.0600,0.06,n/a,0\nOther,USD,0.06,0.0077,0.0077,n/a,n/a\n';
const usual = { effectiveFrom: '2026-01-01', reason: 'Germany was too cheap', illustrative: false, ignoredColumns: [], dryRun: false, wait: true, json: true, data, environment: {} } as const;

async function correct(options: Partial<CorrectOptions> & { readonly file: string }) {
  const terminal = memoryTerminal();
  const posted: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (init?.method === 'POST') posted.push(new URL(String(input)).pathname);
    return globalThis.fetch(input, init);
  };
  const run = runCorrect({ ...usual, ...options }, terminal, { fetch, pause: () => pause(20) });
  const outcome = await run.then((exit) => ({ exit, said: '' }), (error: Error & { exitCode?: number }) => ({ exit: error.exitCode, said: error.message }));
  return { ...outcome, posted, text: terminal.lines.join('\n') };
}

/** What stands in a table, without its lines. */
const cells = (lines: readonly string[]): string => lines.join('\n').replaceAll('│', ' ');

describe('a rate card that corrects another', () => {
  it('is tried, and nothing is published', async () => {
    const { exit, posted, text } = await correct({ file: file('rates.csv', sheet), dryRun: true });
    expect([exit, posted]).toEqual([0, ['/billing/v1/corrections/trials/rate-cards']]);
    expect(JSON.parse(text)).toMatchObject({ kind: 'rate_card', id: 'usd-for-s0', version: 2, outcome: 'tried', charges: 0, adjustments: 0, currencies: [] });
  });

  it('is published as the next version, with what it corrects and why, and followed until it is posted', async () => {
    const { exit, posted, text } = await correct({ file: file('rates.csv', sheet), source: 'a spec' });
    expect([exit, posted]).toEqual([0, ['/billing/v1/rate-cards']]);
    expect(JSON.parse(text)).toMatchObject({ id: 'usd-for-s0', version: 2, effectiveFrom: '2026-01-01', corrected: { id: 'usd-for-s0', version: 1 }, reason: 'Germany was too cheap', state: 'posted', adjustments: 0 });
  });

  it('is published once, however often it is called', async () => {
    const { exit, posted, text } = await correct({ file: file('rates.csv', sheet), source: 'a spec' });
    expect([exit, posted]).toEqual([0, []]);
    expect(JSON.parse(text)).toMatchObject({ version: 2, corrected: { version: 1 } });
  });

  it('is listed', async () => {
    const terminal = memoryTerminal();
    expect(await runCorrections({ data, environment: {}, json: false }, terminal, globalThis.fetch)).toBe(0);
    expect(cells(terminal.lines)).toMatch(/rate card usd-for-s0 2 +usd-for-s0 1 +2026-01-01 +Germany was too cheap +0 +nothing/);
  });
});

describe('a policy that corrects another', () => {
  const document = JSON.parse(bundledPriceLists().policies.find(({ policyId }) => policyId === 'P5')!.document) as object;

  it('is published under the name of the one in force', async () => {
    const { exit, posted, text } = await correct({ file: file('p5.json', JSON.stringify({ document })), reason: 'it was P5' });
    expect([exit, posted]).toEqual([0, ['/billing/v1/policies']]);
    expect(JSON.parse(text)).toMatchObject({ kind: 'policy', id: 'S0', version: 2, corrected: { id: 'S0', version: 1 } });
    expect((await correct({ file: file('p5.json', JSON.stringify(document)), reason: 'it was P5' })).posted).toEqual([]);
  });
});

describe('what cannot correct anything', () => {
  it.each([
    ['a day that is none', { effectiveFrom: 'yesterday' }, sheet, 'yesterday is not a day.'],
    ['a day before everything', { effectiveFrom: '2017-01-01' }, sheet, 'No card in USD is in force on 2017-01-01'],
    ['a day that has not begun', { effectiveFrom: '2090-01-01', source: 'another' }, sheet.replace('0.0600', '0.07'), '2090-01-01 has not'],
    ['volume tiers', {}, 'Market,Currency,Category,From,To,Price\nOther,USD,Utility,1,MAX,0.0077\n', 'volume tiers'],
  ])('is refused: %s', async (_, options, content, said) => {
    const outcome = await correct({ file: file('rates.csv', content), ...options });
    expect(outcome).toMatchObject({ exit: expect.any(Number), said: expect.stringContaining(said) });
    expect(outcome.exit).toBeGreaterThan(0);
  });

  it('is a file that is no policy', async () => {
    expect(await correct({ file: file('p.json', '{"format":"parley-policy-2"}') })).toMatchObject({ exit: 2, said: expect.stringContaining('is not a policy') });
  });
});

describe('what is shown', () => {
  const result: TrialResult = {
    charges: 1_200, adjustments: 3, unexplained: 0, pending: 1, drifting: true, unpriced: [{ reason: 'the card has no price', charges: 2 }],
    currencies: [{ currency: 'USD', change: '0.015', changeMicros: '15000' }],
    businesses: [{ businessId: 'acme', ownerId: 'acme-group', adjustments: 3, currency: 'USD', change: '0.015', changeMicros: '15000' }],
  };

  it('of a trial is how many charges it adjusts, by how much and whose', () => {
    const page = cells(trialPage(result, 'usd version 2', memoryTerminal()));
    expect(page).toContain('Published as usd version 2, it would adjust 3 of 1,200 charges by +0.015 USD.');
    expect(page).toMatch(/acme +acme-group +3 +\+0\.015 USD/);
    for (const told of ['2 charges would stand unchanged', '1 message is not charged yet', 'until counts agree again', 'leave out --dry-run']) expect(page).toContain(told);
  });

  it('of a correction is how far it is, and what is wrong with it', () => {
    const status = {
      catalogOffset: 7, kind: 'rate_card', id: 'usd', version: 2, effectiveFrom: '2026-01-01', corrected: { id: 'usd', version: 1 }, reason: 'wrong', publishedAt: '', charges: 10, unpriced: 1, unexplained: 0,
      state: 'running', progress: { done: 500, total: 2_000 }, adjustments: 3, changes: [{ currency: 'USD', change: '-0.015', changeMicros: '-15000' }], detail: '1 charge stands',
    } as const satisfies CorrectionStatus;
    const table = cells(correctionsTable([status], memoryTerminal()));
    expect(table).toMatch(/rate card usd 2 +usd 1 +2026-01-01 +wrong +3 +-0\.015 USD +is being settled \(500 of 2,000\)/);
    expect(table).toContain('usd version 2: 1 charge stands');
  });
});
