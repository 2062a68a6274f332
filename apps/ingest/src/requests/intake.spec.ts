import { afterEach, describe, expect, it } from '@jest/globals';
import { CatalogView, MemoryLog, MemoryStore, recoverIntake, runIntake } from '@parley/bus';
import type { IntakeSpec, LaneEnd, LogRecord, RunnerPorts } from '@parley/bus';
import type { AnyEvent, RequestId, RequestRejected, TopicName } from '@parley/contracts';
import { noDevices } from '@parley/domain';
import { sleep } from '@parley/service';
import { Judge } from './judge.js';
import { recoveredKey } from './recovered-key.js';
import { callers, catalog, codec, now, present, recordConsent, sendMessage, serviceKey, signed } from './requests.fixture.js';
import { intakeTopics } from './topics.js';

const source: TopicName = 'parley.requests.v1';
const rejections: TopicName = 'parley.requests.rejected.v1';
const partitions = 2;
const lanes = [0, 1].map((partition) => ({ lane: `ingest/requests/${partition}`, partition }));
const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

function setUp() {
  const log = new MemoryLog(() => partitions);
  const store = new MemoryStore();
  let ids = 0;
  const ports: RunnerPorts = { log, codec, clock: () => now, newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`, sleep, report: () => undefined };
  const judge = new Judge({ codec, serviceKey, callersOf: async () => callers, devicesOf: async () => (party, accountId) => present[`${party} ${accountId}`] ?? noDevices, fault: (message) => { throw new Error(message); } });
  const view = { view: () => ({ state: catalog, offset: 4 }), reach: async () => undefined } as unknown as CatalogView<unknown>;
  const specOf = (partition: number): IntakeSpec => ({
    ...ports,
    ...{ ...lanes[partition]!, source, topics: intakeTopics, store, catalog: view, limits: { idleMs: 20, retryMs: 5 } },
    judge: (records) => judge.judge(partition, records, catalog, now),
  });
  return { log, store, ports, specOf };
}

type Set = ReturnType<typeof setUp>;

function start({ specOf }: Set): { stop(): Promise<LaneEnd[]> } {
  const stop = new AbortController();
  stops.push(stop);
  const running = lanes.map(({ partition }) => runIntake(specOf(partition), stop.signal));
  return {
    stop: () => {
      stop.abort();
      return Promise.all(running);
    },
  };
}

async function write({ log }: Set, partition: number, ...records: readonly LogRecord[]): Promise<void> {
  await log.append({ topic: source, partition, records });
}

async function read({ log, store }: Set): Promise<void> {
  const isRead = (partition: number): boolean => {
    const row = store.rowOf(lanes[partition]!.lane);
    return log.records(source, partition).length === 0 || (row !== undefined && row.offset >= log.records(source, partition).length);
  };
  for (let tries = 0; !lanes.every(({ partition }) => isRead(partition)); tries += 1) {
    if (tries > 300) throw new Error('the lanes do not read on');
    await sleep(10, new AbortController().signal);
  }
}

function written({ log }: Set, topic: TopicName): AnyEvent[] {
  return [0, 1].flatMap((partition) => log.records(topic, partition)).map(({ value }) => codec.decode(value));
}

const rejected = (set: Set) => (written(set, rejections) as RequestRejected[]).map(({ businessId, requestId, code, fieldPath }) => `${businessId} ${requestId} ${code} ${fieldPath}`.trim());

describe('the intake of requests', () => {
  it('takes a request once, however often and wherever it is written', async () => {
    const set = setUp();
    const running = start(set);
    const record = signed(sendMessage());
    await write(set, 0, record, record);
    await write(set, 1, record);
    await read(set);
    await running.stop();
    expect(written(set, 'parley.conversations.v1')).toMatchObject([{ type: 'MessageRequested', meta: { cause: { topic: source }, at: now, catalogOffset: 4 } }]);
    expect(written(set, 'parley.envelopes.v1')).toHaveLength(1);
    expect(rejected(set)).toEqual([]);
  });

  it('gives an id one outcome: another request under it is rejected, once, and so is a corrected one', async () => {
    const set = setUp();
    const running = start(set);
    const other = signed(recordConsent({ source: 'another form' }));
    await write(set, 0, signed(recordConsent()), other, other);
    await read(set);
    await write(set, 1, other, signed(recordConsent({ requestId: 'r9' as RequestId, proof: '' })), signed(recordConsent({ requestId: 'r9' as RequestId, proof: '' })), signed(recordConsent({ requestId: 'r9' as RequestId })));
    await read(set);
    await running.stop();
    expect(written(set, 'parley.conversations.v1')).toMatchObject([{ type: 'ConsentGranted', source: 'a form' }]);
    expect(rejected(set).sort()).toEqual(['acme r2 idempotency-conflict requestId', 'acme r9 idempotency-conflict requestId', 'acme r9 invalid-field proof']);
  });

  it('goes on behind whatever else is written, and names it by its place', async () => {
    const set = setUp();
    const running = start(set);
    await write(set, 0, signed(new Uint8Array(70_000)), { ...signed(recordConsent()), headers: new Map() }, signed(new Uint8Array([0])), signed(recordConsent()));
    await read(set);
    await running.stop();
    expect(written(set, 'parley.conversations.v1')).toHaveLength(1);
    expect(rejected(set).sort()).toEqual(['acme record-0-0 too-large', 'acme record-0-2 malformed', 'unattributed record-0-1 missing-signature']);
    const [first] = [0, 1].flatMap((partition) => set.log.records(rejections, partition));
    expect(Object.fromEntries([...first!.headers!].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))).toMatchObject({ ce_type: 'parley.v1.RequestRejected', ce_specversion: '1.0', 'content-type': 'avro/binary' });
  });

  it('rejects what does not fit the log', async () => {
    const set = setUp();
    const spec = set.specOf(0);
    const stop = new AbortController();
    stops.push(stop);
    const running = runIntake({ ...spec, judge: async (...given) => (await spec.judge(...given)).map((request) => ({ ...request, outputs: request.outputs.map((output) => ({ ...output, event: { ...output.event, source: 'x'.repeat(600) } as never })) })) }, stop.signal);
    await write(set, 0, signed(recordConsent()));
    await read(set);
    stop.abort();
    await running;
    expect([written(set, 'parley.conversations.v1'), rejected(set)]).toEqual([[], ['acme r2 invalid-field source']]);
  });

  it('halts where requests were removed before it read them, and says what to do', async () => {
    const set = setUp();
    await write(set, 0, signed(recordConsent()));
    let running = start(set);
    await read(set);
    await running.stop();
    set.log.start = async () => 5;
    set.log.end = async () => 5;
    running = start(set);
    expect((await running.stop()).map((end) => end.kind)).toContain('halted');
  });

  it('halts on a database that is older than the log, and goes on once it is recovered, taking nothing twice', async () => {
    const set = setUp();
    const back = set.store.wholeBackup();
    const records = [signed(sendMessage()), signed(recordConsent()), signed(recordConsent({ source: 'another form' })), signed(new Uint8Array([0]))];
    let running = start(set);
    await write(set, 0, ...records);
    await read(set);
    await running.stop();
    const before = intakeTopics.map((topic) => written(set, topic).length);
    back();
    running = start(set);
    expect(await Promise.race([running.stop(), sleep(2_000, new AbortController().signal)])).toMatchObject([{ kind: 'halted', reason: expect.stringContaining('parley recover') }, {}]);
    const recovered = await recoverIntake({ ...set.ports, store: set.store, topics: intakeTopics, source, lanes, keyOf: recoveredKey });
    expect(recovered).toMatchObject([{ lane: 'ingest/requests/0', unknown: 5, keys: 4, offset: 0 }, { lane: 'ingest/requests/1', unknown: 0 }]);
    running = start(set);
    await write(set, 1, ...records, signed(recordConsent({ requestId: 'r10' as RequestId })));
    await read(set);
    await running.stop();
    expect(intakeTopics.map((topic) => written(set, topic).length)).toEqual(before.map((count, index) => count + (intakeTopics[index] === 'parley.conversations.v1' ? 1 : 0)));
  });
});
