import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCodec } from '@parley/bus';
import { EmbeddedLog, type Database } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS, type AnyEvent, type Meta, type TopicName } from '@parley/contracts';
import { filledDatabase } from '../lanes/filled-database.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runRecover, type RecoverOptions } from './recover.js';

let database: Database;
beforeAll(async () => void (database = await filledDatabase()), 60_000);
afterAll(async () => database.close());

interface Recovered {
  readonly lane: string;
  readonly unknown: number;
  readonly keys: number;
  readonly offset: number;
}

async function recover(options: Partial<RecoverOptions> = {}) {
  const terminal = memoryTerminal();
  await runRecover(database, { services: [], slots: 2, json: true, environment: {}, ...options }, terminal);
  return { lanes: options.json === false ? [] : (JSON.parse(terminal.lines[0]!) as { lanes: Recovered[] }).lanes, text: terminal.lines.join('\n'), remarks: terminal.remarks.join('\n') };
}

const source: TopicName = 'parley.requests.v1';
const codec = createCodec();
const at = Date.UTC(2018, 7, 3, 18);
const meta = (given: Partial<Meta>): Meta => ({ eventId: '00000000-0000-4000-8000-000000000000', at, recordedAt: at, link: '', number: 0, cause: null, catalogOffset: 0, ...given });
const facts = { contactId: 'c9' as never, categories: ['utility'], source: 'a form', proof: 'it' } as const;
const key = 'blue-door.c9';

/** A request on the log, and what the lane made of it, which the database knows nothing of. */
async function taken(): Promise<void> {
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
  const log = await EmbeddedLog.open(database, { topics, clock: () => at });
  const append = (topic: TopicName, event: AnyEvent) => log.append({ topic, partition: 0, records: [{ key, value: codec.encode(event) }] });
  await append(source, { type: 'RecordConsent', meta: meta({}), authorization: null, requestId: 'r1' as never, action: 'grant', ...facts });
  const granted = { type: 'ConsentGranted', businessId: 'blue-door' as never, conversationId: key as never, ...facts } as const;
  await append('parley.conversations.v1', { ...granted, meta: meta({ link: 'ingest/requests/0', number: 1, cause: { topic: source, partition: 0, offset: 0 } }) });
  await log.close();
}

describe('recover', () => {
  it('finds what slots and intake lanes without a row have on the log, and takes the keys of requests again', async () => {
    await taken();
    const { lanes, remarks } = await recover();
    const of = (name: string) => lanes.find(({ lane }) => lane === name);
    expect(of('ingest/http/0')!.unknown).toBeGreaterThan(0);
    expect(of('ingest/requests/0')).toEqual({ lane: 'ingest/requests/0', unknown: 1, keys: 1, offset: 0 });
    expect(of('ingest/requests/3')).toMatchObject({ unknown: 0, keys: 0 });
    expect(remarks).toMatch(/^.*ingest\/http\/0.*Idempotency-Keys/s);
    const stored = await database.query<{ business_id: string; key: string }>('select business_id, key from ingest.idempotency', []);
    expect(stored.rows).toEqual([{ business_id: 'blue-door', key: 'request r1' }]);
    const { rows } = await database.query<{ sent: object }>(`select sent from ingest.lane where lane = 'ingest/requests/0'`, []);
    expect(rows).toEqual([{ sent: { 'parley.conversations.v1/0': 1 } }]);
  });

  it('changes nothing the second time', async () => {
    const { lanes, remarks } = await recover();
    expect([lanes.filter(({ unknown }) => unknown > 0), remarks]).toEqual([[], '']);
  });

  it('says it in words, of the services that take requests', async () => {
    expect((await recover({ services: ['ingest'], json: false })).text).toMatch(/│ ingest\/requests\/0 │ +0 │ +\d │ +0 │/);
    await expect(recover({ services: ['windows'] })).rejects.toMatchObject({ exitCode: 2, fix: 'choose among ingest, notifications, delivery, billing.' });
  });
});
