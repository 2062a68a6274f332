import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import type { Cost, LateCost, Replies, Responses, Waiting } from './answers.js';
import { heatMap } from './heat-map.js';
import { reportLate, type LateOptions } from './late.js';

const folder = mkdtempSync(join(tmpdir(), 'parley-late-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hourMs = 3_600_000;
const hours = Array.from({ length: 168 }, (_, index) => ({ weekday: Math.floor(index / 24) + 1, hour: index % 24 }));
const usd = (count: number, amount: string, amountMicros: string): Cost => ({ currency: 'USD', count, amount, amountMicros });
const none: Responses = { count: 0, answered: 0, unanswered: 0, late: 0, lateRate: null, byTemplate: 0, medianMs: null, p90Ms: null };
const some = (count: number, late: number): Responses => ({ ...none, count, answered: count, late, lateRate: late / count, medianMs: 20 * hourMs, p90Ms: 45.5 * hourMs });

// Friday 20 November 18:00 (0.055) and Saturday 21 November 11:00 (0.0014), both answered on Monday; Wednesday 18 November was a closed day (0.055).
const costAt: ReadonlyMap<number, Cost> = new Map([[4 * 24 + 18, usd(1, '0.055', '55000')], [5 * 24 + 11, usd(1, '0.0014', '1400')], [2 * 24 + 9, usd(1, '0.055', '55000')]]);
const replies: Replies = {
  from: '2026-10-31T23:00:00.000Z', to: '2026-11-27T12:00:00.000Z', zone: 'Europe/Berlin', calendar: { country: 'DE', region: 'SN' },
  total: some(12, 3), days: { workday: some(10, 1), weekend: some(1, 1), closed: some(1, 1) },
  closedDays: [{ day: '2026-11-18', name: 'Repentance Day', ...some(1, 1) }, { day: '2026-11-19', name: 'closed', ...none }],
  hours: hours.map((hour) => ({ ...hour, ...none })),
}; // prettier-ignore
const cost: LateCost = {
  from: replies.from, to: replies.to, total: [usd(3, '0.1114', '111400')], illustrative: true,
  hours: hours.map((hour, index) => ({ ...hour, cost: [costAt.get(index) ?? []].flat() })),
  days: [{ day: '2026-11-18', cost: [usd(1, '0.055', '55000')] }, { day: '2026-11-20', cost: [usd(1, '0.055', '55000')] }, { day: '2026-11-21', cost: [usd(1, '0.0014', '1400')] }],
}; // prettier-ignore
const lastWeekend: LateCost = { ...cost, from: '2026-11-20T23:00:00.000Z', to: '2026-11-22T23:00:00.000Z', total: [usd(2, '0.0564', '56400')], hours: [], days: [] };
const waiting: Waiting = {
  now: '2026-11-27T12:00:00.000Z', until: '2026-11-29T23:00:00.000Z', zone: 'Europe/Berlin', open: 5, closing: 3, refused: 0, unpriced: 0, firstClosesAt: '2026-11-28T07:30:00.000Z', total: [usd(3, '0.165', '165000')],
  markets: [{ market: 'Germany', rule: 'S0/late-free-form', unitPrice: '0.055', illustrative: true, assumes: ['first tier'], cost: usd(3, '0.165', '165000') }],
}; // prettier-ignore

let asked: string[];
beforeEach(() => void (asked = []));

function fakeFetch(change: { readonly waiting?: Partial<Waiting>; readonly cost?: Partial<LateCost>; readonly lastWeekend?: Partial<LateCost> } = {}): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(String(input));
    asked.push(`${url.pathname}${url.search} ${(init?.headers as Record<string, string>)['authorization']}`);
    const isWeekend = url.searchParams.get('by') === 'closed';
    const answers: Record<string, object> = {
      '/windows/v1/insight/waiting': { ...waiting, ...change.waiting },
      '/windows/v1/insight/replies': replies,
      '/billing/v1/late-replies': isWeekend ? { ...lastWeekend, ...change.lastWeekend } : { ...cost, ...change.cost },
    };
    return Response.json(answers[url.pathname] ?? {});
  };
}

async function report(options: Partial<LateOptions> = {}, fetch = fakeFetch()) {
  const terminal = memoryTerminal();
  await reportLate({ data: folder, url: 'http://127.0.0.1:9/', apiKey: 'pk_1', json: false, ...options }, terminal, fetch);
  return terminal.lines;
}

describe('the heat map', () => {
  it('has a line for each day and a block for each hour, the highest for the most, a dot for none', () => {
    const values = hours.map((_, index) => BigInt(index === 0 ? 1 : index === 23 ? 500 : index === 167 ? 1_000 : 0));
    const lines = heatMap(values);
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe('     0           6           12          18');
    expect(lines[1]).toBe(`Mon  ▁▁${'··'.repeat(22)}▄▄`);
    expect(lines[2]).toBe(`Tue  ${'··'.repeat(24)}`);
    expect(lines[7]).toBe(`Sun  ${'··'.repeat(23)}██`);
    expect(heatMap(hours.map(() => 0n))[1]).toBe(`Mon  ${'··'.repeat(24)}`);
  });
});

describe('parley late', () => {
  it('shows when contacts wait and what it costs, last weekend, and what is open until Monday', async () => {
    const lines = await report();
    const text = lines.join('\n');
    expect(lines[0]).toBe('Late replies, Sun 1 Nov 00:00 to Fri 27 Nov 13:00 (Europe/Berlin)');
    // Wednesday's 0.055 is the closed day's, Friday's is a workday's, Saturday's 0.0014 the weekend's.
    expect(text).toMatch(/│ Workdays +│ +10 │ +10 │ +20 h │ +45 h 30 min │ +1 │ +10 % │ +USD 0\.055 │/);
    expect(text).toMatch(/│ Weekends .* 100 % │ USD 0\.0014 │/);
    expect(text).toMatch(/│ Holidays, closed .* 100 % │ +USD 0\.055 │/);
    expect(text).toMatch(/│ All .* 25 % │ USD 0\.1114 │/);
    expect(text).toContain('(█ is USD 0.055)');
    expect(lines.find((line) => line.startsWith('Fri'))).toBe(`Fri  ${'··'.repeat(18)}██${'··'.repeat(5)}`);
    expect(lines.find((line) => line.startsWith('Sat'))).toBe(`Sat  ${'··'.repeat(11)}▁▁${'··'.repeat(12)}`);
    expect(text).toContain('Holidays of DE-SN, and closed days\n  2026-11-18 Repentance Day: 1 waited, 1 answered late, 0 not yet\n');
    expect(text).toContain('Last weekend (Sat 21 Nov to Sun 22 Nov) cost USD 0.0564: 2 late replies whose windows closed on it.');
    expect(text).toContain('Open now: 5 contacts wait in open windows; 3 of them close by Mon 30 Nov 00:00, the first at Sat 28 Nov 08:30.');
    expect(text).toContain('If nobody answers until then, late replies will cost USD 0.165.');
    expect(text).toContain('  Germany: 3 × 0.055 = USD 0.165 (S0/late-free-form, assumes first tier)');
    expect(text).toContain('examples, and no bill');
  });

  it('asks for the last weekend that is over, and for days in the zone of the business', async () => {
    await report({ from: '2026-11-01', to: '2026-11-26', until: '2026-12-01', country: 'DE', region: 'SN', closed: '2026-11-19' });
    expect(asked).toEqual([
      '/windows/v1/insight/waiting Bearer pk_1',
      '/windows/v1/insight/waiting?until=2026-11-30T23%3A00%3A00.000Z Bearer pk_1',
      '/windows/v1/insight/replies?from=2026-10-31T23%3A00%3A00.000Z&to=2026-11-26T23%3A00%3A00.000Z&country=DE&region=SN&closed=2026-11-19 Bearer pk_1',
      '/billing/v1/late-replies?from=2026-10-31T23%3A00%3A00.000Z&to=2026-11-27T12%3A00%3A00.000Z&by=written Bearer pk_1',
      '/billing/v1/late-replies?from=2026-11-20T23%3A00%3A00.000Z&to=2026-11-22T23%3A00%3A00.000Z&by=closed Bearer pk_1',
    ]);
  });

  it('says so where there was nothing', async () => {
    const free = fakeFetch({ waiting: { open: 1, closing: 0, total: [], markets: [] }, cost: { total: [], days: [], illustrative: false }, lastWeekend: { total: [], illustrative: false } });
    const text = (await report({}, free)).join('\n');
    expect(text).toContain('No late reply was charged in this time.');
    expect(text).toContain('Last weekend (Sat 21 Nov to Sun 22 Nov) cost nothing');
    expect(text).toContain('Open now: 1 contact waits in open windows; none of them closes before Mon 30 Nov 00:00.');
    expect(text).not.toContain('no bill');
  });

  it('says what cannot be priced, and what the policy refuses', async () => {
    const text = (await report({}, fakeFetch({ waiting: { refused: 2, unpriced: 1, total: [], markets: [] } }))).join('\n');
    expect(text).toContain('2 of them can then be answered by a template only');
    expect(text).toContain('1 of them has no price');
  });

  it('is all of it for programs, with --json', async () => {
    expect(JSON.parse((await report({ json: true })).join('\n'))).toEqual({ replies, cost, lastWeekend, waiting });
  });

  it('takes address and key of the sandbox, and another key from a file', async () => {
    const sandbox = { made: true, code: '1', phoneKey: 'aa'.repeat(32), url: 'http://127.0.0.1:9', businessPhone: '1', apiKey: 'pk_sandbox' };
    writeFileSync(join(folder, 'sandbox.json'), JSON.stringify(sandbox));
    writeFileSync(join(folder, 'key'), 'pk_file\n');
    const terminal = memoryTerminal();
    await reportLate({ data: folder, json: true }, terminal, fakeFetch());
    await reportLate({ data: folder, json: true, keyFile: join(folder, 'key') }, terminal, fakeFetch());
    expect([...new Set(asked.map((line) => line.split(' ').at(-1)))]).toEqual(['pk_sandbox', 'pk_file']);
  });

  it('names the fix where the platform is away, or refuses', async () => {
    const refusing = (status: number, body: object) => report({}, async () => Response.json(body, { status }));
    await expect(report({}, async () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })))).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED'), fix: expect.stringContaining('--url') });
    await expect(refusing(401, { title: 'No valid credentials', detail: 'why' })).rejects.toMatchObject({ fix: expect.stringContaining('PARLEY_API_KEY') });
    await expect(refusing(403, { title: 'The key may not do this' })).rejects.toMatchObject({ fix: expect.stringContaining('windows:read') });
    await expect(refusing(400, { title: 'Some fields are wrong', errors: [{ path: 'region', hint: 'must be one of BY' }] })).rejects.toMatchObject({ message: expect.stringContaining('region must be one of BY') });
    await expect(refusing(503, {})).rejects.toMatchObject({ fix: expect.stringContaining('again') });
    await expect(report({ keyFile: join(folder, 'none') })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('key') });
  });
});
