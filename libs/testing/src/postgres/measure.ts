import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedLog, laneTablesSql, logTablesSql, openPglite, openPostgres, PostgresLaneStore, PostgresSlotStore, projectionTableSql, type Database } from '@parley/bus-postgres';
import { behaviourTable, behaviourTopologies } from '../behaviour/lane-store.js';
import { behaviourTopic } from '../behaviour/log.js';
import { startPostgres } from './start.js';

// How fast commits, requests, appends and reads are: `node libs/testing/dist/postgres/measure.js`. Figures are for this machine, now.

const value = new Uint8Array(300).fill(7);
const seconds = 3;

interface Figure {
  readonly what: string;
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

async function rate(what: string, units: number, once: (round: number) => Promise<unknown>): Promise<Figure> {
  for (let round = 0; round < 10; round += 1) await once(round);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  let rounds = 0;
  for (; performance.now() - begun < seconds * 1_000; rounds += 1) await once(rounds + 10);
  const { user, system } = process.cpuUsage(cpu);
  const done = rounds * units;
  return { what, perSecond: Math.round(done / ((performance.now() - begun) / 1_000)), perCpuSecond: Math.round(done / ((user + system) / 1e6)) };
}

async function* figures(database: Database): AsyncGenerator<Figure> {
  await database.query(`${logTablesSql()};${laneTablesSql('svc')};${projectionTableSql('svc', behaviourTable)}`);
  const log = await EmbeddedLog.open(database, { clock: Date.now, topics: [{ name: behaviourTopic, partitions: 4, retentionMs: null }] });
  const lanes = new PostgresLaneStore(database, { schema: 'svc', topologies: behaviourTopologies, log });
  const slots = new PostgresSlotStore(database, { schema: 'svc', log });
  for (const size of [1, 100, 1_000]) {
    const records = Array.from({ length: size }, (_, index) => ({ key: `conversation-${index}`, value }));
    yield await rate(`append, ${size} records each`, size, () => log.append({ topic: behaviourTopic, partition: 0, records }));
  }
  for (const size of [1, 100, 1_000]) {
    const row = await lanes.claim('view/0');
    yield await rate(`commit of state, row and record, ${size} each`, size, (round) => lanes.commit('view/0', row.epoch, commitOf(row, size, round)));
  }
  for (const size of [1, 100, 500]) {
    const { lane, row } = (await slots.lease([`svc/http/${size}`], 'measure', 0, 1))!;
    yield await rate(`requests, ${size} each`, size, (round) => slots.commitRequests(lane, row.epoch, requests(size, round), () => ({ ...row, pending: pendingOf(size) })));
  }
  yield await readRate(log);
  await log.close();
}

function commitOf(row: Parameters<PostgresLaneStore['commit']>[2]['row'], size: number, round: number): Parameters<PostgresLaneStore['commit']>[2] {
  const keys = Array.from({ length: size }, (_, index) => `business.contact-${(round * size + index * 7) % 50_000}`);
  const state = JSON.stringify({ lastInboundAt: 1_764_000_000_000, entryPointAt: null, consent: { marketing: 'granted', utility: 'granted' }, messages: [{ id: 'm-1', status: 'sent' }] });
  const columns = { business_id: 'business', at: round, micros: '1200', lines: 1, open: true, envelope: null, detail: { status: 'sent' } };
  return {
    row: { ...row, offset: round, taken: { 'ingest/http/0': round }, pending: pendingOf(size) },
    states: keys.map((key) => ({ key, businessId: 'business', state })),
    rows: keys.map((key) => ({ table: behaviourTable.name, key: { conversation_id: key, message_id: 'm' }, row: { ...columns, conversation_id: key, message_id: 'm' } })),
    timers: [], balances: [], tallies: [], fired: [], waiting: [], redriven: [], answered: [],
  };
}

function pendingOf(size: number): Parameters<PostgresLaneStore['commit']>[2]['row']['pending'] {
  return [{ topic: behaviourTopic, partition: 1, firstNumber: 1, records: Array.from({ length: size }, (_, index) => ({ key: `conversation-${index}`, value })) }];
}

let requestNumber = 0;

function requests(size: number, round: number): Parameters<PostgresSlotStore['commitRequests']>[2] {
  return Array.from({ length: size }, () => {
    requestNumber += 1;
    return { businessId: 'business', idempotencyKey: `request-${requestNumber}`, bodyHash: 'f'.repeat(64), answer: '{"status":202,"body":{"messageId":"m"}}', at: round };
  });
}

async function readRate(log: EmbeddedLog): Promise<Figure> {
  const end = await log.end(behaviourTopic, 0);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  for (let offset = 0; offset < end; ) offset += (await log.read(behaviourTopic, 0, offset, 2_000)).length;
  const { user, system } = process.cpuUsage(cpu);
  return { what: `read of ${end} records`, perSecond: Math.round(end / ((performance.now() - begun) / 1_000)), perCpuSecond: Math.round(end / ((user + system) / 1e6)) };
}

async function measure(name: string, database: Database): Promise<void> {
  for await (const { what, perSecond, perCpuSecond } of figures(database)) {
    process.stdout.write(`${name.padEnd(24)}${what.padEnd(46)}${String(perSecond).padStart(9)} /s${String(perCpuSecond).padStart(11)} /s of this process's CPU\n`);
  }
  await database.close();
}

const folder = mkdtempSync(join(tmpdir(), 'parley-measure-'));
try {
  await measure('PGlite, folder', await openPglite({ folder: join(folder, 'durable') }));
  await measure('PGlite, folder, no fsync', await openPglite({ folder: join(folder, 'plain'), durable: false }));
  const server = await startPostgres({ own: true });
  if ('unavailable' in server) process.stdout.write(`PostgreSQL server: ${server.unavailable}\n`);
  else {
    await measure('PostgreSQL server', await openPostgres(server.url));
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
