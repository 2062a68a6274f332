import { describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { AnyEvent, BusinessId, ContactId, ConversationId, Output } from '@parley/contracts';
import { CatalogView } from '../catalog/view.js';
import { createCodec } from '../codec/codec.js';
import { MemoryLog } from '../memory/log.js';
import { MemoryStore } from '../memory/store.js';
import type { Append } from '../port/log.js';
import { HttpSlot, type SlotLimits, type Submission } from './slot.js';
import type { Report, RunnerPorts } from './ports.js';

const codec = createCodec();
const conversations = 'parley.conversations.v1';

function setUp(appends: (request: Append) => Promise<void> = () => Promise.resolve()) {
  const log = new MemoryLog(() => 1);
  const append = log.append.bind(log);
  log.append = async (request) => {
    await appends(request);
    return append(request);
  };
  const store = new MemoryStore();
  const reports: Report[] = [];
  let ids = 0;
  const ports: RunnerPorts = {
    log,
    codec,
    clock: Date.now,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).then(() => undefined, () => undefined),
    report: (report) => reports.push(report),
  };
  const catalog = new CatalogView<unknown>(ports, { initial: null, evolve: (state) => state });
  const open = (slots: number, limits: Partial<SlotLimits> = {}): HttpSlot =>
    new HttpSlot({ ...ports, service: 'ingest', slots, holder: `holder-${(ids += 1)}`, store, catalog, topics: [conversations, 'parley.envelopes.v1'], limits: { retryMs: 5, leaseMs: 50, ...limits } });
  const events = (topic: 'parley.conversations.v1' | 'parley.envelopes.v1'): AnyEvent[] => log.records(topic, 0).map(({ value }) => codec.decode(value));
  return { log, store, reports, open, events };
}

const facts = { businessId: 'b' as BusinessId, contactId: 'c' as ContactId, conversationId: 'b.c' as ConversationId };

function consent(source: string): Output {
  return { topic: conversations, key: facts.conversationId, event: { type: 'ConsentRevoked', ...facts, categories: ['utility'], source } };
}

function asked(key: string, change: Partial<Submission> = {}): Submission {
  return { businessId: 'b', idempotencyKey: key, bodyHash: key, outputs: [consent(key)], answer: { status: 202, body: { key } }, ...change };
}

describe('an HTTP slot', () => {
  it('answers who asks for it only once the records are on the log, and says so when it is stopped before', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { open, events } = setUp(() => held);
    const slot = open(1);
    const [early, late] = [slot.submit(asked('early')), slot.submit(asked('late', { onLog: true }))];
    await early;
    expect(await Promise.race([late, setTimeout(30, 'not yet')])).toBe('not yet');
    release();
    expect(await late).toMatchObject({ kind: 'answered' });
    expect(events(conversations)).toHaveLength(2);
    await slot.close();
    const { open: openFailing } = setUp(() => Promise.reject(new Error('broker away')));
    const stopped = openFailing(1);
    const left = stopped.submit(asked('left', { onLog: true }));
    await setTimeout(20);
    await stopped.close(10);
    expect(await left).toEqual({ kind: 'busy' });
  });

  it('answers after the commit, and appends once what is asked twice', async () => {
    const { open, events } = setUp();
    const slot = open(1);
    const [first, again] = await Promise.all([slot.submit(asked('one')), slot.submit(asked('one'))]);
    expect(first).toEqual({ kind: 'answered', status: 202, body: { key: 'one' }, repeated: false });
    expect(again).toEqual({ kind: 'answered', status: 202, body: { key: 'one' }, repeated: true });
    expect(await slot.submit(asked('one', { bodyHash: 'other' }))).toEqual({ kind: 'conflict' });
    await slot.close();
    expect(events(conversations).map((event) => event.type === 'ConsentRevoked' && event.source)).toEqual(['one']);
  });

  it('appends envelopes before the records that announce them', async () => {
    const order: string[] = [];
    const { open } = setUp(async ({ topic }) => void order.push(topic));
    const envelope: Output = { topic: 'parley.envelopes.v1', key: 'b.c', event: { type: 'EnvelopeStored', ...facts, messageId: 'm' as never, to: 'contact', bytes: new Uint8Array(3) } };
    const slot = open(1);
    await slot.submit(asked('one', { outputs: [consent('one'), envelope] }));
    await slot.close();
    expect(order).toEqual(['parley.envelopes.v1', conversations]);
  });

  it('tells at once that an output cannot be encoded, and keeps nothing of the request', async () => {
    const { open, events } = setUp();
    const slot = open(1);
    await expect(slot.submit(asked('bad', { outputs: [consent('x'.repeat(10_000))] }))).rejects.toMatchObject({ name: 'FrameError' });
    expect(await slot.submit(asked('bad'))).toMatchObject({ kind: 'answered', repeated: false });
    await slot.close();
    expect(events(conversations)).toHaveLength(1);
  });

  it('says that it is busy when too many wait for an append, and goes on when that is done', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { open } = setUp(() => held);
    const slot = open(1, { queuedRequests: 2, groupRequests: 1 });
    expect(await slot.submit(asked('first'))).toMatchObject({ kind: 'answered' });
    const waiting = [slot.submit(asked('second')), slot.submit(asked('third'))];
    await setTimeout(20);
    expect(await slot.submit(asked('fourth'))).toEqual({ kind: 'busy' });
    release();
    expect(await Promise.all(waiting)).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }]);
    await slot.close();
  });

  it('drains a slot that was taken out of the settings before it takes requests', async () => {
    let lost = true;
    const { open, events, store } = setUp(async () => {
      if (lost) throw new Error('no broker');
    });
    const removed = open(2);
    const kept = open(2);
    await Promise.all([removed.submit(asked('a')), kept.submit(asked('b'))]);
    await Promise.all([removed.close(20), kept.close(20)]);
    expect(events(conversations)).toEqual([]);
    lost = false;
    const alone = open(1);
    await alone.submit(asked('c'));
    await alone.close();
    expect(store.lanes()).toEqual(['ingest/http/0', 'ingest/http/1']);
    expect(store.rowOf('ingest/http/1')?.pending).toEqual([]);
    // An append that was given up may have arrived all the same: readers take each number once.
    const taken = new Map(events(conversations).map((event) => [`${event.meta.link} ${event.meta.number}`, event.type === 'ConsentRevoked' && event.source]));
    expect([...taken.values()].sort()).toEqual(['a', 'b', 'c']);
  });
});
