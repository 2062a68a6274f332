import { rebuildLane, type Rebuilt } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import { refuseWhileRunning } from '../database/database.js';
import { differences, type Difference } from '../lanes/difference.js';
import { lanesOf, openLanes, type Lane, type Opened } from '../lanes/lanes.js';
import type { Environment } from '../log/place.js';
import { progressLine } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { comparableDump } from './dump.js';
import { rebuiltJson, rebuiltTable } from './table.js';

export interface RebuildOptions {
  /** Services whose lanes are rebuilt; none: all. */
  readonly services: readonly string[];
  /** Compares what the lanes hold before and after. */
  readonly check: boolean;
  readonly json: boolean;
  readonly environment: Environment;
}

/** One lane rebuilt, and what was not the same before. */
export interface RebuiltLane extends Rebuilt {
  /** Records that the lane had not read yet when the platform stopped. */
  readonly behind: number;
  /** Null where it was not looked at. */
  readonly differences: readonly Difference[] | null;
}

/** Folds lanes again from the log, offline. Resolves with the exit code: 1 where a check found a difference. Throws Failure. */
export async function runRebuild(database: Database, options: RebuildOptions, terminal: Terminal): Promise<0 | 1> {
  const opened = await openLanes(database, options.environment);
  try {
    const lanes = lanesOf(opened.lanes, options.services);
    await refuseWhileRunning(database, [...new Set(opened.lanes.map(({ service }) => service))], 'parley rebuild');
    const rebuilt = await rebuildAll(opened, lanes, options.check, terminal);
    const print = options.json ? [JSON.stringify({ lanes: rebuilt.map(rebuiltJson) })] : rebuiltTable(rebuilt, terminal.ink);
    for (const line of print) terminal.line(line);
    return tellDifferences(rebuilt, terminal);
  } finally {
    await opened.close();
  }
}

async function rebuildAll(opened: Opened, lanes: readonly Lane[], check: boolean, terminal: Terminal): Promise<readonly RebuiltLane[]> {
  const ends = await Promise.all(lanes.map(({ topology, partition }) => opened.log.end(topology.source, partition)));
  const total = ends.reduce((sum, end) => sum + end, 0);
  const startedAt = performance.now();
  const rebuilt: RebuiltLane[] = [];
  let before = 0;
  for (const [index, lane] of lanes.entries()) {
    const end = ends[index] ?? 0;
    const show = (done: number): void => terminal.replace(progressLine({ label: lane.name, done: before + done, total, elapsedMs: performance.now() - startedAt }));
    show(0);
    rebuilt.push(await rebuildOne(opened, lane, { end, check, show }));
    before += end;
  }
  terminal.replace('');
  return rebuilt;
}

interface Work {
  readonly end: number;
  readonly check: boolean;
  show(done: number): void;
}

async function rebuildOne({ ports }: Opened, lane: Lane, { end, check, show }: Work): Promise<RebuiltLane> {
  const { topology, partition, store, name } = lane;
  const row = await store.load(name);
  const now = ports.clock();
  const held = check ? await comparableDump(lane, now) : null;
  const rebuilt = await rebuildLane({ ...ports, topology: { ...topology, decide: decidesNothing }, partition, store, progress: show });
  const found = held === null ? null : differences(name, topology.tables, held, await comparableDump(lane, now));
  return { ...rebuilt, behind: Math.max(0, end - Math.max(0, row?.offset ?? 0)), differences: found };
}

function decidesNothing(): never {
  throw new Error('a rebuild decides nothing');
}

const mostShown = 20;

function tellDifferences(rebuilt: readonly RebuiltLane[], terminal: Terminal): 0 | 1 {
  const found = rebuilt.flatMap((lane) => lane.differences ?? []);
  for (const { lane, entry, change } of found.slice(0, mostShown)) terminal.remark(terminal.ink.bad(`${lane}: ${entry}: ${change}`));
  if (found.length > mostShown) terminal.remark(`… and ${found.length - mostShown} more.`);
  if (found.length === 0) return 0;
  const late = rebuilt.filter(({ behind, differences: some }) => behind > 0 && some !== null && some.length > 0);
  terminal.remark('What was held is not what the log says. It holds now what the log says; find out what changed it.');
  if (late.length > 0) {
    const names = late.map(({ lane }) => lane).join(', ');
    terminal.remark(`${names} had not read all of the log when the platform stopped, which may be why: start it, wait until it is ready, stop it, check again.`);
  }
  return 1;
}
