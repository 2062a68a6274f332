// `node deploy/bench/invoices.mjs`: a month's end: the bills of many owners, through invoicing's lanes with their rows in a PostgreSQL started for it.
import { administer, openPostgres, ownerRole, platformRole, PostgresLaneStore } from '@parley/bus-postgres';
import { CatalogView, createCodec, MemoryLog, runLane } from '@parley/bus';
import { partitionOf } from '@parley/contracts';
import { catalogFold, invoicingTopology } from '@parley/domain';
import { services } from '@parley/platform';
import { laneMigrations, serviceDataSource } from '@parley/service';
import { startPostgres } from '@parley/testing/servers';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { owners: { type: 'string', default: '10000' }, charges: { type: 'string', default: '20' }, rounds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } } });
const [owners, charges, rounds] = [values.owners, values.charges, values.rounds].map(Number);
if (![owners, charges, rounds].every((count) => Number.isSafeInteger(count) && count > 0)) throw new RangeError('--owners, --charges and --rounds take whole numbers from 1 on');
const ledger = 'parley.ledger.v1';
const partitions = 2;
const codec = createCodec();
const inMonth = Date.parse('2026-10-15T12:00:00Z');
const afterMonth = Date.parse('2026-11-05T12:00:00Z');
const markets = ['Germany', 'India', 'Brazil', 'United States'];
const price = 6_800n;

/** The charges of a month, a link for each partition, as billing would have written them. */
function framesOf() {
  const frames = Array.from({ length: partitions }, () => []);
  for (let charge = 0; charge < charges; charge += 1) {
    for (let owner = 0; owner < owners; owner += 1) {
      const ownerId = `owner-${owner}`;
      const partition = partitionOf(ownerId, partitions);
      const number = frames[partition].length + 1;
      const meta = { eventId: '00000000-0000-4000-8000-000000000000', at: inMonth, recordedAt: inMonth, link: `billing/${partition}`, number, cause: { topic: 'parley.usage.v1', partition, offset: number - 1 }, catalogOffset: 0 };
      const message = {
        messageId: `m${charge}`, businessId: `b${owner}`, ownerId, numberId: `n${owner}`, contactId: 'c', conversationId: `b${owner}.c`, lane: 'api', kind: 'template', category: charge % 2 === 0 ? 'utility' : 'marketing',
        template: { name: 'shipping', language: 'en', version: 1, hash: 'a'.repeat(64) }, requestedAt: inMonth, envelopeHash: 'a'.repeat(64), envelopeBytes: 400,
      };
      const event = {
        type: 'ChargePosted', meta, chargeId: `b${owner}.c.m${charge}`, message, market: markets[charge % markets.length], sentAt: inMonth, deliveredAt: inMonth, lastInboundAt: null, entryPointAt: null, currency: 'USD', amount: price, unitPrice: price,
        rule: 'P6/template', policyId: 'P6', policyVersion: 1, rateCardId: 'usd', rateCardVersion: 1, illustrative: false, pricingCategory: message.category, pricingType: 'regular', month: '2026-10', priceMarket: markets[charge % markets.length],
        tier: null, allowance: null, session: null, reservation: null, waived: 0n, spent: null,
      };
      frames[partition].push({ key: ownerId, value: codec.encode(event) });
    }
  }
  return frames;
}

async function billingSchema(login) {
  const database = await openPostgres(login);
  for (const { name, entities, migrations } of services) await (await serviceDataSource({ database, schema: name, entities, migrations: [...laneMigrations(name), ...migrations] })).destroy();
  return database;
}

async function round(database, frames) {
  const owner = database.as({ role: ownerRole('billing') });
  await owner.query('truncate billing.lane, billing.state, billing.timer, billing.waiting, billing.ledger_entry, billing.invoice, billing.invoice_line');
  const log = new MemoryLog((topic) => (topic === ledger ? partitions : 1));
  for (let partition = 0; partition < partitions; partition += 1) await log.append({ topic: ledger, partition, records: frames[partition] });
  const store = new PostgresLaneStore(owner, { schema: 'billing', topologies: [invoicingTopology] });
  let now = inMonth;
  const stopping = new AbortController();
  const ports = {
    log, codec, clock: () => now, newId: () => globalThis.crypto.randomUUID(), report: () => undefined,
    sleep: (ms, signal) => new Promise((resolve) => { const timer = setTimeout(resolve, Math.min(ms, 50)); signal.addEventListener('abort', () => (clearTimeout(timer), resolve())); }),
  };
  const catalog = new CatalogView(ports, catalogFold, 1e12);
  const lanes = frames.map((_, partition) => runLane({ ...ports, topology: invoicingTopology, partition, store, catalog, limits: { idleMs: 20, batchRecords: 500 } }, stopping.signal));
  const count = async (sql) => Number((await owner.query(sql, [])).rows[0].count);
  const until = async (sql, wanted) => {
    while ((await count(sql)) < wanted) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  const startedAt = performance.now();
  await until('select count(*) from billing.ledger_entry', 2 * owners * charges);
  const foldedAt = performance.now();
  now = afterMonth;
  await until(`select count(*) from billing.invoice where business_id = '*'`, owners);
  const issuedAt = performance.now();
  stopping.abort();
  await Promise.all(lanes);
  const { rows } = await owner.query(`select sum(total_micros)::text as total, count(distinct number) as numbers from billing.invoice where business_id = '*'`, []);
  return { entriesPerSecond: Math.round((owners * charges) / ((foldedAt - startedAt) / 1_000)), billsPerSecond: Math.round(owners / ((issuedAt - foldedAt) / 1_000)), seconds: Math.round((issuedAt - foldedAt) / 100) / 10, total: rows[0].total };
}

const server = await startPostgres();
if ('unavailable' in server) throw new Error(server.unavailable);
const administrator = await openPostgres(server.url);
await administer(administrator, { services: services.map(({ name }) => name) });
await administrator.close();
const database = await billingSchema(Object.assign(new URL(server.url), { username: platformRole }).href);
try {
  const frames = framesOf();
  const results = [];
  for (let index = 0; index < rounds; index += 1) results.push(await round(database, frames));
  const charged = BigInt(owners) * BigInt(charges) * price;
  // Each bill is rounded half up to a cent.
  const wrong = results.find(({ total }) => BigInt(total) - charged > 5_000n * BigInt(owners) || charged - BigInt(total) > 5_000n * BigInt(owners));
  if (wrong) throw new Error(`the bills come to ${wrong.total} micros, the charges to ${charged}`);
  const median = (field) => results.map((result) => result[field]).sort((one, other) => one - other)[Math.floor((results.length - 1) / 2)];
  const found = { owners, chargesEach: charges, cpu: cpus()[0].model, cores: cpus().length, rounds, postedPerSecond: median('entriesPerSecond'), billsPerSecond: median('billsPerSecond'), seconds: median('seconds') };
  if (values.json) console.log(JSON.stringify(found, null, 2));
  else console.log(`${owners.toLocaleString('en')} owners, ${charges} charges each: charges into the books ${found.postedPerSecond.toLocaleString('en')}/s; the month's bills in ${found.seconds} s, ${found.billsPerSecond.toLocaleString('en')}/s (medians of ${rounds}, ${found.cores} cores, database beside)`);
} finally {
  await database.close();
  await server.stop();
}
