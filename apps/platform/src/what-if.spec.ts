import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, eventually, receive, send, stage, textOf, type Answer, type Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
let operator: string;
const hourMs = 3_600_000;

/** One reply in the window, one 25 hours late: Germany, 0.0550 by S0. */
beforeAll(async () => {
  set = await stage();
  operator = set.folder.open().operatorKey;
  const { platform, phone } = set;
  await phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => send(platform, platform.sandbox.apiToken, textOf('Yes')), ({ status }) => status === 200);
  await receive(phone, (text) => text === 'Yes');
  set.pass(25 * hourMs);
  await send(platform, platform.sandbox.apiToken, textOf('Sorry, we were closed'));
  await receive(phone, (text) => text.startsWith('Sorry'));
  await eventually(() => get('/billing/v1/charges'), ({ body }) => (body['data'] as object[]).length === 2);
}, 120_000);
afterAll(async () => set.end(), 30_000);

const get = (path: string, token = set.platform.sandbox.apiKey): Promise<Answer> => ask(set.platform.address, path, token);
const question = (body: object, token = set.platform.sandbox.apiKey): Promise<Answer> => ask(set.platform.address, '/billing/v1/what-if', token, { body });

async function answered(body: object, token?: string): Promise<{ readonly title: unknown; readonly result: { readonly messages: number; readonly currencies: readonly object[] } }> {
  const { status, body: taken } = await question(body, token);
  expect(status).toBe(202);
  const { body: done } = await eventually(() => get(`/billing/v1/what-if/${String(taken['id'])}`, token), (answer) => answer.body['state'] === 'done');
  return done as never;
}

describe('what the usage would cost', () => {
  it('is what it cost, under the published rules', async () => {
    const { title, result } = await answered({});
    expect(title).toBe('as published');
    expect(result).toMatchObject({ messages: 2, pending: 0, currencies: [{ currency: 'USD', was: '0.055', wouldBe: '0.055', change: '0', share: '0.00 %', messages: 2, businesses: [{ businessId: cast.business.businessId, paidWas: 1, paidWouldBe: 1 }] }] });
  });

  it('is nothing under P5, and twice the price where every reply is charged', async () => {
    expect((await answered({ policy: 'P5' })).result.currencies).toMatchObject([{ wouldBe: '0', change: '-0.055', share: '-100.00 %', winners: 1, losers: 0 }]);
    const document = {
      format: 'parley-policy-2', title: 'All replies', freeWindowHours: 24, lateReply: { api: 'charge', app: 'charge' }, charges: [{ rule: 'all', price: 'utility' }],
    };
    const rates = { currency: 'USD', rows: [{ market: 'Other', utility: '0.1' }] };
    expect((await answered({ document, rates })).result.currencies).toMatchObject([{ was: '0.055', wouldBe: '0.2', change: '0.145', share: '+263.64 %', losers: 1 }]);
  });

  it('is told by a rate card as it is found', async () => {
    const sheet = { text: 'Prices of an evening\n\nMarket,Currency,Marketing,Utility\nGermany,$US,0.2,0.3\nOther,$US,n/a,0.1\n' };
    const document = { format: 'parley-policy-2', title: 'All replies', freeWindowHours: 24, lateReply: { api: 'charge', app: 'charge' }, charges: [{ rule: 'all', price: 'utility' }] };
    const { title, result } = await answered({ document, sheet });
    // Two replies to Germany, 0.3 each; the prices are nobody's, and said to be.
    expect([title, result.currencies]).toMatchObject(['All replies, other prices', [{ was: '0.055', wouldBe: '0.6', change: '0.545', illustrative: 2 }]]);
  });

  it('can be asked of every price list there is', async () => {
    const { data } = (await get('/billing/v1/what-if')).body as unknown as { data: { name: string; title: string }[] };
    expect(data.map(({ name }) => name)).toEqual(['S0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'history', 'published']);
    expect(data[6]!.title).toBe('P6: replies are paid again, 2026-10');
  });

  it('is told for the days asked for', async () => {
    expect((await answered({ to: '2018-01-01' })).result).toMatchObject({ messages: 2, currencies: [] });
  });

  it('is told to who asked, and to nobody else; the operator is told of all', async () => {
    const { body } = await question({ policy: 'P1' }, operator);
    expect((await get(`/billing/v1/what-if/${String(body['id'])}`)).status).toBe(404);
    expect((await answered({ policy: 'history' }, operator)).result.currencies).toMatchObject([{ was: '0.055' }]);
  });

  it.each([
    [{ policy: 'P9' }, 'policy'],
    [{ policy: 'P5', document: {} }, 'document'],
    [{ document: { format: 'parley-policy-2' } }, 'document'],
    [{ rates: { currency: 'USD', rows: [{ market: 'Germany', utility: '0.1' }] } }, 'rates.rows'],
    [{ sheet: { text: 'Market,Currency,Utility\nGermany,USD,cheap\nOther,USD,0.1\n' } }, 'sheet.text'],
    [{ sheet: { text: 'no table' } }, 'sheet.text'],
    [{ sheet: { text: 'Market,Utility\nOther,0.1\n', currency: 'USD' }, rates: { currency: 'USD', rows: [{ market: 'Other', utility: '0.1' }] } }, 'sheet'],
    [{ from: 'yesterday' }, 'from'],
  ])('refuses %j, and names the field', async (body, path) => {
    const { status, body: problem } = await question(body);
    expect(status).toBe(400);
    expect(problem['errors']).toMatchObject([{ path }]);
  });
});
