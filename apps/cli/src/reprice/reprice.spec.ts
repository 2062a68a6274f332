import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@parley/bus-postgres';
import { parseDecimal } from '@parley/money';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filledDatabase } from '../lanes/filled-database.fixture.js';
import { printLog } from '../records/records.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runReprice, type RepriceOptions } from './reprice.js';

let database: Database;
const folder = mkdtempSync(join(tmpdir(), 'parley-reprice-'));
beforeAll(async () => void (database = await filledDatabase()), 60_000);
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Shown {
  readonly messages: number;
  readonly unpriced: readonly { readonly reason: string; readonly messages: number }[];
  readonly currencies: readonly {
    readonly was: string; readonly wouldBe: string; readonly change: string; readonly share: string; readonly winners: number; readonly losers: number; readonly unpriced: number;
    readonly businesses: readonly { readonly businessId: string; readonly was: string; readonly wouldBe: string; readonly messages: number }[];
  }[];
}

async function repriced(options: Partial<RepriceOptions> & { readonly policy: string }): Promise<{ readonly code: number; readonly shown: Shown }> {
  const terminal = memoryTerminal();
  const code = await runReprice(database, { businesses: [], top: 10, json: true, environment: {}, ...options }, terminal);
  return { code, shown: JSON.parse(terminal.lines.at(-1)!) as Shown };
}

function file(name: string, content: object | string): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const total = (amounts: readonly string[]): bigint => amounts.reduce((sum, amount) => sum + parseDecimal(amount), 0n);

describe('the usage of the story', () => {
  it('costs under the published rules what it was charged, to the micro', async () => {
    const { code, shown } = await repriced({ policy: 'published', failOver: 0n });
    expect(code).toBe(0);
    expect(shown.messages).toBe(12);
    const [usd] = shown.currencies;
    expect(usd).toMatchObject({ change: '0', winners: 0, losers: 0, share: '0.00 %' });
    const ledger = memoryTerminal();
    await printLog(database, { topic: 'ledger', follow: false, json: true, environment: {} }, ledger, new AbortController().signal);
    const charged = ledger.lines.map((line) => (JSON.parse(line) as { readonly event: { readonly amount: string } }).event.amount);
    expect(parseDecimal(usd!.was)).toBe(charged.reduce((sum, amount) => sum + BigInt(amount), 0n));
    expect(total(usd!.businesses.map(({ was }) => was))).toBe(parseDecimal(usd!.was));
  });

  it('would cost less where late replies are free, and names who wins', async () => {
    // P5: only templates cost. The story has one, to Germany, outside the window: 0.0550.
    const { shown } = await repriced({ policy: 'P5' });
    const [usd] = shown.currencies;
    expect(usd).toMatchObject({ wouldBe: '0.055', losers: 0 });
    expect(usd!.businesses.find(({ wouldBe }) => wouldBe !== '0')).toMatchObject({ wouldBe: '0.055' });
    expect(usd!.winners).toBeGreaterThan(0);
  });

  it('would cost more where every reply is charged: one line of a policy', async () => {
    const s0 = JSON.parse(readFileSync(new URL('../../../../libs/rating/data/policies/S0.json', import.meta.url), 'utf8')) as { readonly document: { readonly charges: readonly { readonly rule: string; readonly price: string }[] } };
    const charges = s0.document.charges.map((line) => (line.rule === 'inside-window' ? { ...line, price: 'utility' } : line));
    const policy = file('all.json', { ...s0.document, charges });
    const { code, shown } = await repriced({ policy, failOver: 500n });
    expect(code).toBe(1);
    expect(parseDecimal(shown.currencies[0]!.change)).toBeGreaterThan(0n);
  });

  it('takes a rate card as it is found, and says which messages it has no price for', async () => {
    const rates = file('rates.csv', 'Prices of an evening\n\nMarket,Currency,Marketing,Utility,Authentication,"Authentication-\nInternational",Service\nGermany,$US,0.1,0.1,0.1,n/a,n/a\nOther,$US,n/a,n/a,n/a,n/a,n/a\n');
    const { shown } = await repriced({ policy: 'published', rates });
    expect(shown.unpriced[0]?.reason).toContain('has no utility price for');
    const [usd] = shown.currencies;
    expect(usd!.unpriced).toBe(shown.unpriced.reduce((sum, { messages }) => sum + messages, 0));
    // Late replies to Germany, of a micro sum that is a multiple of the new price.
    expect(parseDecimal(usd!.wouldBe) % 100_000n).toBe(0n);
  });

  it('tells of the days and businesses asked for', async () => {
    const { shown: all } = await repriced({ policy: 'published' });
    const { shown: before } = await repriced({ policy: 'published', to: '2018-08-05' });
    const { shown: after } = await repriced({ policy: 'published', from: '2018-08-06' });
    expect(parseDecimal(before.currencies[0]!.was) + parseDecimal(after.currencies[0]!.was)).toBe(parseDecimal(all.currencies[0]!.was));
    const [one] = all.currencies[0]!.businesses;
    const { shown: only } = await repriced({ policy: 'published', businesses: [one!.businessId] });
    expect(only.currencies[0]!.businesses).toEqual([one]);
  });

  it('is written as a table, as CSV and as a chart', async () => {
    const [csv, svg] = [join(folder, 'out.csv'), join(folder, 'out.svg')];
    const terminal = memoryTerminal();
    await runReprice(database, { policy: 'P5', businesses: [], top: 1, csv, svg, json: false, environment: {} }, terminal);
    const said = terminal.lines.join('\n');
    expect(said).toContain('12 messages priced again: P5');
    expect(said).toMatch(/│ All +│ +12 │/);
    const [header, first] = readFileSync(csv, 'utf8').split('\r\n');
    expect(header!.split(',')).toHaveLength(first!.split(',').length);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it.each([
    ['nothing.json', 'cannot be read'],
    [file('broken.json', '{"format":"parley-policy-2"}'), 'is not a policy'],
  ])('refuses %s, and says what can be given', async (policy, why) => {
    await expect(repriced({ policy })).rejects.toThrow(why);
  });

  it('refuses days that are none, and a range that ends before it begins', async () => {
    await expect(repriced({ policy: 'S0', from: '2018-02-30' })).rejects.toThrow('is not a day');
    await expect(repriced({ policy: 'S0', from: '2018-08-06', to: '2018-08-01' })).rejects.toThrow('is after');
  });
});
