import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCodec } from '@parley/bus';
import { EmbeddedLog, openPglite } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS, type DeviceListPublished } from '@parley/contracts';
import { checkLogged, decodeEntry, followHead, newSigningKeys, openDeviceList, openHead, systemRandom, toBase64 } from '@parley/crypto';
import type { LogHead } from '@parley/crypto';
import { bytes, firstList, newKeys, nextList, publicKeysOf, request } from '../keys.fixture.js';
import type { Registered } from '../keys.fixture.js';
import type { Answer } from '../platform.fixture.js';
import { pause, PlatformProcess } from './platform-process.fixture.js';

/** For each kill: how many more lists to be published first, and how long after that. */
const kills = [[4, 7], [9, 0], [2, 40]] as const;
const workers = 2;

interface Published {
  readonly accountId: string;
  readonly list: Uint8Array;
  readonly answer: Answer;
}

const answered: Published[] = [];
const heads: LogHead[] = [];
let platform: PlatformProcess;
let logKey: Uint8Array;
let told: DeviceListPublished[] = [];

const ask = (method: 'GET' | 'POST' | 'PUT', path: string, token: string, body?: object): Promise<Answer> => request(platform.address, method, `/delivery/v1${path}`, token, body);

/** Until it is answered: whoever was not answered asks again with the same bytes. */
async function insist(work: () => Promise<Answer>, running: { readonly on: boolean }): Promise<Answer | null> {
  while (running.on) {
    const answer = await work().catch(() => null);
    if (answer !== null && answer.status < 500) return answer;
    await pause(20);
  }
  return null;
}

/** One contact after the other, each with a first list and four that follow. */
async function work(running: { on: boolean }, worker: number): Promise<void> {
  for (let count = 0; running.on; count += 1) {
    const keys = newKeys();
    const phone = `49171392${String(worker)}${String(1_000 + count)}`;
    const registered = await insist(() => ask('POST', '/devices', '', { phone, code: platform.sandbox.code, name: 'spec', ...publicKeysOf(keys) }), running);
    if (registered === null) return;
    const device: Registered = { ...keys, accountId: String(registered.body['accountId']), deviceId: String(registered.body['deviceId']), token: String(registered.body['token']) };
    const account = newSigningKeys(systemRandom);
    for (let list = firstList(account, [device]), version = 1; version <= 5; version += 1, list = nextList(list, account, [device])) {
      const answer = await insist(() => ask('PUT', '/keys/list', device.token, { list: toBase64(list) }), running);
      if (answer === null) return;
      answered.push({ accountId: device.accountId, list, answer });
      await pause(50);
    }
  }
}

async function listsOnLog(): Promise<DeviceListPublished[]> {
  const database = await openPglite({ folder: platform.folder.database });
  const log = await EmbeddedLog.open(database, { topics: TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: null })), clock: Date.now });
  const codec = createCodec();
  const events: DeviceListPublished[] = [];
  const end = await log.end('parley.devices.v1', 0);
  for (let offset = 0; offset < end; ) {
    const records = await log.read('parley.devices.v1', 0, offset, 1_000);
    for (const { value } of records) {
      const event = codec.decode(value);
      if (event.type === 'DeviceListPublished') events.push(event);
    }
    offset = records.at(-1)!.offset + 1;
  }
  await log.close();
  await database.close();
  return events;
}

beforeAll(async () => {
  platform = await PlatformProcess.make();
  await platform.start();
  logKey = bytes((await ask('GET', '/key-log', platform.sandbox.apiKey)).body['publicKey']);
  const running = { on: true };
  const load = Array.from({ length: workers }, (_, worker) => work(running, worker));
  for (const [more, ms] of kills) {
    const enough = answered.length + more;
    while (answered.length < enough) await pause(1);
    await pause(ms);
    await platform.end('SIGKILL');
    await platform.start();
  }
  await pause(500);
  running.on = false;
  await Promise.all(load);
  heads.push(openHead(bytes((await ask('GET', '/key-log', platform.sandbox.apiKey)).body['head']), logKey));
}, 300_000);

afterAll(() => platform.remove());

describe('the key directory, killed three times while lists are published', () => {
  it('answered enough for this to mean something, each as it is', () => {
    expect(answered.length).toBeGreaterThan(15);
    expect(answered.map(({ answer }) => answer.status).filter((status) => status !== 200)).toEqual([]);
  });

  it('has every answered list in its log, once, under a head that follows from every one that was told', async () => {
    const now = heads.at(-1)!;
    const entries: string[] = [];
    for (let from = 0; from < now.size; from = entries.length) entries.push(...((await ask('GET', `/key-log/entries?from=${from}`, platform.sandbox.apiKey)).body['entries'] as string[]));
    expect(entries.length).toBe(now.size);
    const keys = entries.map((entry) => `${decodeEntry(bytes(entry)).accountId} ${decodeEntry(bytes(entry)).listVersion}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { list, answer } of answered) {
      const head = openHead(bytes(answer.body['head']), logKey);
      expect(checkLogged({ list, entry: bytes(answer.body['entry']), proof: bytes(answer.body['proof']) }, head).listVersion).toBe(answer.body['listVersion']);
      expect(entries).toContain(answer.body['entry']);
      const { body } = await ask('GET', `/key-log?head=${head.size}`, platform.sandbox.apiKey);
      expect(followHead(head, openHead(bytes(body['head']), logKey), bytes(body['consistency'])).size).toBe(now.size);
    }
  });

  it('has told the log of every one of them, once', async () => {
    await pause(1_000);
    await platform.end('SIGINT');
    told = await listsOnLog();
    const keys = told.map(({ accountId, listVersion }) => `${accountId} ${listVersion}`);
    expect(new Set(keys).size).toBe(keys.length);
    const published = answered.map(({ accountId, list }) => `${accountId} ${openDeviceList(list).listVersion}`);
    expect(published.filter((key) => !keys.includes(key))).toEqual([]);
    expect(told.map(({ logIndex }) => logIndex).sort((a, b) => a - b)).toEqual(Array.from({ length: heads.at(-1)!.size }, (_, index) => index));
  }, 60_000);
});
