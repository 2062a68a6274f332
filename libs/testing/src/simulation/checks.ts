import type { Codec, LogRecord } from '@parley/bus';
import { FoldedStates, TOPIC_NAMES, type AnyEvent, type AnyTopology, type CatalogFold, type TopicName } from '@parley/contracts';
import { AcceptedLogs, type Accepted, type Violate } from './accepted.js';
import { checkBudgets } from './budgets.js';
import { checkConservation } from './conservation.js';
import type { Workload } from './workload.js';
import type { World } from './world.js';

/** Holds the invariants of the design against a world that has come to rest. */
export async function checkAtRest(world: World, workload: Workload, violate: Violate): Promise<void> {
  const logs = new AcceptedLogs(world, TOPIC_NAMES, violate);
  for (const lane of world.lanes()) {
    checkDecisions(world, logs, lane, violate);
    await checkRebuild(world, lane, violate);
  }
  await checkWriters(world, violate);
  checkBudgets(world, logs, violate);
  checkConservation(world, logs, violate);
  checkAnswers(world, logs, workload, violate);
  await checkDeletedRecord(world, violate);
}

type Lane = ReturnType<World['lanes']>[number];

/** What decisions are held against: a whole log, and what it takes to decide again. The simulation's world is one. */
export interface Deciding {
  readonly log: { records(topic: TopicName, partition: number): readonly LogRecord[]; partitions(topic: TopicName): number };
  readonly codec: Pick<Codec, 'decode'>;
  readonly spec: { readonly runner: { canonical(value: unknown): string }; readonly catalog: CatalogFold<unknown> };
}

/** 1: one decision per command; 7: per key, in the order of the log; 10: the same again from what the decision names. */
export function checkDecisions(world: Deciding, logs: AcceptedLogs, { topology, partition, name }: Pick<Lane, 'topology' | 'partition' | 'name'>, violate: Violate): void {
  const { decisions: topic } = topology;
  if (topic === null) return;
  const decisions = new Map<number, Accepted>();
  const lastCause = new Map<string, number>();
  const taken = new Set(logs.of(topology.source, partition).map(({ offset }) => offset));
  for (const accepted of logs.of(topic, partition)) {
    const { meta } = accepted.event;
    if (meta.link !== name || meta.cause === null) continue;
    const { offset } = meta.cause;
    if (!taken.has(offset)) violate(1, `${name}: what stands at ${offset} is a repeated append, and was decided all the same`);
    if (decisions.has(offset)) violate(1, `${name}: the command at ${offset} has two decisions`);
    if ((lastCause.get(accepted.key) ?? -1) > offset) violate(7, `${name}: key ${accepted.key}: the command at ${offset} was overtaken`);
    decisions.set(offset, accepted);
    lastCause.set(accepted.key, offset);
  }
  checkAgain(world, logs, topology, partition, decisions, true, violate);
  checkAgain(world, logs, topology, partition, decisions, false, violate);
}

/**
 * Decides every command again, with the catalog and the time that stand on its decision: once on the log as it is, once on the log without the
 * windows' announcements, where only what timers say may differ.
 */
function checkAgain(
  world: Deciding, logs: AcceptedLogs, topology: AnyTopology, partition: number, decisions: Map<number, Accepted>, announced: boolean, violate: Violate,
): void {
  const { canonical } = world.spec.runner;
  const catalogs = catalogsOf(world, logs);
  const states = new FoldedStates(topology);
  for (const { event, key, offset } of logs.of(topology.source, partition)) {
    const own = event.meta.link === `${topology.name}/${partition}` && event.meta.cause !== null;
    if (own || (!announced && isAnnouncement(event)) || !topology.folds.includes(event.type)) continue;
    const isCommand = topology.commands.includes(event.type) && (topology.accepts?.(event) ?? true);
    const decision = isCommand ? decisions.get(offset)?.event : undefined;
    const aside = topology.asideOf?.(event, decision ? catalogs[decision.meta.catalogOffset] : null) ?? null;
    let state = topology.evolve(states.of(key, aside), event);
    if (isCommand) {
      if (!decision) {
        violate(1, `${topology.name}/${partition}: the command at ${offset} (${event.type}) has no decision`);
        continue;
      }
      if (decision.meta.catalogOffset < event.meta.catalogOffset) violate(10, `${topology.name}/${partition}: the decision on ${offset} knew less of the catalog than its command`);
      const again = topology.decide(event, state, { now: decision.meta.recordedAt, catalog: catalogs[decision.meta.catalogOffset], balance: () => heldBy(decision) });
      const timer = !announced && topology.name === 'windows' && event.type === 'TimerDue';
      if (!timer && canonical(again) !== canonical(payloadOf(decision))) {
        violate(10, `${topology.name}/${partition}: the command at ${offset} decided again gives ${canonical(again)} instead of ${canonical(payloadOf(decision))}`);
      }
      if (topology.folds.includes(decision.type) && (announced || !isAnnouncement(decision))) state = topology.evolve(state, decision);
    }
    states.put(key, aside, state);
  }
}

/** What was held of a budget is not the log's to say, but a refusal names it. */
function heldBy(decision: AnyEvent): bigint {
  return decision.type === 'MessageOverBudget' ? decision.held : 0n;
}

function isAnnouncement({ type }: AnyEvent): boolean {
  return type === 'WindowExpiring' || type === 'WindowClosed';
}

const catalogsKept = new WeakMap<AcceptedLogs, unknown[]>();

/** Folded once for all lanes. */
function catalogsOf(world: Deciding, logs: AcceptedLogs): unknown[] {
  const kept = catalogsKept.get(logs) ?? catalogStates(world, logs);
  catalogsKept.set(logs, kept);
  return kept;
}

/** The catalog after 0, 1, 2, … records. */
function catalogStates(world: Deciding, logs: AcceptedLogs): unknown[] {
  const { initial, evolve } = world.spec.catalog;
  const byOffset = new Map(logs.of('parley.catalog.v1', 0).map((accepted) => [accepted.offset, accepted.event]));
  const states = [initial];
  for (let offset = 0; offset < world.log.records('parley.catalog.v1', 0).length; offset += 1) {
    const event = byOffset.get(offset);
    const last = states[states.length - 1];
    states.push(event ? evolve(last, event) : last);
  }
  return states;
}

/** 6: what the lane has is what the log gives, folded without deciding. */
async function checkRebuild(world: World, { service, topology, partition, name }: Lane, violate: Violate): Promise<void> {
  const { runner } = world.spec;
  const store = new runner.MemoryStore();
  const refuse = (): never => {
    throw new Error('a rebuild decides nothing');
  };
  try {
    await runner.rebuildLane({
      topology: { ...topology, decide: refuse }, partition, store, log: world.log, codec: world.codec, commitRecords: 7,
      clock: () => world.scheduler.now, newId: () => world.random.uuid(), sleep: () => Promise.resolve(), report: () => undefined,
    });
  } catch (error) {
    violate(6, `${name}: cannot be rebuilt: ${String(error)}`);
    return;
  }
  const live = (await world.store(service).dump(name)).split('\n');
  const rebuilt = (await store.dump(name)).split('\n');
  const liveOnly = live.filter((line) => !rebuilt.includes(line));
  const rebuiltOnly = rebuilt.filter((line) => !live.includes(line));
  if (liveOnly.length + rebuiltOnly.length > 0) violate(6, `${name}: live ${liveOnly[0]} but rebuilt ${rebuiltOnly[0]}`);
}

/** 9: no two lanes write the same row. */
async function checkWriters(world: World, violate: Violate): Promise<void> {
  const writers = new Map<string, string>();
  for (const { service, name } of world.lanes()) {
    for (const line of (await world.store(service).dump(name)).split('\n')) {
      const [kind, id] = line === '' ? [] : (JSON.parse(line) as [string, string]);
      if (kind !== 'row') continue;
      const other = writers.get(`${service} ${id}`);
      if (other !== undefined) violate(9, `row ${id} is written by ${other} and ${name}`);
      writers.set(`${service} ${id}`, name);
    }
  }
}

/** 12: an answered request has its records on the log exactly once, and whoever repeats it hears the same. */
function checkAnswers(world: World, logs: AcceptedLogs, workload: Workload, violate: Violate): void {
  const { canonical } = world.spec.runner;
  const found = new Map<string, number>();
  for (const { event } of logs.all()) {
    const payload = canonical(payloadOf(event));
    found.set(payload, (found.get(payload) ?? 0) + 1);
  }
  for (const { submission, answers } of workload.requests) {
    const { idempotencyKey } = submission;
    const bodies = new Set(answers.map((answer) => (answer.kind === 'answered' ? canonical(answer.body) : answer.kind)));
    if (bodies.size > 1) violate(12, `request ${idempotencyKey} was answered differently: ${[...bodies].join(', ')}`);
    if (answers.length === 0) violate(12, `request ${idempotencyKey} was never answered`);
    for (const { event } of submission.outputs) {
      const times = found.get(canonical(event)) ?? 0;
      if (times !== 1) violate(12, `request ${idempotencyKey}: its ${event.type} stands on the log ${times} times`);
    }
  }
}

/** 3: a record that was deleted from the log halts its reader. */
async function checkDeletedRecord(world: World, violate: Violate): Promise<void> {
  const { runner } = world.spec;
  const lane = world.lanes().find(({ topology, partition }) => world.log.records(topology.source, partition).length > 2);
  if (!lane) return;
  const { topology, partition, name } = lane;
  const records = world.log.records(topology.source, partition);
  const victim = world.random.below(records.length - 1);
  const left = records.filter(({ offset }) => offset !== victim);
  const renumbered = world.random.chance(0.5);
  const log = new runner.MemoryLog((topic) => world.log.partitions(topic));
  // Either the hole in the offsets shows, or (copied to another broker) only the links' numbers do.
  log.read = async (topic, _, offset, limit) =>
    topic === topology.source ? left.map((record, index) => (renumbered ? { ...record, offset: index } : record)).filter((record) => record.offset >= offset).slice(0, limit) : [];
  log.end = async () => 0;
  const repeated = isRepeat(world, records.map(({ value }) => value), victim);
  if (repeated && renumbered) return;
  const abort = new AbortController();
  const ports = { log, codec: world.codec, clock: () => world.scheduler.now, newId: () => world.random.uuid(), sleep: async () => abort.abort(), report: () => undefined };
  log.wait = async () => abort.abort();
  const catalog = { reach: async () => undefined, view: () => ({ state: world.spec.catalog.initial, offset: 1e6 }) } as never;
  const mute = { ...topology, folds: [], commands: [] };
  const end = await runner.runLane({ ...ports, topology: mute, partition, store: new runner.MemoryStore(), catalog }, abort.signal);
  if (end.kind !== 'halted') violate(3, `${name}: went on although the record at offset ${victim} was deleted`);
}

/** Whether nobody can miss the record by its number: it stands there twice, or nothing of its link comes after it. */
function isRepeat(world: World, values: readonly Uint8Array[], victim: number): boolean {
  const metas = values.map((value) => world.codec.readMeta(value).meta);
  const { link, number } = metas[victim]!;
  const times = metas.filter((meta) => meta.link === link && meta.number === number).length;
  const last = !metas.some((meta, index) => index > victim && meta.link === link && meta.number > number);
  return times > 1 || last;
}

function payloadOf(event: AnyEvent): unknown {
  const { meta: _, ...payload } = event;
  return payload;
}
