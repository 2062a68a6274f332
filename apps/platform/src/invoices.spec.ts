import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
let month: string;
const dayMs = 86_400_000;
const { businessId, ownerId } = cast.business;

interface Line {
  readonly kind: string;
  readonly market: string | null;
  readonly category: string | null;
  readonly cause: string;
  readonly month: string | null;
  readonly charges: number;
  readonly amountMicros: string;
}

const operator = (): string => set.folder.open().operatorKey;
const get = (path: string, token = set.platform.sandbox.apiKey): Promise<Answer> => ask(set.platform.address, path, token);
const adjust = (body: object, key: string): Promise<Answer> => ask(set.platform.address, '/billing/v1/adjustments', operator(), { body, key });
const fetched = (path: string, accept = '*/*'): Promise<Response> => fetch(set.platform.address + path, { headers: { Authorization: `Bearer ${set.platform.sandbox.apiKey}`, Accept: accept } });
const charges = async () => (await get('/billing/v1/charges')).body['data'] as { chargeId: string; pricing: object; amount: string }[];
const linesOf = async (invoiceId: string): Promise<readonly Line[]> => (await get(`/billing/v1/invoices/${invoiceId}`)).body['lines'] as Line[];
const micros = (accounts: unknown, account: string): string | undefined => (accounts as { account: string; balanceMicros: string }[]).find((one) => one.account === account)?.balanceMicros;

/** Invoices of the business, once there are so many. */
async function invoices(count: number): Promise<readonly Record<string, unknown>[]> {
  const { body } = await eventually(() => get('/billing/v1/invoices'), (answer) => (answer.body['data'] as unknown[]).length >= count);
  return body['data'] as Record<string, unknown>[];
}

async function sendTemplate(order: string): Promise<void> {
  const parameters = [order, 'Friday'].map((text) => ({ type: 'text', text }));
  await send(set.platform, set.platform.sandbox.apiToken, { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] } });
  await receive(set.phone, (text) => text.includes(order));
}

beforeAll(async () => {
  set = await stage();
  // The tenth of the next month: no month ends while this runs.
  const now = new Date();
  const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10, 12);
  set.pass(start - now.getTime());
  month = new Date(start).toISOString().slice(0, 7);
  await set.phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => get(`/windows/v1/conversations/${businessId}.${set.platform.sandbox.contactId}`), ({ body }) => body['open'] === true);
  await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes, until six.'));
  await receive(set.phone, (text) => text === 'Yes, until six.');
  await sendTemplate('A-1');
  await eventually(charges, (all) => all.length === 2);
}, 120_000);
afterAll(() => set.end(), 30_000);

describe('the ledger', () => {
  it('has of a charge its price list’s own terms', async () => {
    const [free, paid] = await charges();
    expect(free).toMatchObject({ month, pricing: { category: 'service', type: 'free_customer_service', tier: null, session: null, allowance: null } });
    expect(paid).toMatchObject({ month, pricing: { category: 'utility', type: 'regular' } });
  });

  it('owes to revenue what was charged, and balances', async () => {
    const { body } = await eventually(() => get('/billing/v1/ledger/balance'), (answer) => (answer.body['data'] as unknown[]).length === 2);
    expect(body['balanced']).toBe(true);
    expect([micros(body['data'], 'receivable_unbilled'), micros(body['data'], 'revenue')]).toEqual(['55000', '-55000']);
  });

  it('takes a correction once, by its Idempotency-Key, and leaves the charge', async () => {
    const paid = (await charges())[1]!;
    const body = { chargeId: paid.chargeId, amount: '-0.0051', reason: 'goodwill', causedBy: 'ticket 7' };
    const [first, again] = [await adjust(body, 'correction-1'), await adjust(body, 'correction-1')];
    expect(first).toMatchObject({ status: 201, body: { chargeId: paid.chargeId, currency: 'USD', amount: '-0.0051', amountMicros: '-5100' } });
    expect(again.body).toEqual(first.body);
    const balance = await eventually(() => get('/billing/v1/ledger/balance'), (answer) => micros(answer.body['data'], 'adjustments') !== undefined);
    expect([micros(balance.body['data'], 'adjustments'), micros(balance.body['data'], 'receivable_unbilled')]).toEqual(['5100', '49900']);
    expect((await charges())[1]?.amount).toBe('0.055');
  });

  it.each([
    ['a charge that is none', { chargeId: 'nobody.c1.m1', amount: '1', reason: 'r', causedBy: 'c' }, 404, undefined],
    ['an amount of nothing', { chargeId: 'a.b.c', amount: '0.000', reason: 'r', causedBy: 'c' }, 400, 'amount'],
    ['a binary float', { chargeId: 'a.b.c', amount: -0.5, reason: 'r', causedBy: 'c' }, 400, 'amount'],
    ['no cause', { chargeId: 'a.b.c', amount: '-0.5', reason: 'r' }, 400, 'causedBy'],
  ])('refuses %s', async (_, body, status, path) => {
    const answer = await adjust(body, `wrong ${path}`.replaceAll(' ', '-'));
    expect([answer.status, (answer.body['errors'] as { path: string }[] | undefined)?.[0]?.path]).toEqual([status, path]);
  });

  it('takes corrections from nobody but the operator', async () => {
    const body = { chargeId: 'a.b.c', amount: '1', reason: 'r', causedBy: 'c' };
    expect((await ask(set.platform.address, '/billing/v1/adjustments', set.platform.sandbox.apiKey, { body, key: 'theirs' })).status).toBe(403);
  });
});

describe('an invoice', () => {
  let invoiceId: string;

  beforeAll(async () => {
    set.pass(30 * dayMs);
    invoiceId = String((await invoices(1))[0]!['invoiceId']);
  }, 60_000);

  it('is made when the month is over everywhere and receipts were waited for', async () => {
    const [invoice] = await invoices(1);
    // 0.055 - 0.0051 = 0.0499, rounded half up to 0.05.
    expect(invoice).toMatchObject({
      invoiceId: `${ownerId}-000001`, number: 1, ownerId, businessId, month, currency: 'USD', illustrative: true, charges: 3, lineCount: 4,
      exact: '0.0499', rounding: '0.0001', total: '0.05', totalMicros: '50000', evidence: { ledger: { topic: 'parley.ledger.v1' } },
    });
    expect((await linesOf(invoiceId)).map(({ kind, category, cause, charges: count, amountMicros }) => [kind, category, cause, count, amountMicros])).toEqual([
      ['usage', 'service', '', 1, '0'],
      ['usage', 'utility', '', 1, '55000'],
      ['adjustment', 'utility', 'goodwill (ticket 7)', 1, '-5100'],
      ['rounding', null, 'rounded half up to the minor unit', 0, '100'],
    ]);
  });

  it('moves what was unbilled to what is to be paid', async () => {
    const { body } = await get('/billing/v1/ledger/balance');
    expect(body['balanced']).toBe(true);
    expect(['receivable_unbilled', 'receivable_billed', 'rounding'].map((account) => micros(body['data'], account))).toEqual(['0', '50000', '-100']);
  });

  it('is the operator’s to see whole', async () => {
    const { body } = await get(`/billing/v1/invoices?ownerId=${ownerId}`, operator());
    expect(body['data']).toMatchObject([{ invoiceId, businessId: '*', total: '0.05' }]);
    expect((await get('/billing/v1/invoices?ownerId=nobody', operator())).body['data']).toEqual([]);
    expect((await get(`/billing/v1/invoices/${invoiceId}`, operator())).body['lines']).toHaveLength(4);
  });

  it('comes as CSV and PDF, by suffix and by what the caller accepts', async () => {
    const [byName, byHeader] = [await fetched(`/billing/v1/invoices/${invoiceId}.csv`), await fetched(`/billing/v1/invoices/${invoiceId}`, 'text/csv')];
    const csv = await byName.text();
    expect([byName.headers.get('content-type'), await byHeader.text()]).toEqual([expect.stringContaining('text/csv'), csv]);
    expect(csv.split('\r\n')).toHaveLength(6);
    expect(csv).toContain(',0.055,55000,true,true');
    const pdfs = [await fetched(`/billing/v1/invoices/${invoiceId}.pdf`), await fetched(`/billing/v1/invoices/${invoiceId}`, 'application/pdf')];
    const bytes = await Promise.all(pdfs.map(async (response) => Buffer.from(await response.arrayBuffer())));
    expect(pdfs[0]!.headers.get('content-type')).toBe('application/pdf');
    expect(bytes[0]!.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes[1]!.equals(bytes[0]!)).toBe(true);
    expect(await (await fetched(`/billing/v1/invoices/${invoiceId}`)).json()).toMatchObject({ invoiceId });
  });

  it('of another number is not there', async () => {
    expect((await get(`/billing/v1/invoices/${ownerId}-000009`)).status).toBe(404);
    expect((await get('/billing/v1/invoices/no%20number')).status).toBe(400);
  });

  it('is never touched: what is corrected later is on the next one, which says why', async () => {
    const before = (await get(`/billing/v1/invoices/${invoiceId}`)).body;
    const paid = (await charges())[1]!;
    await adjust({ chargeId: paid.chargeId, amount: '-0.055', reason: 'late card', causedBy: 'usd version 2' }, 'correction-2');
    await eventually(() => get('/billing/v1/ledger/balance'), ({ body }) => micros(body['data'], 'receivable_unbilled') === '-55000');
    set.pass(40 * dayMs);
    const [, second] = await invoices(2);
    expect(second).toMatchObject({ number: 2, total: '-0.06', exact: '-0.055' });
    expect(await linesOf(String(second!['invoiceId']))).toMatchObject([{ kind: 'adjustment', month, cause: 'late card (usd version 2)', amountMicros: '-55000' }, { kind: 'rounding', amountMicros: '-5000' }]);
    expect((await get(`/billing/v1/invoices/${invoiceId}`)).body).toEqual(before);
  });

  it('is given in pages that never change', async () => {
    const first = (await get('/billing/v1/invoices?limit=1')).body;
    const second = (await get(`/billing/v1/invoices?limit=1&after=${String(first['next'])}`)).body;
    const end = (await get(`/billing/v1/invoices?limit=1&after=${String(second['next'])}`)).body;
    expect([first, second, end].map(({ data, more }) => [(data as { number: number }[]).map(({ number }) => number), more])).toEqual([[[1], true], [[2], true], [[], false]]);
  });
});
