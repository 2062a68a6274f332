import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { administer, openPglite, openPostgres, platformRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { checkLogged, CryptoError, decodeEntry, followDeviceList, followHead, newSigningKeys, openBundle, openDeviceList, openHead, readMessage, systemRandom, toBase64 } from '@parley/crypto';
import type { LogHead, MessageBinding, SigningKeys } from '@parley/crypto';
import { scopes, Writes } from '@parley/service';
import { caseUnless, startPostgres } from '@parley/testing';
import { bytes, firstList, freshPrekeys, newKeys, nextList, publicKeysOf, request, sealedBy } from './keys.fixture.js';
import type { Keys, Registered } from './keys.fixture.js';
import { ask, eventually, stage } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';
import { services } from './services.js';

const server = await startPostgres();
const skip = 'unavailable' in server ? server.unavailable : undefined;
afterAll(async () => {
  if ('stop' in server) await server.stop();
});

async function openOnServer(): Promise<Database> {
  const url = 'url' in server ? server.url : '';
  const administrator = await openPostgres(url);
  await administer(administrator, { services: services.map(({ name }) => name) });
  await administrator.close();
  return openPostgres(Object.assign(new URL(url), { username: platformRole }).href);
}

const databases = [
  { name: 'PGlite', missing: undefined, open: () => openPglite({ memory: true }) },
  { name: 'a PostgreSQL server', missing: skip, open: openOnServer },
];

const minuteMs = 60_000;

describe.each(databases)('the key directory on $name', ({ missing, open }) => {
  let set: Stage;
  let apiKey: string;
  let code: string;
  let logKey: Uint8Array;
  const businessAccount = newSigningKeys(systemRandom);
  let phones = 0;
  let messages = 0;

  const get = (path: string, by: string): Promise<Answer> => request(set.platform.address, 'GET', `/delivery/v1${path}`, by);
  const post = (path: string, by: string, body: object): Promise<Answer> => request(set.platform.address, 'POST', `/delivery/v1${path}`, by, body);
  const put = (path: string, by: string, body: object): Promise<Answer> => request(set.platform.address, 'PUT', `/delivery/v1${path}`, by, body);
  const publish = (by: string, list: Uint8Array, takeOver = false): Promise<Answer> => put('/keys/list', by, { list: toBase64(list), ...(takeOver ? { takeOver } : {}) });
  const newPhone = (): string => `4917139${String(20_100 + (phones += 1))}`;

  async function register(phone: string, keys: Keys = newKeys()): Promise<Registered> {
    const { status, body } = await post('/devices', '', { phone, code, name: 'spec', ...publicKeysOf(keys) });
    expect(status).toBe(201);
    return { ...keys, accountId: String(body['accountId']), deviceId: String(body['deviceId']), token: String(body['token']) };
  }

  async function registerOfBusiness(keys: Keys = newKeys()): Promise<Registered> {
    const { status, body } = await post('/business-devices', apiKey, { name: 'spec', ...publicKeysOf(keys) });
    expect(status).toBe(201);
    return { ...keys, accountId: String(body['accountId']), deviceId: String(body['deviceId']), token: apiKey };
  }

  /** A contact with a list of so many devices. */
  async function contact(count: number): Promise<{ readonly phone: string; readonly account: SigningKeys; readonly devices: readonly Registered[]; readonly list: Uint8Array }> {
    const phone = newPhone();
    const devices: Registered[] = [];
    for (let index = 0; index < count; index += 1) devices.push(await register(phone));
    const account = newSigningKeys(systemRandom);
    const list = firstList(account, devices);
    expect((await publish(devices[0]!.token, list)).status).toBe(200);
    return { phone, account, devices, list };
  }

  function bindingOf(contactId: string): MessageBinding {
    const { businessId } = cast.business;
    return { businessId, conversationId: `${businessId}.${contactId}`, messageId: `keys-${(messages += 1)}`, category: 'service', templateHash: null };
  }

  /** The sandbox's business, with so many new devices and no others on its list: the first time it is taken over from its gateway. */
  async function business(count: number): Promise<{ readonly account: SigningKeys; readonly devices: readonly Registered[]; readonly list: Uint8Array }> {
    const devices: Registered[] = [];
    for (let index = 0; index < count; index += 1) devices.push(await registerOfBusiness());
    const present = bytes((await get('/keys/own', apiKey)).body['list']);
    const isOurs = toBase64(openDeviceList(present).accountKey) === toBase64(businessAccount.publicKey);
    const list = isOurs ? nextList(present, businessAccount, devices) : firstList(businessAccount, devices);
    expect((await publish(apiKey, list, !isOurs)).status).toBe(200);
    return { account: businessAccount, devices, list };
  }

  const headOf = (answer: Answer): LogHead => openHead(bytes(answer.body['head']), logKey);
  const codeOf = (work: () => unknown): string => {
    try {
      work();
      return 'taken';
    } catch (error) {
      if (error instanceof CryptoError) return error.code;
      throw error;
    }
  };

  beforeAll(async () => {
    if (missing !== undefined) return;
    set = await stage(await open());
    code = set.platform.sandbox.code;
    const every = scopes.filter((scope) => scope !== 'operator');
    const made = await ask(set.platform.address, '/ingest/v1/api-keys', set.folder.open().operatorKey, { key: 'keys', body: { businessId: cast.business.businessId, scopes: every, name: 'keys' } });
    apiKey = String(made.body['token']);
    logKey = bytes((await get('/key-log', apiKey)).body['publicKey']);
  }, 120_000);
  afterAll(async () => set?.end(), 30_000);

  caseUnless(missing, 'takes two devices and their signed list, and shows where it stands in a log whose proofs hold', async () => {
    const before = await get('/key-log', apiKey);
    const { devices: [one, two], list } = await contact(2);
    const own = await get('/keys/own', two!.token);
    expect(own.body).toMatchObject({ accountId: one!.accountId, listVersion: 1, list: toBase64(list) });
    expect(own.body['registered']).toEqual([one, two].map((device) => expect.objectContaining({ deviceId: device!.deviceId, ...publicKeysOf(device!), listed: true })));
    const seen = await get(`/keys/accounts/${one!.accountId}?head=${headOf(before).size}`, apiKey);
    const head = headOf(seen);
    const [shown] = seen.body['lists'] as string[];
    expect(checkLogged({ list: bytes(shown), entry: bytes(seen.body['entry']), proof: bytes(seen.body['proof']) }, head).devices.map(({ deviceId }) => deviceId).sort()).toEqual([one!.deviceId, two!.deviceId].sort());
    expect(followHead(headOf(before), head, bytes(seen.body['consistency'])).size).toBe(headOf(before).size + 1);
    expect((await post('/directory/lookup', apiKey, { phone: `+4917139${20_100 + phones}` })).body).toMatchObject({ accountId: one!.accountId, listVersion: 1 });
  });

  caseUnless(missing, 'gives the lists in between, in order, and the same entry to whoever publishes the same bytes again', async () => {
    const { phone, account, devices: [one], list } = await contact(1);
    const two = await register(phone);
    const second = nextList(list, account, [one!, two]);
    const published = await publish(two.token, second);
    const third = nextList(second, account, [one!]);
    expect((await publish(one!.token, third)).body).toMatchObject({ listVersion: 3 });
    const again = await publish(one!.token, third);
    expect(again.status).toBe(200);
    expect(decodeEntry(bytes(again.body['entry']))).toMatchObject({ accountId: one!.accountId, listVersion: 3 });
    expect(published.status).toBe(200);
    const { body } = await get(`/keys/accounts/${one!.accountId}?version=1`, apiKey);
    expect(body['lists']).toEqual([second, third].map(toBase64));
    expect(followDeviceList(followed(list, second), third).listVersion).toBe(3);
    for (const version of ['', '?version=3', '?version=9']) expect((await get(`/keys/accounts/${one!.accountId}${version}`, apiKey)).body['lists']).toEqual([toBase64(third)]);
  });

  caseUnless(missing, 'refuses a list that does not follow, and says the present version', async () => {
    const { account, devices: [one, two], list } = await contact(2);
    const second = nextList(list, account, [one!, two!]);
    expect((await publish(one!.token, second)).status).toBe(200);
    const late = await publish(two!.token, nextList(list, account, [two!]));
    expect(late).toMatchObject({ status: 409, body: { type: 'urn:parley:problem:stale-list', listVersion: 2 } });
    const other = await publish(one!.token, firstList(newSigningKeys(systemRandom), [one!]));
    expect(other).toMatchObject({ status: 409, body: { type: 'urn:parley:problem:stale-list', listVersion: 2 } });
    expect((await get('/keys/own', two!.token)).body).toMatchObject({ listVersion: 2, list: toBase64(second) });
  });

  caseUnless(missing, 'publishes a hundred lists of an account in a day, and then none until the next', async () => {
    const { account, devices: [one], list } = await contact(1);
    let newest = list;
    for (let count = 1; count < 100; count += 1) {
      newest = nextList(newest, account, [one!]);
      expect((await publish(one!.token, newest)).status).toBe(200);
    }
    const more = nextList(newest, account, [one!]);
    expect(await publish(one!.token, more)).toMatchObject({ status: 429, body: { type: 'urn:parley:problem:too-many-requests' } });
    expect((await publish(one!.token, newest)).status).toBe(200);
    set.pass(24 * 60 * minuteMs);
    expect((await publish(one!.token, more)).body).toMatchObject({ listVersion: 101 });
    const { body } = await get(`/keys/accounts/${one!.accountId}?version=1`, apiKey);
    expect([(body['lists'] as string[]).length, body['listVersion']]).toEqual([64, 101]);
  }, 120_000);

  caseUnless(missing, 'of two lists at the same time takes one', async () => {
    const { account, devices: [one, two], list } = await contact(2);
    const all = await Promise.all([publish(one!.token, nextList(list, account, [one!])), publish(two!.token, nextList(list, account, [two!]))]);
    expect(all.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 409 || status === 401)).toHaveLength(1);
  });

  caseUnless(missing, 'takes no list of another account, of devices that are not registered so, of a bad signature, or without the device that begins it', async () => {
    const phone = newPhone();
    const [one, two] = [await register(phone), await register(phone)];
    const account = newSigningKeys(systemRandom);
    const stranger = { ...newKeys(), accountId: one.accountId, deviceId: 'dstranger', token: '' };
    const hints = async (list: Uint8Array): Promise<string> => {
      const { status, body } = await publish(one.token, list);
      expect(status).toBe(400);
      return JSON.stringify(body['errors']);
    };
    const forged = firstList(account, [one]);
    forged[forged.length - 1]! ^= 1;
    expect(await hints(forged)).toContain('bad_signature');
    expect(await hints(firstList(account, [{ ...one, accountId: 'another' }]))).toContain('is of the account another');
    expect(await hints(firstList(account, [one, stranger]))).toContain('dstranger, which is not registered');
    expect(await hints(firstList(account, [{ ...one, agreement: newKeys().agreement }]))).toContain('under other keys');
    expect(await hints(firstList(account, [two]))).toContain('the device that publishes it');
    expect(await hints(nextList(firstList(account, [one]), account, [one]))).toContain('version 1');
    expect((await get('/keys/own', one.token)).body).toMatchObject({ listVersion: 0, list: null });
  });

  caseUnless(missing, 'ends the tokens of devices that fall out of the list', async () => {
    const { account, devices: [one, two], list, phone } = await contact(2);
    const waiting = await register(phone);
    expect((await get('/keys/own', two!.token)).status).toBe(200);
    expect((await publish(one!.token, nextList(list, account, [one!]))).status).toBe(200);
    expect((await get('/keys/own', two!.token)).status).toBe(401);
    // One that was never listed has not fallen out: it waits for its account to list it.
    expect((await get('/keys/own', waiting.token)).status).toBe(200);
    const back = await post('/devices', '', { phone, code, name: 'back', ...publicKeysOf(two!) });
    expect(back).toMatchObject({ status: 409, body: { type: 'urn:parley:problem:already-exists' } });
    const other = await post('/devices', '', { phone, code, name: 'other', ...publicKeysOf({ ...one!, agreement: newKeys().agreement }) });
    expect(other).toMatchObject({ status: 409, body: { type: 'urn:parley:problem:already-exists' } });
  });

  caseUnless(missing, 'lets an account be taken over by whoever has just proven its number, and by nobody else', async () => {
    const { phone, account, devices: [one], list } = await contact(1);
    const thief = newSigningKeys(systemRandom);
    const two = await register(phone);
    set.pass(15 * minuteMs);
    expect(await publish(two.token, firstList(thief, [two]), true)).toMatchObject({ status: 403, body: { type: 'urn:parley:problem:forbidden' } });
    const proven = await register(phone, two);
    expect(proven.deviceId).toBe(two.deviceId);
    expect((await publish(proven.token, firstList(thief, [proven]), true)).body).toMatchObject({ listVersion: 1 });
    expect((await get('/keys/own', one!.token)).status).toBe(401);
    const seen = await get(`/keys/accounts/${proven.accountId}`, apiKey);
    const [taken] = seen.body['lists'] as string[];
    expect(openDeviceList(bytes(taken)).accountKey).toEqual(thief.publicKey);
    expect(codeOf(() => followDeviceList(list, bytes(taken)))).toBe('not_successor');
    // The old identity's next list is no way back.
    expect((await publish(proven.token, nextList(list, account, [proven]))).status).toBe(409);
  });

  caseUnless(missing, 'hands each one-time prekey out once, and five of a device to one requester', async () => {
    const { devices: [one] } = await contact(1);
    const prekeys = freshPrekeys(one!);
    expect((await put('/keys/prekeys', one!.token, prekeys)).body).toEqual({ signedPrekeyId: 1, oneTimeLeft: 100 });
    const draw = (by: string): Promise<Answer> => post(`/keys/accounts/${one!.accountId}/bundles`, by, { devices: [one!.deviceId, 'dnobody'] });
    const identity = { ...one!, accountKey: new Uint8Array(32), signingKey: one!.signing.publicKey, agreementKey: one!.agreement.publicKey, listVersion: 1 };
    const drawn: (number | null)[] = [];
    for (const { body } of await Promise.all(Array.from({ length: 8 }, () => draw(apiKey)))) {
      const bundles = body['bundles'] as { deviceId: string; bundle: string }[];
      expect(bundles.map(({ deviceId }) => deviceId)).toEqual([one!.deviceId]);
      drawn.push(openBundle(bytes(bundles[0]!.bundle), identity).oneTime?.id ?? null);
    }
    expect(drawn.filter((id) => id !== null).sort()).toEqual([2, 3, 4, 5, 6]);
    expect((await get('/keys/prekeys', one!.token)).body).toEqual({ signedPrekeyId: 1, oneTimeLeft: 95 });
    // What was handed out is not taken back in, and what is there is not doubled.
    expect((await put('/keys/prekeys', one!.token, prekeys)).body).toEqual({ signedPrekeyId: 1, oneTimeLeft: 95 });
    set.pass(24 * 60 * minuteMs);
    expect(openBundle(bytes(((await draw(apiKey)).body['bundles'] as { bundle: string }[])[0]!.bundle), identity).oneTime?.id).toBe(7);
  });

  caseUnless(missing, 'gives the last one-time prekey to one of many who ask at once', async () => {
    const { account, devices } = await business(1);
    const device = devices[0]!;
    const { signed, oneTime } = freshPrekeys(device);
    const asked = await Promise.all(Array.from({ length: 12 }, () => register(newPhone())));
    expect((await put('/keys/prekeys', apiKey, { deviceId: device.deviceId, signed, oneTime: oneTime.slice(0, 3) })).body).toEqual({ signedPrekeyId: 1, oneTimeLeft: 3 });
    const answers = await Promise.all(asked.map(({ token }) => post(`/keys/accounts/${device.accountId}/bundles`, token, { devices: [device.deviceId] })));
    const identity = { ...device, accountKey: account.publicKey, signingKey: device.signing.publicKey, agreementKey: device.agreement.publicKey, listVersion: 1 };
    const drawn = answers.map(({ body }) => openBundle(bytes((body['bundles'] as { bundle: string }[])[0]!.bundle), identity).oneTime?.id ?? null);
    expect(drawn.filter((id) => id !== null).sort()).toEqual([2, 3, 4]);
    expect(drawn.filter((id) => id === null)).toHaveLength(9);
  });

  caseUnless(missing, 'takes no prekeys under another’s signature, and none for a device that is not the caller’s', async () => {
    const { devices: [one, two] } = await contact(2);
    const { signed } = freshPrekeys({ ...one!, deviceId: two!.deviceId });
    expect(JSON.stringify((await put('/keys/prekeys', two!.token, { signed, oneTime: [] })).body)).toContain('bad_signature');
    expect((await put('/keys/prekeys', one!.token, { ...freshPrekeys(one!), deviceId: two!.deviceId })).status).toBe(400);
    expect((await put('/keys/prekeys', apiKey, { ...freshPrekeys(one!), deviceId: one!.deviceId })).status).toBe(404);
    expect((await put('/keys/prekeys', apiKey, freshPrekeys(one!))).status).toBe(400);
    expect((await get('/keys/prekeys', one!.token)).body).toEqual({ signedPrekeyId: null, oneTimeLeft: 0 });
  });

  caseUnless(missing, 'shows contacts to businesses, businesses to contacts, and no contact to another', async () => {
    const [{ devices: [one] }, { devices: [two] }] = [await contact(1), await contact(1)];
    expect((await get(`/keys/accounts/${two!.accountId}`, one!.token)).status).toBe(404);
    expect((await post(`/keys/accounts/${two!.accountId}/bundles`, one!.token, { devices: [two!.deviceId] })).status).toBe(404);
    expect((await get(`/keys/accounts/${one!.accountId}`, one!.token)).status).toBe(200);
    expect((await get(`/keys/accounts/${cast.business.businessId}`, one!.token)).status).toBe(200);
    for (const account of ['nobody', '*', '%2A']) expect((await get(`/keys/accounts/${account}`, one!.token)).status).toBe(404);
    expect((await get('/keys/accounts/nobody', apiKey)).status).toBe(404);
    expect((await post('/keys/accounts/*/bundles', one!.token, { devices: [two!.deviceId] })).status).toBe(404);
    expect((await get('/key-log/entries', one!.token)).status).toBe(401);
    expect((await get('/keys/own', set.folder.open().operatorKey)).status).toBe(403);
  });

  caseUnless(missing, 'takes what a contact seals for all devices of the business, and gives each device its own', async () => {
    const [theirs, own] = [await business(2), await contact(1)];
    const [{ devices: [one] }, { devices: [b1, b2] }] = [own, theirs];
    const write = async (to: readonly Registered[], key: string, by = one!): Promise<Answer> => {
      const binding = { ...bindingOf(one!.accountId), category: null };
      const envelope = toBase64(sealedBy(by, own.list, [{ list: theirs.list, devices: to }], binding));
      return request(set.platform.address, 'POST', '/delivery/v1/inbound', one!.token, { numberId: cast.number.numberId, messageId: binding.messageId, envelope }, key);
    };
    const listVersion = openDeviceList(theirs.list).listVersion;
    expect(await write([b1!], 'one')).toMatchObject(stale({ accountId: cast.business.businessId, listVersion, missing: [b2!.deviceId], extra: [] }));
    const gone = { ...newKeys(), accountId: cast.business.businessId, deviceId: 'bgone', token: '' };
    expect(await write([b1!, b2!, gone], 'two')).toMatchObject(stale({ accountId: cast.business.businessId, listVersion, missing: [], extra: ['bgone'] }));
    const other = await register(`4917139${20_100 + phones}`);
    expect(JSON.stringify((await write([b1!, b2!], 'three', other)).body['errors'])).toContain('another device');
    const taken = await write([b1!, b2!], 'four');
    expect(taken.status).toBe(202);
    const itemFor = async (deviceId: string): Promise<Record<string, unknown>> => {
      const { body } = await eventually(() => get(`/inbox?deviceId=${deviceId}`, apiKey), ({ body: page }) => JSON.stringify(page['items']).includes(String(taken.body['messageId'])));
      return (body['items'] as Record<string, unknown>[]).find(({ messageId }) => messageId === taken.body['messageId'])!;
    };
    for (const { deviceId } of [b1!, b2!]) expect(readMessage(bytes((await itemFor(deviceId))['envelope'])).wraps.map(({ recipient }) => recipient.deviceId)).toEqual([deviceId]);
    expect(await itemFor('bgone')).toMatchObject({ envelope: null, reason: 'not_a_recipient' });
  });

  caseUnless(missing, 'takes what a business seals for all devices of a contact, as soon as their list is published', async () => {
    const [own, theirs] = [await business(1), await contact(2)];
    const [{ devices: [b1] }, { devices: [one, two] }] = [own, theirs];
    const { accountId } = one!;
    const written = { ...bindingOf(accountId), category: null };
    const envelope = toBase64(sealedBy(one!, theirs.list, [{ list: own.list, devices: [b1!] }], written));
    const opened = await request(set.platform.address, 'POST', '/delivery/v1/inbound', one!.token, { numberId: cast.number.numberId, messageId: written.messageId, envelope }, 'opens-the-window');
    expect(opened.status).toBe(202);
    const sealed = (list: Uint8Array, to: readonly Registered[], by = b1!) => {
      const binding = bindingOf(accountId);
      return { messageId: binding.messageId, numberId: cast.number.numberId, contactId: accountId, kind: 'free_form', envelope: toBase64(sealedBy(by, own.list, [{ list, devices: to }], binding)) };
    };
    const send = (message: object, key: string): Promise<Answer> => request(set.platform.address, 'POST', '/ingest/v1/messages', apiKey, message, `${accountId} ${key}`.replace(' ', '-'));
    expect(await send(sealed(theirs.list, [one!]), 'a')).toMatchObject(stale({ accountId, listVersion: 1, missing: [two!.deviceId], extra: [] }));
    const first = sealed(theirs.list, [one!, two!]);
    expect((await send(first, 'b')).status).toBe(202);
    const second = nextList(theirs.list, theirs.account, [one!]);
    expect((await publish(one!.token, second)).status).toBe(200);
    // Ingest hears of the list by way of the log, and waits for one that the sender knows already.
    expect((await send(sealed(second, [one!]), 'c')).status).toBe(202);
    expect(await send(sealed(theirs.list, [one!, two!]), 'd')).toMatchObject(stale({ accountId, listVersion: 2, missing: [], extra: [two!.deviceId] }));
    // What was taken once is taken: the same request again has the same answer.
    const again = await send(first, 'b');
    expect([again.status, again.headers.get('Idempotency-Replayed')]).toEqual([202, 'true']);
    const unlisted = await registerOfBusiness();
    expect(await send(sealed(second, [one!], unlisted), 'e')).toMatchObject(stale({ accountId: cast.business.businessId, listVersion: openDeviceList(own.list).listVersion, missing: [], extra: [unlisted.deviceId] }));
    const { body } = await eventually(() => get('/inbox', one!.token), ({ body: page }) => JSON.stringify(page['items']).includes(first.messageId));
    const item = (body['items'] as Record<string, unknown>[]).find(({ messageId }) => messageId === first.messageId)!;
    expect(readMessage(bytes(item['envelope'])).wraps.map(({ recipient }) => recipient)).toEqual([{ accountId, deviceId: one!.deviceId }]);
  });

  caseUnless(missing, 'tells the log of a list whose process ended before it could', async () => {
    const own = await business(1);
    const theirs = await contact(1);
    const { accountId } = theirs.devices[0]!;
    const { post: told } = Writes.prototype;
    Writes.prototype.post = async () => {
      throw new Error('ended');
    };
    const two = await register(theirs.phone);
    const second = nextList(theirs.list, theirs.account, [theirs.devices[0]!, two]);
    expect((await publish(two.token, second)).status).toBe(200);
    const send = (list: Uint8Array, to: readonly Registered[], key: string): Promise<Answer> => {
      const binding = bindingOf(accountId);
      const envelope = toBase64(sealedBy(own.devices[0]!, own.list, [{ list, devices: to }], binding));
      return request(set.platform.address, 'POST', '/ingest/v1/messages', apiKey, { messageId: binding.messageId, numberId: cast.number.numberId, contactId: accountId, kind: 'free_form', envelope }, `${accountId}-${key}`);
    };
    expect((await send(second, [theirs.devices[0]!, two], 'early')).status).toBe(409);
    Writes.prototype.post = told;
    await contact(1);
    expect((await send(second, [theirs.devices[0]!, two], 'late')).status).toBe(202);
  });

  caseUnless(missing, 'shows the whole log to whoever audits it, and every head follows from every earlier one', async () => {
    const { body } = await get('/key-log/entries?limit=1000', apiKey);
    const entries = body['entries'] as string[];
    expect(entries.map((entry) => decodeEntry(bytes(entry)).listVersion).length).toBeGreaterThan(10);
    expect(body['next']).toBeNull();
    const paged = await get('/key-log/entries?from=2&limit=3', apiKey);
    expect(paged.body).toEqual({ entries: entries.slice(2, 5), next: 5 });
    const now = headOf(await get('/key-log', apiKey));
    expect(now.size).toBe(entries.length);
    const longer = { ...now, size: now.size + 3 };
    expect(codeOf(() => followHead(longer, now, new Uint8Array()))).not.toBe('taken');
    const shrunk = await get(`/key-log?head=${longer.size}`, apiKey);
    expect(codeOf(() => followHead(longer, headOf(shrunk), bytes(shrunk.body['consistency'])))).toBe('bad_proof');
  });
});

/** The problem `stale-devices`, as it names the accounts. */
function stale(...accounts: readonly { readonly accountId: string; readonly listVersion: number; readonly missing: readonly string[]; readonly extra: readonly string[] }[]): object {
  return { status: 409, body: { type: 'urn:parley:problem:stale-devices', accounts } };
}

/** The second list, once it is checked against the first. */
function followed(first: Uint8Array, second: Uint8Array): Uint8Array {
  expect(followDeviceList(first, second).listVersion).toBe(2);
  return second;
}
