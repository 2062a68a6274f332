import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom, toBase64 } from '@parley/crypto';
import { Device, MemoryStore, newOwnKeys, publicKeysOf } from '@parley/sdk';
import { envelopeBetween } from '@parley/sdk/testing';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
const hourMs = 3_600_000;

beforeAll(async () => {
  set = await stage();
}, 120_000);

afterAll(() => set.end(), 30_000);

const keys = () => set.platform.sandbox;
const get = (path: string, token = keys().apiKey): Promise<Answer> => ask(set.platform.address, path, token);
const conversation = () => `${cast.business.businessId}.${keys().contactId}`;
const window = async () => (await get(`/windows/v1/conversations/${conversation()}`)).body as { open: boolean; lastInboundAt: string; consent: Record<string, string> };

interface Charge {
  readonly messageId: string;
  readonly amount: string;
  readonly amountMicros: string;
  readonly rule: string;
  readonly lane: string;
  readonly illustrative: boolean;
  readonly evidence: { readonly usage: object; readonly catalogOffset: number };
}

async function charges(count: number): Promise<readonly Charge[]> {
  const answer = await eventually(() => get('/billing/v1/charges'), ({ body }) => (body['data'] as unknown[]).length >= count);
  return answer.body['data'] as Charge[];
}

async function failureOf(reason: string): Promise<unknown> {
  return eventually(
    () => get('/delivery/v1/inbox?limit=100'),
    ({ body }) => (body['items'] as { status?: string; reason?: string }[]).some((item) => item.status === 'failed' && item.reason === reason),
  );
}

describe('the whole line', () => {
  it('refuses a first contact: nobody wrote', async () => {
    expect((await send(set.platform, keys().apiToken, textOf('Buy!'))).status).toBe(200);
    await failureOf('no_consent');
    expect(await window()).toMatchObject({ open: false, lastInboundAt: null, consent: { service: 'none' } });
  });

  it('opens the window when the customer writes, and takes a free answer to the phone', async () => {
    await set.phone.write(cast.number.phone, 'Are you open?');
    await eventually(window, ({ open }) => open);
    expect(await window()).toMatchObject({ consent: { service: 'wrote', utility: 'wrote', marketing: 'none' } });
    await send(set.platform, keys().apiToken, textOf('Yes, until six.'));
    const [answer] = await receive(set.phone, (text) => text === 'Yes, until six.');
    await set.phone.read(answer!.messageId);
    expect(await charges(1)).toMatchObject([{ amount: '0', rule: 'S0/inside-window', lane: 'api' }]);
  });

  it('charges a template the rate of the customer’s country, with evidence', async () => {
    const parameters = ['A-1042', 'Friday'].map((text) => ({ type: 'text', text }));
    const template = { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] };
    await send(set.platform, keys().apiToken, { type: 'template', template });
    await receive(set.phone, (text) => text === 'Your order A-1042 is on its way and should arrive on Friday.');
    const charge = (await charges(2))[1];
    expect(charge).toMatchObject({ amount: '0.055', amountMicros: '55000', rule: 'S0/template', illustrative: true });
    expect(charge?.evidence).toMatchObject({ usage: { topic: 'parley.usage.v1', offset: 1 }, catalogOffset: expect.any(Number) });
  });

  it('charges a late reply, unless it is written by hand in the app', async () => {
    set.pass(25 * hourMs);
    expect(await window()).toMatchObject({ open: false });
    await send(set.platform, keys().apiToken, textOf('Late, by software'));
    await send(set.platform, keys().appToken, textOf('Late, by hand'));
    await receive(set.phone, (text) => text === 'Late, by hand');
    const [api, app] = (await charges(4)).slice(2).sort((one, other) => one.lane.localeCompare(other.lane));
    expect(api).toMatchObject({ amount: '0.055', rule: 'S0/late-free-form', lane: 'api' });
    expect(app).toMatchObject({ amount: '0', rule: 'S0/app-lane', lane: 'app' });
  });

  it('says with sent and with delivered whether a message costs, by the rule that charges it', async () => {
    const { body } = await get('/delivery/v1/inbox?limit=100');
    const statuses = body['items'] as { messageId: string; status?: string; pricing?: object | null }[];
    for (const { messageId, rule } of await charges(4)) {
      const pricing = rule === 'S0/inside-window' || rule === 'S0/app-lane' ? { billable: false, type: 'free_customer_service' } : { billable: true, type: 'regular' };
      const said = statuses.filter((item) => item.messageId === messageId && item.pricing).map((item) => ({ status: item.status, pricing: item.pricing }));
      expect(said).toEqual([{ status: 'sent', pricing }, { status: 'delivered', pricing }]);
    }
  });

  it('gives charges in pages that never change', async () => {
    await charges(4);
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await get(`/billing/v1/charges?limit=3&after=${after}`);
      const page = body['data'] as Charge[];
      seen.push(...page.map(({ messageId }) => messageId));
      after = String(body['next']);
      if (body['more'] === false) break;
    }
    expect(seen).toEqual((await charges(4)).map(({ messageId }) => messageId));
  });

  it('brings a template to a customer who opted in and never wrote', async () => {
    const phone = '491713920011';
    const device = new Device({ baseUrl: set.platform.address, store: new MemoryStore() });
    const { contactId } = await device.register(phone, keys().code, 'Never wrote');
    const consent = { contactId, action: 'grant', categories: ['utility'], source: 'checkout form', proof: 'order B-7, box ticked' };
    expect((await ask(set.platform.address, '/ingest/v1/consents', keys().apiKey, { key: 'opt-in', body: consent })).status).toBe(202);
    await eventually(() => get(`/windows/v1/conversations/${cast.business.businessId}.${contactId}`), ({ status }) => status === 200);
    const parameters = ['B-7', 'Monday'].map((text) => ({ type: 'text', text }));
    const template = { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] };
    await send(set.platform, keys().apiToken, { to: phone, type: 'template', template });
    const [received] = await receive(device, (text) => text === 'Your order B-7 is on its way and should arrive on Monday.');
    expect(received).toMatchObject({ text: 'Your order B-7 is on its way and should arrive on Monday.' });
    expect((await charges(5)).at(-1)).toMatchObject({ rule: 'S0/template', amount: '0.055' });
  });

  it('takes STOP at its word', async () => {
    const token = await deviceToken();
    const stop = await ask(set.platform.address, '/delivery/v1/consents', token, { key: 'stop', body: { numberId: cast.number.numberId, action: 'revoke' } });
    expect(stop.status).toBe(202);
    await eventually(window, ({ consent }) => consent['service'] === 'revoked');
    await send(set.platform, keys().apiToken, textOf('One more thing'));
    await failureOf('consent_revoked');
  });
});

describe('the price lists', () => {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const dayMs = 24 * hourMs;
  const card = (version: number, more: object) => ({
    rateCardId: 'usd-for-s0', version, currency: 'USD', rows: [{ market: 'Other', utility: '0.0077' }, { market: 'Chile', utility: '0.0200', service: '0' }], source: 'a spec', illustrative: true, ...more,
  });
  const publish = (body: object, key: string) => ask(set.platform.address, '/billing/v1/rate-cards', set.folder.open().operatorKey, { key, body });
  const cards = async (path: string, token = keys().apiKey) => (await get(path, token)).body as { on: string; data: { rateCardId: string; version: number; isInForce: boolean }[] };

  it('are open to a business, with when each is in force', async () => {
    // The platform's clock is 25 hours ahead by now; the business's zone decides its day.
    const { on, data } = await cards('/billing/v1/rate-cards');
    expect(data).toEqual([{ version: 1, effectiveFrom: '2018-01-01', illustrative: true, inForce: { from: '2018-01-01', until: null }, isInForce: true, scope: null, rateCardId: 'usd-for-s0', currency: 'USD', markets: expect.any(Number) }]);
    expect(on >= day(Date.now() + dayMs)).toBe(true);
    expect((await cards('/billing/v1/rate-cards?on=2017-12-31')).data[0]).toMatchObject({ isInForce: false });
    expect((await get('/billing/v1/policies')).body['data']).toMatchObject([{ policyId: 'S0', version: 1, isInForce: true, document: { freeWindowHours: 24 } }]);
    expect((await get('/billing/v1/policies', keys().appKey)).status).toBe(403);
  });

  it('take a card that is published ahead, show it before its day, and give its prices', async () => {
    const later = day(Date.now() + 40 * dayMs);
    expect((await publish(card(2, { effectiveFrom: later }), 'ahead')).status).toBe(201);
    const { operatorKey } = set.folder.open();
    expect((await cards('/billing/v1/rate-cards', operatorKey)).data.map(({ version, isInForce }) => [version, isInForce])).toEqual([[1, true], [2, false]]);
    expect((await cards(`/billing/v1/rate-cards?on=${later}`)).data.map(({ version, isInForce }) => [version, isInForce])).toEqual([[1, false], [2, true]]);
    const none = { marketing: null, authentication: null, authenticationInternational: null, service: null };
    expect((await get('/billing/v1/rate-cards/usd-for-s0/versions/2')).body).toEqual({
      rateCardId: 'usd-for-s0', version: 2, effectiveFrom: later, currency: 'USD', illustrative: true, rows: [{ market: 'Other', ...none, utility: '0.0077' }, { market: 'Chile', ...none, utility: '0.02', service: '0' }],
    });
    expect((await get('/billing/v1/rate-cards/usd-for-s0/versions/02')).status).toBe(404);
  });

  it('refuse a card for a day that has begun, once anything was delivered, unless it says what it corrects', async () => {
    await charges(1);
    const begun = card(3, { effectiveFrom: '2026-01-01' });
    expect(await publish(begun, 'begun')).toMatchObject({ status: 400, body: { errors: [{ path: 'effectiveFrom', hint: expect.stringContaining('correction: {"rateCardId":"usd-for-s0","version":1,') }] } });
    expect(await publish({ ...begun, correction: { rateCardId: 'usd-for-s0', version: 2, reason: 'a spec' } }, 'wrong')).toMatchObject({ status: 400, body: { errors: [{ path: 'correction' }] } });
    const correction = { ...begun, correction: { rateCardId: 'usd-for-s0', version: 1, reason: 'a spec' } };
    expect((await publish(correction, 'right')).status).toBe(201);
    expect((await publish(correction, 'again')).status).toBe(201); // The same version once more changes nothing.
    expect((await cards('/billing/v1/rate-cards')).data.map(({ version, isInForce }) => [version, isInForce])).toEqual([[1, false], [2, false], [3, true]]);
  });

  it('show a business what is for everybody and for itself, and nobody else’s contract', async () => {
    const { operatorKey } = set.folder.open();
    const neighbour = { businessId: 'contract-neighbour', ownerId: 'contract-neighbours', name: 'Next door', zone: 'UTC', currency: 'USD' };
    expect((await ask(set.platform.address, '/ingest/v1/businesses', operatorKey, { key: 'contract-neighbour', body: neighbour })).status).toBe(201);
    const contract = (version: number, scope: object) => publish(card(version, { rateCardId: 'contract', effectiveFrom: '2098-01-01', scope }), `contract-${version}`);
    expect((await contract(1, { owners: [], businesses: [cast.business.businessId, neighbour.businessId] })).status).toBe(201);
    expect((await contract(2, { owners: [neighbour.ownerId], businesses: [] })).status).toBe(201);
    expect((await contract(3, { owners: ['nobody'], businesses: [] })).body['errors']).toMatchObject([{ path: 'scope.owners' }]);
    expect((await contract(4, { owners: [], businesses: [] })).body['errors']).toMatchObject([{ hint: expect.stringContaining('is for nobody') }]);
    const seen = async (token: string) => (await cards('/billing/v1/rate-cards?on=2098-01-01', token)).data.filter(({ rateCardId }) => rateCardId === 'contract');
    expect(await seen(keys().apiKey)).toMatchObject([{ version: 1, isInForce: true, scope: { owners: [], businesses: [cast.business.businessId] } }]);
    expect(await seen(operatorKey)).toMatchObject([{ version: 1, isInForce: true, scope: { businesses: [cast.business.businessId, neighbour.businessId] } }, { version: 2, isInForce: true, scope: { owners: [neighbour.ownerId] } }]);
    expect((await get('/billing/v1/rate-cards/contract/versions/1')).status).toBe(200);
    expect((await get('/billing/v1/rate-cards/contract/versions/2')).status).toBe(404);
  });
});

describe('eligibility for international authentication', () => {
  const publish = (body: object, key: string) => ask(set.platform.address, '/billing/v1/international-eligibilities', set.folder.open().operatorKey, { key, body });
  const abroad = { businessId: cast.business.businessId, version: 1, effectiveFrom: '2099-01-01', homeMarket: 'Brazil', markets: ['Egypt', 'India'], source: 'a spec' };

  it('is published by the operator, ahead, and seen by the business', async () => {
    expect((await ask(set.platform.address, '/billing/v1/international-eligibilities', keys().apiKey, { key: 'eligible-theirs', body: abroad })).status).toBe(403);
    expect(await publish({ ...abroad, businessId: 'nobody' }, 'eligible-nobody')).toMatchObject({ status: 400, body: { errors: [{ path: 'businessId' }] } });
    expect(await publish({ ...abroad, markets: ['Egypt', 'Brazil'] }, 'eligible-home')).toMatchObject({ status: 400, body: { errors: [{ path: 'markets', hint: expect.stringContaining('its home market') }] } });
    await charges(1);
    expect(await publish({ ...abroad, effectiveFrom: '2026-01-01' }, 'eligible-begun')).toMatchObject({ status: 400, body: { errors: [{ path: 'effectiveFrom', hint: expect.stringContaining('publish ahead') }] } });
    expect((await publish(abroad, 'eligible')).status).toBe(201);
    expect((await publish(abroad, 'eligible-again')).status).toBe(201); // The same version once more changes nothing.
    expect((await publish({ ...abroad, markets: ['Egypt'] }, 'eligible-changed')).status).toBe(409);
    const { source: _source, ...published } = abroad;
    const said = { ...published, inForce: { from: '2099-01-01', until: null }, isInForce: false };
    expect((await get('/billing/v1/international-eligibilities', keys().apiKey)).body['data']).toEqual([said]);
    expect((await get('/billing/v1/international-eligibilities?on=2099-01-01', set.folder.open().operatorKey)).body['data']).toEqual([{ ...said, isInForce: true }]);
  });
});

/** Another device of a customer of its own. */
async function deviceToken(phone: string = cast.customer.phone): Promise<string> {
  const device = new Device({ baseUrl: set.platform.address, store: new MemoryStore() });
  return (await device.register(phone, keys().code, 'spec')).token;
}

describe('the walls', () => {
  it('let no business see another’s', async () => {
    const { operatorKey } = set.folder.open();
    const operator = (path: string, body: object) => ask(set.platform.address, path, operatorKey, { key: `other-${path}`, body });
    await operator('/ingest/v1/businesses', { ...cast.business, businessId: 'other', ownerId: 'other-owner' });
    const made = await operator('/ingest/v1/api-keys', { businessId: 'other', scopes: ['charges:read', 'windows:read', 'inbox:read', 'messages:send'], name: 'other' });
    const token = String(made.body['token']);
    expect((await operator('/ingest/v1/api-keys', { businessId: 'other', scopes: ['charges:read', 'windows:read', 'inbox:read', 'messages:send'], name: 'other' })).body).toEqual(made.body);
    expect((await get('/billing/v1/charges', token)).body['data']).toEqual([]);
    expect((await get('/delivery/v1/inbox', token)).body['items']).toEqual([]);
    expect((await get(`/windows/v1/conversations/${conversation()}`, token)).status).toBe(404);
    expect((await get(`/delivery/v1/conversations/${conversation()}/messages/${(await charges(1))[0]!.messageId}`, token)).status).toBe(404);
    const message = { messageId: 'm1', numberId: cast.number.numberId, contactId: keys().contactId, kind: 'free_form', envelope: 'AQID' };
    expect(await ask(set.platform.address, '/ingest/v1/messages', token, { key: 'm1', body: message })).toMatchObject({ status: 400, body: { errors: [{ path: 'numberId' }] } });
  });

  it('take no envelope that was sealed for something else than the request says', async () => {
    const { contactId } = keys();
    const envelope = (messageId: string): string => {
      const { businessId } = cast.business;
      return toBase64(envelopeBetween({ accountId: businessId, deviceId: 'd' }, { accountId: contactId, deviceId: 'r' }, { businessId, conversationId: conversation(), messageId, category: 'service' }));
    };
    const request = (key: string, sealed: string) =>
      ask(set.platform.address, '/ingest/v1/messages', keys().apiKey, { key, body: { messageId: key, numberId: cast.number.numberId, contactId, kind: 'free_form', envelope: sealed } });
    expect(await request('sealed1', envelope('sealed1'))).toMatchObject({ status: 409, body: { type: expect.stringMatching(/stale-devices$/) } });
    expect(await request('sealed2', envelope('sealed1'))).toMatchObject({ status: 400, body: { errors: [{ path: 'envelope', hint: expect.stringContaining('messageId') }] } });
    expect(await request('sealed3', 'AQID')).toMatchObject({ status: 400, body: { errors: [{ path: 'envelope', hint: expect.stringContaining('is not a sealed message') }] } });
  });

  it('let a device act for its own contact only, and API keys for none', async () => {
    const stranger = await deviceToken('4917139200' + '08');
    const receipts = { receipts: [{ conversationId: conversation(), messageId: 'm', status: 'read', at: new Date().toISOString() }] };
    expect(await ask(set.platform.address, '/delivery/v1/receipts', stranger, { key: 'r', body: receipts })).toMatchObject({ status: 400, body: { errors: [{ path: 'receipts[0].conversationId' }] } });
    expect((await get('/delivery/v1/inbox', stranger)).body['items']).toEqual([]);
    const inbound = { numberId: cast.number.numberId, messageId: 'm', envelope: 'AQID' };
    expect((await ask(set.platform.address, '/delivery/v1/inbound', keys().apiKey, { key: 'i', body: inbound })).status).toBe(403);
    expect((await ask(set.platform.address, '/delivery/v1/devices', '', { body: { phone: '491713920009', code: '000', signingKey: 'x', agreementKey: 'x', name: 'x' } })).status).toBe(400);
  });

  it('end a device’s earlier token at once when it registers again, however often that was used just before', async () => {
    const body = { phone: '4917139200' + '09', code: keys().code, name: 'spec', ...publicKeysOf(newOwnKeys(systemRandom)) };
    const register = async () => String((await ask(set.platform.address, '/delivery/v1/devices', '', { body })).body['token']);
    const status = async (token: string) => (await get('/delivery/v1/inbox', token)).status;
    const earlier = await register();
    expect([await status(earlier), await status(earlier)]).toEqual([200, 200]);
    const later = await register();
    expect([await status(earlier), await status(later)]).toEqual([401, 200]);
  });

  it('keep a published price list as it is', async () => {
    const { operatorKey } = set.folder.open();
    const prefixes = { prefixesId: 'spec', version: 1, effectiveFrom: '2030-01-01', rows: [{ prefix: '49', country: 'Germany', market: 'Germany' }], source: 'a spec' };
    const publish = (key: string, body: object) => ask(set.platform.address, '/billing/v1/market-prefixes', operatorKey, { key, body });
    expect((await publish('p1', prefixes)).status).toBe(201);
    expect((await publish('p2', prefixes)).status).toBe(201);
    expect((await publish('p3', { ...prefixes, rows: [{ prefix: '49', country: 'Germany', market: 'Other' }] })).status).toBe(409);
  });
});
