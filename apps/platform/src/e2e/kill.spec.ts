import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCodec } from '@parley/bus';
import { EmbeddedLog, openPglite } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS, type AnyEvent } from '@parley/contracts';
import { cast } from '../sandbox/cast.js';
import { pause, PlatformProcess } from './platform-process.fixture.js';

/** For each kill: how many more answers to wait for, and how long after that. */
const kills = [[5, 40], [12, 3], [1, 150], [20, 11], [7, 80], [3, 0], [15, 25], [9, 60], [2, 7], [18, 33]] as const;
const workers = 4;

/** What the outside client was answered: body of the message → id. */
const answered = new Map<string, string>();
const attempted: string[] = [];
const received: { readonly messageId: string; readonly text: string }[] = [];
let charged: { readonly messageId: string }[] = [];
let events: AnyEvent[] = [];
let platform: PlatformProcess;

async function work(running: { on: boolean }, worker: number): Promise<void> {
  for (let count = 0; running.on; count += 1) {
    const body = `load ${worker}.${count}`;
    attempted.push(body);
    // What is not answered is not asked again: it may have arrived or not, but never twice.
    await platform.sendText(body).then((id) => answered.set(body, id), () => undefined);
    await pause(60);
  }
}

async function receiveAll(): Promise<void> {
  const { device, close } = await platform.phone();
  for (let quiet = 0; quiet < 3; ) {
    const { received: page } = await device.sync({ waitSeconds: 2 });
    quiet = page.length === 0 ? quiet + 1 : 0;
    received.push(...page.map(({ messageId, text }) => ({ messageId, text: text ?? '' })));
  }
  await close();
}

async function allCharges(): Promise<{ messageId: string }[]> {
  const all: { messageId: string }[] = [];
  for (let after = '', more = true; more; ) {
    const query = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const response = await fetch(`${platform.address}/billing/v1/charges?limit=100${query}`, { headers: { Authorization: `Bearer ${platform.sandbox.apiKey}` } });
    const page = (await response.json()) as { data: { messageId: string }[]; next: string; more: boolean };
    all.push(...page.data);
    ({ next: after, more } = page);
  }
  return all;
}

/** The conversation's log as readers take it: repeats by link and number dropped. */
async function acceptedEvents(): Promise<AnyEvent[]> {
  const database = await openPglite({ folder: platform.folder.database });
  const log = await EmbeddedLog.open(database, { topics: TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: null })), clock: Date.now });
  const codec = createCodec();
  const accepted = new Map<string, AnyEvent>();
  for (let partition = 0; partition < log.partitions('parley.conversations.v1'); partition += 1) {
    const end = await log.end('parley.conversations.v1', partition);
    for (let offset = 0; offset < end; ) {
      const records = await log.read('parley.conversations.v1', partition, offset, 1_000);
      for (const { value } of records) {
        const event = codec.decode(value);
        accepted.set(`${partition} ${event.meta.link} ${event.meta.number}`, event);
      }
      offset = records.at(-1)!.offset + 1;
    }
  }
  await log.close();
  await database.close();
  return [...accepted.values()];
}

beforeAll(async () => {
  platform = await PlatformProcess.make();
  await platform.start();
  const { device, close } = await platform.phone();
  await device.write(cast.number.phone, 'Hello');
  await close();
  await pause(1_000);
  const running = { on: true };
  const load = Array.from({ length: workers }, (_, worker) => work(running, worker));
  for (const [answers, ms] of kills) {
    const enough = answered.size + answers;
    while (answered.size < enough) await pause(1);
    await pause(ms);
    await platform.end('SIGKILL');
    await platform.start();
  }
  await pause(1_000);
  running.on = false;
  await Promise.all(load);
  await receiveAll();
  for (let before = -1; before !== charged.length; await pause(1_000)) {
    before = charged.length;
    charged = await allCharges();
  }
  await platform.end('SIGINT');
  events = await acceptedEvents();
}, 300_000);

afterAll(() => platform.remove());

function times(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

describe('the platform, killed ten times under load', () => {
  it('answered enough for this to mean something', () => {
    expect(answered.size).toBeGreaterThan(50);
    expect(new Set(answered.values()).size).toBe(answered.size);
  });

  it('has every answered message on the phone exactly once, and none twice', () => {
    const texts = times(received.map(({ text }) => text));
    expect([...answered.keys()].filter((body) => texts.get(body) !== 1)).toEqual([]);
    expect([...texts].filter(([, count]) => count > 1)).toEqual([]);
  });

  it('has every answered message requested on the log exactly once', () => {
    const requested = times(events.flatMap((event) => (event.type === 'MessageRequested' ? [`${event.message.messageId}`] : [])));
    expect([...requested].filter(([, count]) => count > 1)).toEqual([]);
    const onLog = new Set(requested.keys());
    const ids = received.filter(({ text }) => answered.has(text)).map(({ messageId }) => messageId);
    expect(ids.filter((id) => !onLog.has(id))).toEqual([]);
  });

  it('has exactly one charge for every message that was received', () => {
    const charges = times(charged.map(({ messageId }) => messageId));
    expect(received.filter(({ messageId }) => charges.get(messageId) !== 1)).toEqual([]);
    expect(charged.length).toBe(received.length);
  });
});
