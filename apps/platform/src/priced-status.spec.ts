// Under a price list that counts, a status says what its charge says: the gateway asks for it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundledPriceLists } from '@parley/rating';
import { openCallback } from './callback.fixture.js';
import type { Callback } from './callback.fixture.js';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

interface Status {
  readonly status: string;
  readonly pricing?: object;
}

let set: Stage;
let callback: Callback<{ readonly value: { readonly statuses?: readonly Status[] } }>;
const statuses = (): readonly Status[] => callback.changes.flatMap(({ value }) => value.statuses ?? []);
const get = (path: string): Promise<Answer> => ask(set.platform.address, path, set.platform.sandbox.apiKey);

beforeAll(async () => {
  set = await stage();
  const { platform, folder } = set;
  const { type: _, document, ...policy } = bundledPriceLists().policies.find(({ policyId }) => policyId === 'P6')!;
  expect((await ask(platform.address, '/billing/v1/policies', folder.open().operatorKey, { body: { ...policy, document: JSON.parse(document) as object }, key: 'p6' })).status).toBe(201);
  callback = await openCallback(set);
}, 120_000);
afterAll(async () => {
  await set.end();
  await callback.close();
}, 30_000);

describe('a status under a price list with an allowance', () => {
  it('says on the receipt what the charge says, and nothing of it before', async () => {
    await set.phone.write(cast.number.phone, 'Are you open?');
    await eventually(() => get(`/windows/v1/conversations/${cast.business.businessId}.${set.platform.sandbox.contactId}`), ({ body }) => body['open'] === true);
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes.'));
    await receive(set.phone, (text) => text === 'Yes.');
    await eventually(async () => statuses().length, (count) => count >= 2);
    const [charge] = (await get('/billing/v1/charges')).body['data'] as { rule: string; pricing: object }[];
    expect(charge).toMatchObject({ rule: 'P6/reply', pricing: { type: 'free_customer_service', category: 'service', allowance: 'service-messages' } });
    const pricing = new Map(statuses().map((status) => [status.status, status.pricing]));
    expect([pricing.get('sent'), pricing.get('delivered') ?? pricing.get('read')]).toEqual([undefined, { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' }]);
  }, 60_000);
});
