import { setMaxListeners } from 'node:events';
import { CatalogView, createCodec, decidedPages, laneName, rebuildLane, runLane, type LogRecord, type NewRecord, type RunnerPorts } from '@parley/bus';
import { partitionOf, type AnyEvent, type AnyTopology, type CatalogFold, type TopicName } from '@parley/contracts';
import { billingTopology, catalogFold, Repricing, publishedRules, startOfDay, invoicedFrom, invoiceTerms, type Catalog, type RepricingScope } from '@parley/domain';
import { billing } from '../billing.module.js';
import { ownerId, written, type History } from './history.fixture.js';
import { Mortal, type Death } from './mortal.fixture.js';
import type { Place } from './place.fixture.js';

/** How a history is lived through. */
export interface Life {
  readonly batchRecords: number;
  /** One process after the other dies so; the last one lives. */
  readonly deaths: readonly Death[];
}

interface World {
  readonly place: Place;
  readonly history: History;
  readonly topologies: readonly AnyTopology[];
  now: number;
}

const codec = createCodec();
const usageTopic: TopicName = 'parley.usage.v1';
const catalogTopic: TopicName = 'parley.catalog.v1';

/** Writes the history's catalog and usage, runs billing's lanes over them until all is charged, lets the months end, and until all is billed. Returns the calls of the last process. */
export async function liveThrough(place: Place, history: History, { batchRecords, deaths }: Life): Promise<number> {
  const sent = history.usages.map(({ sentAt }) => sentAt);
  const world: World = { place, history, topologies: topologiesOf(history), now: Math.min(...sent) };
  await write(world);
  let calls = 0;
  for (const death of [...deaths, null]) calls = await live(world, batchRecords, death);
  return calls;
}

/** Billing's own, with what was counted before the log begins. */
function topologiesOf({ initial }: History): readonly AnyTopology[] {
  return billing.topologies.map((topology) => (topology.name === billingTopology.name ? { ...topology, initial } : topology));
}

async function write({ place: { log }, history: { published, usages }, now }: World): Promise<void> {
  const catalog = published.map((payload, index) => written(payload, now, { link: 'billing/http/0', number: index + 1, catalogOffset: index }));
  const used = usages.map((payload, index) => written(payload, payload.deliveredAt, { link: 'delivery/0', number: index + 1, catalogOffset: catalog.length }));
  const records = (key: string, events: readonly AnyEvent[]): NewRecord[] => events.map((event) => ({ key, value: codec.encode(event) }));
  await log.append({ topic: catalogTopic, partition: 0, records: records('catalog', catalog) });
  await log.append({ topic: usageTopic, partition: partitionOf(ownerId, log.partitions(usageTopic)), records: records(ownerId, used) });
}

/** One process, until it dies or nothing is left to do. */
async function live(world: World, batchRecords: number, death: Death | null): Promise<number> {
  const mortal = new Mortal(death);
  const abort = new AbortController();
  setMaxListeners(0, abort.signal); // Every lane waits on it.
  const ports = portsOf(world, mortal);
  const store = mortal.reaching(world.place.store);
  const catalog = new CatalogView(ports, catalogFold as CatalogFold<unknown>);
  void catalog.follow(abort.signal);
  const lanes = lanesOf(world).map(({ topology, partition }) => runLane({ ...ports, topology, partition, store, catalog, limits: { batchRecords, appendRecords: 64, idleMs: 5, retryMs: 5 } }, abort.signal));
  const end = await Promise.race([mortal.died, atRest(world, abort.signal), ...lanes]);
  abort.abort();
  if (end) throw new Error(`a lane ended: ${JSON.stringify(end)}`);
  if (death === null) await Promise.all(lanes);
  return mortal.calls;
}

function portsOf(world: World, mortal: Mortal): RunnerPorts & { readonly log: Place['log'] } {
  return {
    log: mortal.reaching(world.place.log), codec, clock: () => world.now, newId: () => globalThis.crypto.randomUUID(),
    sleep: pause,
    report: (report) => {
      if ('error' in report) mortal.fail(new Error(`${report.lane}: ${report.error}`));
    },
  };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

export function lanesOf({ place: { log }, topologies }: Pick<World, 'place' | 'topologies'>): readonly { readonly topology: AnyTopology; readonly partition: number }[] {
  return topologies.flatMap((topology) => Array.from({ length: log.partitions(topology.source) }, (_, partition) => ({ topology, partition })));
}

/** Once all is charged the months end; once all is billed as well it resolves. */
async function atRest(world: World, signal: AbortSignal): Promise<undefined> {
  const monthsEnd = Math.max(...world.history.months.map(({ month }) => invoicedFrom(month, invoiceTerms)));
  while (!signal.aborted) {
    if (await isIdle(world)) {
      if (world.now > monthsEnd) return undefined;
      world.now = monthsEnd + 1;
    }
    await pause(world.place.pollMs, signal);
  }
  return undefined;
}

/** Every lane has read its source to the end, all that it has committed is on the log, and nothing moved while that was looked at. */
async function isIdle(world: World): Promise<boolean> {
  const before = await rowsOf(world);
  for (const { lane, topology, partition, row } of before) {
    if ((row?.offset ?? 0) < (await world.place.log.end(topology.source, partition))) return false;
    if (topology.timers && (await world.place.store.dueTimers(lane, world.now, 1)).length > 0) return false;
    for (const [place, number] of Object.entries(row?.sent ?? {})) if ((await lastNumber(world, lane, place)) < number) return false;
  }
  const after = await rowsOf(world);
  return before.every(({ row }, index) => row?.offset === after[index]?.row?.offset && JSON.stringify(row?.sent) === JSON.stringify(after[index]?.row?.sent));
}

async function rowsOf(world: World) {
  return Promise.all(lanesOf(world).map(async ({ topology, partition }) => {
    const lane = laneName(topology, partition);
    return { lane, topology, partition, row: await world.place.store.load(lane) };
  }));
}

async function lastNumber({ place: { log } }: World, lane: string, place: string): Promise<number> {
  const at = place.lastIndexOf('/');
  const records = await recordsOn(log, place.slice(0, at) as TopicName, Number(place.slice(at + 1)));
  return records.map(({ value }) => codec.readMeta(value).meta).reduce((last, { link, number }) => (link === lane ? Math.max(last, number) : last), 0);
}

/** All records of a partition, repeats too. */
export async function eventsOn(log: Place['log'], topic: TopicName, partition: number): Promise<readonly AnyEvent[]> {
  return (await recordsOn(log, topic, partition)).map(({ value }) => codec.decode(value));
}

async function recordsOn(log: Place['log'], topic: TopicName, partition: number): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for (const end = await log.end(topic, partition); records.length < end; ) records.push(...(await log.read(topic, partition, records.length, 5_000)));
  return records;
}

/** Folds every lane again, deciding nothing: what each held before and holds now. */
export async function rebuilt(place: Place, history: History): Promise<readonly { readonly lane: string; readonly before: string; readonly after: string }[]> {
  const topologies = topologiesOf(history);
  const ports = portsOf({ place, history, topologies, now: 0 }, new Mortal(null));
  const dumps = [];
  for (const { topology, partition } of lanesOf({ place, topologies })) {
    const lane = laneName(topology, partition);
    const before = await place.store.dump(lane);
    await rebuildLane({ ...ports, topology: { ...topology, decide: decidesNothing }, partition, store: place.store });
    dumps.push({ lane, before, after: await place.store.dump(lane) });
  }
  return dumps;
}

function decidesNothing(): never {
  throw new Error('a rebuild decides nothing');
}

/** What each month would cost under the published rules, by folding the usage again; of months whose counters began with the usage. */
export async function repriced({ log }: Place, { published, months, carried, zone }: History): Promise<ReadonlyMap<string, bigint>> {
  const catalog = published.reduce<Catalog>((before, payload, index) => catalogFold.evolve(before, written(payload, 0, { link: 'spec', number: index, catalogOffset: 0 })) as Catalog, catalogFold.initial as Catalog);
  const found = new Map<string, bigint>();
  for (const { month } of months.filter(({ month: name }) => !carried.has(name))) {
    const repricing = new Repricing(catalog, publishedRules(catalog), scopeOf(month, zone));
    for (let partition = 0; partition < log.partitions(usageTopic); partition += 1) {
      for await (const { decided } of decidedPages({ topology: billingTopology as AnyTopology, partition, log, codec, pageRecords: 97 })) {
        for (const { command, decision } of decided) if (command.type === 'UsageRecorded') repricing.take(command, decision);
      }
    }
    found.set(month, [...repricing.businesses.values()].reduce((sum, { wouldBe }) => sum + wouldBe, 0n));
  }
  return found;
}

function scopeOf(month: string, zone: string): RepricingScope {
  const [year, ordinal] = month.split('-').map(Number) as [number, number];
  const next = ordinal === 12 ? `${year + 1}-01` : `${year}-${`${ordinal + 1}`.padStart(2, '0')}`;
  return { from: startOfDay(`${month}-01`, zone), to: startOfDay(`${next}-01`, zone), businesses: null };
}
