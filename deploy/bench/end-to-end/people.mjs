// Who takes part: the sandbox's business with a key and a device of its own, and customers with a device each, who have written first.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { conversationIdOf } from '@parley/contracts';
import { fromBase64, identityIn, openDeviceList, systemRandom } from '@parley/crypto';
import { cast } from '@parley/platform';
import { bundledRateCards } from '@parley/rating';
import { BusinessDevice, Device, endKeys, MemoryStore, PlatformClient } from '@parley/sdk';

const { businessId } = cast.business;
const { numberId } = cast.number;

/** A platform that is slow is measured, not given up. */
const patienceMs = 60_000;

/** Its HTTP, as the holder of that token. */
export function clientOf(baseUrl, token) {
  return new PlatformClient({ baseUrl, token, random: systemRandom, timeoutMs: patienceMs });
}

/** Numbers that nobody has. */
const phoneOf = (index) => `4917139${20_200 + index}`;

/** The operator makes a key that may do all that the measurement needs. */
async function newKey({ address, operatorKey }) {
  const scopes = ['messages:send', 'directory:read', 'devices:write', 'inbox:read', 'charges:read', 'windows:read'];
  const headers = { Authorization: `Bearer ${operatorKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() };
  const answer = await fetch(`${address}/ingest/v1/api-keys`, { method: 'POST', headers, body: JSON.stringify({ businessId, scopes, name: 'bench' }) });
  if (!answer.ok) throw new Error(`no API key: ${await answer.text()}`);
  return await answer.json();
}

/** A customer's device, registered and known to have written: until then nobody may answer. */
async function newContact({ address, code }, client, index) {
  const device = new Device({ baseUrl: address, store: new MemoryStore() });
  const { token } = await device.register(phoneOf(index), code, `customer ${index}`);
  await device.write(cast.number.phone, 'Hello');
  const { contactId, market } = await client.lookUp(phoneOf(index));
  const conversationId = conversationIdOf(businessId, contactId);
  for (const until = performance.now() + 30_000; !(await client.get(`/windows/v1/conversations/${conversationId}`)).open; await sleep(100)) {
    if (performance.now() > until) throw new Error(`the window of ${conversationId} did not open within 30 s`);
  }
  return { contactId, conversationId, token, market, devices: await devicesOf(client.keys(), contactId) };
}

/** What a session with each device of an account begins with: who it is, by its account's list, and a bundle of its prekeys. */
async function devicesOf(keys, accountId) {
  const list = openDeviceList((await keys.accountKeys(accountId, null, null)).lists.at(-1));
  const bundles = await keys.bundles(accountId, list.devices.map(({ deviceId }) => deviceId));
  return bundles.map(({ deviceId, bundle }) => ({ identity: identityIn(list, deviceId), bundle }));
}

/** The measurement's own device is the business's only one: it takes over from the sandbox's gateway. */
async function newSender(place, apiKey) {
  const store = new MemoryStore();
  const device = new BusinessDevice({ baseUrl: place.address, apiKey, store, timeoutMs: patienceMs });
  await device.register('bench', { takeOver: true });
  const { agreementSecret, device: own } = JSON.parse(await store.get(endKeys.own));
  const { list } = JSON.parse(await store.get(endKeys.account(own.accountId)));
  return { identity: identityIn(openDeviceList(fromBase64(list)), own.deviceId), agreementSecret: fromBase64(agreementSecret) };
}

/** @param place a started platform: { address, operatorKey, code }. */
export async function gather(place, count, progress) {
  const { token: apiKey, signingSecret } = await newKey(place);
  const client = clientOf(place.address, apiKey);
  const sender = await newSender(place, apiKey);
  const contacts = [];
  while (contacts.length < count) {
    const some = Array.from({ length: Math.min(8, count - contacts.length) }, (_, index) => newContact(place, client, contacts.length + index));
    contacts.push(...(await Promise.all(some)));
    progress(`${contacts.length} of ${count} customers have registered and written`);
  }
  const { data } = await client.get('/notifications/v1/templates');
  const template = data.find(({ name }) => name === cast.template.name);
  return { businessId, numberId, apiKey, signingSecret, sender, contacts, template };
}

/** What the policy S0 says a message costs, in micros: a template its market's rate, an answer within 24 h nothing. */
export function priceOf(kind, market) {
  const [card] = bundledRateCards();
  const rate = card.rows.find((row) => row.market === market)?.[cast.template.category];
  if (rate == null) throw new Error(`the rate card has no price for ${market}`);
  return kind === 'template' ? rate : 0n;
}
