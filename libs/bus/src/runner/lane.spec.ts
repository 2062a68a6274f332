import { describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { AnyTopology, BusinessId, ContactId, ConversationId } from '@parley/contracts';
import { CatalogView } from '../catalog/view.js';
import { createCodec } from '../codec/codec.js';
import { MemoryLog } from '../memory/log.js';
import { MemoryStore } from '../memory/store.js';
import { runLane } from './lane.js';
import { Outbox } from './outbox.js';
import type { LaneEnd, Report, RunnerPorts } from './ports.js';

const codec = createCodec();
const conversations = 'parley.conversations.v1';
const facts = { businessId: 'b' as BusinessId, contactId: 'c' as ContactId, conversationId: 'b.c' as ConversationId };

const counting: AnyTopology = {
  name: 'counting', source: conversations, folds: ['ConsentRevoked'], commands: ['ConsentRevoked'], decisions: conversations, derives: [], tables: [],
  initial: 0, evolve: (state) => (state as number) + 1, decide: (_, state) => ({ type: 'DecisionSkipped', key: 'b.c', reason: `${String(state)}` }),
  businessOf: () => 'b', waitingLimit: 10,
};

class Line {
  readonly log = new MemoryLog(() => 1);
  readonly store = new MemoryStore();
  readonly reports: Report[] = [];
  readonly reads: number[] = [];
  #ids = 0;
  readonly #outbox = new Outbox('spec/http/0', codec, this.log, {});

  async write(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const event = { type: 'ConsentRevoked' as const, ...facts, categories: ['utility' as const], source: `${index}` };
      this.#outbox.stage({ topic: conversations, key: 'b.c', event }, { eventId: this.#newId(), at: Date.UTC(2026, 0, 1), recordedAt: Date.UTC(2026, 0, 1), cause: null, catalogOffset: 0 });
    }
    this.#outbox.keep();
    const all = this.#outbox.pending([], 1_000).flatMap(({ records }) => records);
    await this.log.append({ topic: conversations, partition: 0, records: all.slice(-count) });
  }

  /** Runs the lane until it has read everything, or ends by itself. */
  async run(topology: AnyTopology = counting): Promise<LaneEnd> {
    const abort = new AbortController();
    const log = Object.assign(Object.create(this.log) as MemoryLog, {
      read: (topic: typeof conversations, partition: number, offset: number, limit: number) => (this.reads.push(offset), this.log.read(topic, partition, offset, limit)),
      append: this.log.append.bind(this.log), end: this.log.end.bind(this.log), start: this.log.start.bind(this.log), partitions: () => 1,
      wait: async () => abort.abort(),
    });
    const ports: RunnerPorts = {
      log, codec, clock: Date.now, newId: () => this.#newId(), report: (report) => this.reports.push(report),
      sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).then(() => undefined, () => undefined),
    };
    const catalog = new CatalogView<unknown>(ports, { initial: null, evolve: (state) => state });
    return runLane({ ...ports, topology, partition: 0, store: this.store, catalog }, abort.signal);
  }

  #newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }
}

describe('a lane', () => {
  it('looks through a long stretch of others’ records once, and remembers it though it has nothing else to commit', async () => {
    const line = new Line();
    const usage = 'parley.usage.v1';
    const value = codec.encode({ type: 'ConsentRevoked', ...facts, categories: ['utility'], source: 'x', meta: { eventId: '00000000-0000-4000-8000-000000000001', at: Date.UTC(2026, 0, 1), recordedAt: Date.UTC(2026, 0, 1), link: 'other/0', number: 1, cause: null, catalogOffset: 0 } });
    await line.log.append({ topic: usage, partition: 0, records: Array.from({ length: 25_000 }, () => ({ key: 'o', value })) });
    const elsewhere: AnyTopology = { ...counting, decisions: usage };
    await line.run(elsewhere);
    expect(line.reads).toEqual([0, 5_000, 10_000, 15_000, 20_000, 0]);
    line.reads.length = 0;
    await line.run(elsewhere);
    expect(line.reads).toEqual([0]);
  });

  it('decides each command once, and counts its own decisions without folding them again', async () => {
    const line = new Line();
    await line.write(3);
    expect(await line.run()).toEqual({ kind: 'stopped' });
    const decisions = line.log.records(conversations, 0).map(({ value }) => codec.decode(value)).filter(({ type }) => type === 'DecisionSkipped');
    expect(decisions.map((event) => event.type === 'DecisionSkipped' && event.reason)).toEqual(['1', '2', '3']);
    expect(await line.store.states('counting/0', ['b.c'])).toEqual(new Map([['b.c', '3']]));
    expect(line.store.rowOf('counting/0')).toMatchObject({ offset: 6, taken: { 'spec/http/0': 3, 'counting/0': 3 } });
  });

  it('does not read again, when it starts, what it looked through at an earlier start', async () => {
    const quiet: AnyTopology = { ...counting, folds: [], commands: [] };
    const line = new Line();
    await line.write(40);
    await line.run(quiet);
    const before = line.reads.length;
    await line.write(1);
    await line.run(quiet);
    expect(line.reads.slice(before)).toEqual([40, 40, 41]); // Looking for strangers, then the new record, then the end.
  });

  it('halts where its row is gone and the log has its decisions', async () => {
    const line = new Line();
    await line.write(2);
    await line.run();
    Object.assign(line, { store: new MemoryStore() });
    expect(await line.run()).toMatchObject({ kind: 'halted', reason: expect.stringContaining('parley rebuild') });
  });

  it('lets one key wait whose decision throws, and says why', async () => {
    const line = new Line();
    await line.write(2);
    const refusing: AnyTopology = { ...counting, decide: () => { throw new Error('cannot'); } };
    await line.run(refusing);
    expect(line.reports.filter(({ kind }) => kind === 'waiting')).toEqual([{ kind: 'waiting', lane: 'counting/0', key: 'b.c', offset: 0, error: 'Error: cannot' }]);
    expect((await line.store.waitingRecords('counting/0', 'b.c', 10)).map(({ offset, error }) => ({ offset, error }))).toEqual([{ offset: 0, error: 'Error: cannot' }, { offset: 1, error: '' }]);
  });
});
