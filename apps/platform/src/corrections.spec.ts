import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
let month: string;
let firstDay: string;
let invoice: { readonly json: unknown; readonly csv: string; readonly pdf: Buffer };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const { businessId, ownerId } = cast.business;

const operator = (): string => set.folder.open().operatorKey;
const get = (path: string, token = set.platform.sandbox.apiKey): Promise<Answer> => ask(set.platform.address, path, token);
const post = (path: string, body: object, key?: string): Promise<Answer> => ask(set.platform.address, path, operator(), { body, ...(key === undefined ? {} : { key }) });
const rows = (utility: string) => [{ market: 'Other', utility }, { market: 'Germany', utility }];
const card = (version: number, utility: string, corrected: number) => ({
  rateCardId: 'usd-for-s0', version, effectiveFrom: firstDay, currency: 'USD', rows: rows(utility), source: 'a spec', illustrative: false,
  correction: { rateCardId: 'usd-for-s0', version: corrected, reason: `the price of Germany is ${utility}` },
});
const charges = async () => (await get('/billing/v1/charges')).body['data'] as { chargeId: string; amountMicros: string; rateCard: { version: number } | null }[];
const corrections = async () => (await get('/billing/v1/corrections', operator())).body['data'] as { version: number; state: string; adjustments: number; changes: object[]; kind: string; reason: string; corrected: object }[];
const balance = async (account: string): Promise<string | undefined> =>
  ((await get('/billing/v1/ledger/balance')).body['data'] as { account: string; balanceMicros: string }[]).find((one) => one.account === account)?.balanceMicros;
const bytes = async (path: string): Promise<Buffer> => Buffer.from(await (await fetch(set.platform.address + path, { headers: { Authorization: `Bearer ${set.platform.sandbox.apiKey}` } })).arrayBuffer());
const invoices = async (count: number) => (await eventually(() => get('/billing/v1/invoices'), ({ body }) => (body['data'] as unknown[]).length >= count)).body['data'] as { invoiceId: string; total: string }[];

async function late(text: string): Promise<void> {
  const known = (await charges()).length;
  await send(set.platform, set.platform.sandbox.apiToken, textOf(text));
  await receive(set.phone, (received) => received === text);
  await eventually(charges, (all) => all.length === known + 1);
}

/** Three late replies to Germany, 0.0550 each by the card in force, and their month's invoice. */
beforeAll(async () => {
  set = await stage();
  const now = new Date();
  const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10, 12);
  set.pass(start - now.getTime());
  month = new Date(start).toISOString().slice(0, 7);
  firstDay = `${month}-10`;
  await set.phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => get(`/windows/v1/conversations/${businessId}.${set.platform.sandbox.contactId}`), ({ body }) => body['open'] === true);
  await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes'));
  await receive(set.phone, (text) => text === 'Yes');
  await eventually(charges, (all) => all.length === 1);
  set.pass(25 * hourMs);
  for (const text of ['one', 'two', 'three']) await late(text);
  set.pass(30 * dayMs);
  const [first] = await invoices(1);
  const path = `/billing/v1/invoices/${first!.invoiceId}`;
  invoice = { json: (await get(path)).body, csv: (await bytes(`${path}.csv`)).toString(), pdf: await bytes(`${path}.pdf`) };
}, 120_000);
afterAll(() => set.end(), 30_000);

describe('a card that is published late', () => {
  it('can be tried first: what it would change, and nothing is changed', async () => {
    const { status, body } = await post('/billing/v1/corrections/trials/rate-cards', card(2, '0.0600', 1));
    expect(status).toBe(202);
    const done = await eventually(() => get(`/billing/v1/corrections/trials/${String(body['id'])}`, operator()), (answer) => answer.body['state'] === 'done');
    // Three late ones, 0.0600 - 0.0550 each; the reply in time is free.
    expect(done.body['result']).toEqual({
      charges: 4, adjustments: 3, unexplained: 0, pending: 0, drifting: false, unpriced: [], currencies: [{ currency: 'USD', change: '0.015', changeMicros: '15000' }],
      businesses: [{ businessId, ownerId, currency: 'USD', adjustments: 3, change: '0.015', changeMicros: '15000' }],
    });
    expect(await corrections()).toEqual([]);
    expect(await balance('adjustments')).toBeUndefined();
  });

  it('adjusts by itself what was charged since its day, each charge once', async () => {
    expect((await post('/billing/v1/rate-cards', card(2, '0.0600', 1), 'late-card')).status).toBe(201);
    const [one] = await eventually(corrections, ([first]) => first?.state === 'posted' || first?.state === 'settled');
    expect(one).toMatchObject({ kind: 'rate_card', version: 2, corrected: { id: 'usd-for-s0', version: 1 }, reason: 'the price of Germany is 0.0600', adjustments: 3, changes: [{ currency: 'USD', change: '0.015' }] });
    await eventually(() => balance('adjustments'), (micros) => micros === '-15000');
    expect((await charges()).map(({ amountMicros }) => amountMicros)).toEqual(['0', '55000', '55000', '55000']);
  });

  it('prices what comes after it', async () => {
    await late('four');
    expect((await charges()).at(-1)).toMatchObject({ amountMicros: '60000', rateCard: { version: 2 } });
  });

  it('leaves the invoice as it was issued, byte for byte', async () => {
    const path = `/billing/v1/invoices/${ownerId}-000001`;
    expect((await get(path)).body).toEqual(invoice.json);
    expect((await bytes(`${path}.csv`)).toString()).toBe(invoice.csv);
    expect((await bytes(`${path}.pdf`)).equals(invoice.pdf)).toBe(true);
  });

  it('is corrected once more by the next one, by the difference between the two', async () => {
    expect((await post('/billing/v1/rate-cards', card(3, '0.0500', 2), 'later-card')).status).toBe(201);
    const all = await eventually(corrections, (list) => list.length === 2 && list.every(({ state }) => state === 'posted' || state === 'settled'));
    // Four late ones, 0.0500 - 0.0600 each.
    expect(all[1]).toMatchObject({ version: 3, adjustments: 4, changes: [{ change: '-0.04', changeMicros: '-40000' }] });
    await eventually(() => balance('adjustments'), (micros) => micros === '25000');
    expect((await get('/billing/v1/ledger/balance')).body['balanced']).toBe(true);
  });

  it('is settled once no charge can be under way that it reaches', async () => {
    set.pass(11 * 60_000);
    await post('/billing/v1/rate-cards', card(3, '0.0500', 2), 'later-card-again');
    expect((await eventually(corrections, (list) => list.every(({ state }) => state === 'settled'))).map(({ adjustments }) => adjustments)).toEqual([3, 4]);
    expect(await balance('adjustments')).toBe('25000');
  });

  it('is on the next bill, in lines that name it', async () => {
    set.pass(45 * dayMs);
    const second = (await invoices(2))[1]!;
    const lines = (await get(`/billing/v1/invoices/${second.invoiceId}`)).body['lines'] as { kind: string; month: string; cause: string; charges: number; amountMicros: string }[];
    const adjusted = lines.filter(({ kind }) => kind === 'adjustment').map(({ month: of, cause, charges: count, amountMicros }) => [of === month, cause, count, amountMicros]);
    expect(adjusted).toEqual([
      [true, 'the price of Germany is 0.0500 (rate card usd-for-s0 version 3)', 3, '-30000'],
      [true, 'the price of Germany is 0.0600 (rate card usd-for-s0 version 2)', 3, '15000'],
      [false, 'the price of Germany is 0.0500 (rate card usd-for-s0 version 3)', 1, '-10000'],
    ]);
    // 0.0600 for the fourth, less 0.0250.
    expect(second).toMatchObject({ exact: '0.035', total: '0.04' });
  });
});

describe('a correction', () => {
  it.each([
    ['of a policy that names none', '/billing/v1/policies', (): object => ({ policyId: 'S0', version: 2, effectiveFrom: firstDay, source: 's', illustrative: true, document: s0 }), 'effectiveFrom'],
    ['without a reason', '/billing/v1/rate-cards', (): object => ({ ...card(9, '0.0500', 3), correction: { rateCardId: 'usd-for-s0', version: 3 } }), 'correction.reason'],
    ['tried without saying what it corrects', '/billing/v1/corrections/trials/rate-cards', (): object => ({ ...card(9, '0.0500', 3), effectiveFrom: '2090-01-01', correction: null }), 'correction'],
    ['tried although it is published', '/billing/v1/corrections/trials/rate-cards', (): object => card(3, '0.0500', 2), 'version'],
    ['of a policy, tried as the correction of another', '/billing/v1/corrections/trials/policies', (): object => ({ policyId: 'S0', version: 2, effectiveFrom: firstDay, source: 's', illustrative: true, document: s0, correction: { policyId: 'P6', version: 1, reason: 'r' } }), 'correction'],
  ])('%s is refused', async (_, path, body, field) => {
    const answer = await post(path, body(), `refused ${field}`.replaceAll(/\W/g, '-'));
    expect([answer.status, (answer.body['errors'] as { path: string }[])[0]?.path]).toEqual([400, field]);
  });

  it('is the operator’s to see and to try, and nobody else’s', async () => {
    expect((await get('/billing/v1/corrections')).status).toBe(403);
    expect((await ask(set.platform.address, '/billing/v1/corrections/trials/policies', set.platform.sandbox.apiKey, { body: {} })).status).toBe(403);
  });
});

const s0 = {
  format: 'parley-policy-2', title: 'All replies', freeWindowHours: 24, lateReply: { api: 'charge', app: 'charge' }, charges: [{ rule: 'all', price: 'utility' }],
};
