// Late replies, end to end: the business is told before a window closes, what it would cost, and what it did.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCallback } from './callback.fixture.js';
import type { Callback } from './callback.fixture.js';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

const hourMs = 3_600_000;
const minuteMs = 60_000;
let set: Stage;

interface Change {
  readonly field: string;
  readonly value: { readonly messages?: readonly { readonly id: string }[]; readonly window_expiring?: Readonly<Record<string, string>> };
}

let callback: Callback<Change>;

const get = (path: string): Promise<Answer> => ask(set.platform.address, path, set.platform.sandbox.apiKey);
const conversation = async () => (await get(`/windows/v1/conversations/${cast.business.businessId}.${set.platform.sandbox.contactId}`)).body as { open: boolean; lastInboundAt: string; closesAt: string; market: string; unansweredSince: string | null };
const notices = () => callback.changes.filter(({ field }) => field === 'window_expiring');
/** A lane with nothing to read looks at its timers every five seconds: what was due is told by then. */
const timersAreSeen = () => new Promise((resolve) => setTimeout(resolve, 6_000));

beforeAll(async () => {
  set = await stage();
  callback = await openCallback(set);
}, 120_000);

afterAll(async () => {
  await callback.close();
  await set.end();
}, 30_000);

describe('a contact who waits', () => {
  it('can be answered freely until the window closes, and the quote says so', async () => {
    await set.phone.write(cast.number.phone, 'Are you open?');
    const { lastInboundAt, closesAt, market, unansweredSince } = await eventually(conversation, (found) => found.open && found.unansweredSince !== null);
    expect([market, unansweredSince, Date.parse(closesAt) - Date.parse(lastInboundAt)]).toEqual(['Germany', lastInboundAt, 24 * hourMs]);
    const { status, body } = await get(`/billing/v1/quote?market=${market}&lastInboundAt=${lastInboundAt}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ verdict: 'priced', amount: '0', currency: 'USD', rule: 'S0/inside-window', freeUntil: closesAt, policy: { policyId: 'S0', version: 1 }, rateCard: null, assumes: [] })]);
    expect((await get(`/billing/v1/quote?market=${market}&kind=template&category=utility`)).body).toMatchObject({ amount: '0.055', rule: 'S0/template', freeUntil: null, rateCard: { version: 1 }, illustrative: true });
    expect((await get(`/billing/v1/quote?market=${market}&lastInboundAt=${lastInboundAt}&lane=app`)).body).toMatchObject({ amount: '0', rule: 'S0/app-lane', freeUntil: null });
    for (const wrong of ['', '?market=x&kind=template', '?market=x&category=utility', '?market=x&lastInboundAt=noon']) expect((await get(`/billing/v1/quote${wrong}`)).status).toBe(400);
  });

  it('costs a late reply if nobody answers until the window is closed', async () => {
    const { closesAt, lastInboundAt } = await conversation();
    const waiting = (until: number) => get(`/windows/v1/insight/waiting?until=${new Date(until).toISOString()}`);
    const closed = Date.parse(closesAt);
    expect((await waiting(closed - 1)).body).toMatchObject({ open: 1, closing: 0, firstClosesAt: null, total: [], markets: [] });
    expect((await waiting(closed)).body).toMatchObject({
      open: 1, closing: 1, refused: 0, unpriced: 0, firstClosesAt: closesAt, zone: 'Europe/Berlin',
      total: [{ currency: 'USD', count: 1, amount: '0.055', amountMicros: '55000' }],
      markets: [{ market: 'Germany', rule: 'S0/late-free-form', unitPrice: '0.055', illustrative: true }],
    });
    expect((await waiting(Date.parse(lastInboundAt) - hourMs)).status).toBe(400);
  });

  it('is told of by a webhook within the notice time of the business, once', async () => {
    set.pass(22 * hourMs - minuteMs);
    await timersAreSeen();
    expect(notices()).toEqual([]);
    set.pass(2 * minuteMs);
    await eventually(async () => notices().length, (count) => count > 0);
    const { closesAt } = await conversation();
    const [written] = callback.changes.flatMap(({ value }) => value.messages ?? []);
    expect(notices().map(({ value }) => value)).toMatchObject([{ contacts: [{ wa_id: cast.customer.phone }], window_expiring: { wa_id: cast.customer.phone, message_id: written?.id, closes_at: String(Math.floor(Date.parse(closesAt) / 1_000)) } }]);
    await timersAreSeen();
    expect(notices()).toHaveLength(1);
  }, 60_000);

  it('is not told of once it was answered', async () => {
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes, until six.'));
    await receive(set.phone, (text) => text === 'Yes, until six.');
    await set.phone.write(cast.number.phone, 'Great, thanks');
    await eventually(conversation, (found) => found.unansweredSince !== null);
    await send(set.platform, set.platform.sandbox.apiToken, textOf('You are welcome.'));
    await receive(set.phone, (text) => text === 'You are welcome.');
    await eventually(conversation, (found) => found.unansweredSince === null);
    set.pass(22 * hourMs + minuteMs);
    await timersAreSeen();
    const { body } = await get('/delivery/v1/inbox?limit=100');
    expect((body['items'] as { kind: string }[]).filter(({ kind }) => kind === 'window_expiring')).toHaveLength(1);
    expect(notices()).toHaveLength(1);
  }, 60_000);
});

describe('a late reply', () => {
  it('is counted where the contact began to wait, and costed by when the window closed', async () => {
    await set.phone.write(cast.number.phone, 'Still there?');
    const { closesAt } = await eventually(conversation, (found) => found.unansweredSince !== null);
    set.pass(25 * hourMs);
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Sorry, the weekend.'));
    await receive(set.phone, (text) => text === 'Sorry, the weekend.');
    const ahead = new Date(Date.now() + 100 * hourMs).toISOString();
    const costs = await eventually(() => get(`/billing/v1/late-replies?to=${ahead}`), ({ body }) => (body['total'] as unknown[]).length === 1);
    expect(costs.body).toMatchObject({ zone: 'Europe/Berlin', by: 'written', total: [{ currency: 'USD', count: 1, amount: '0.055' }], neverWrote: [], illustrative: true });
    expect((costs.body['hours'] as { cost: unknown[] }[]).filter(({ cost }) => cost.length > 0)).toHaveLength(1);
    const closing = (from: number) => get(`/billing/v1/late-replies?by=closed&from=${new Date(from).toISOString()}&to=${new Date(from + 1).toISOString()}`);
    expect((await closing(Date.parse(closesAt))).body).toMatchObject({ total: [{ amount: '0.055' }] });
    expect((await closing(Date.parse(closesAt) + 1)).body).toMatchObject({ total: [] });

    const replies = await get(`/windows/v1/insight/replies?to=${ahead}`);
    expect(replies.body).toMatchObject({ calendar: { country: 'DE', region: null }, total: { count: 3, answered: 3, unanswered: 0, late: 1, byTemplate: 0 } });
    expect(Math.round((replies.body['total'] as { p90Ms: number }).p90Ms / minuteMs)).toBe(25 * 60);
    expect((await get('/windows/v1/insight/replies?country=XX')).body).toMatchObject({ errors: [{ path: 'country' }] });
    expect((await get('/windows/v1/insight/replies?region=XX')).body).toMatchObject({ errors: [{ path: 'region', hint: expect.stringContaining('BY') }] });
    expect((await get(`/windows/v1/insight/replies?from=${ahead}&to=${ahead}`)).body).toMatchObject({ errors: [{ path: 'from' }] });
  }, 60_000);
});
