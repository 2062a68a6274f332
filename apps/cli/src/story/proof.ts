import { TOPIC_NAMES } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto';
import { differences, type Difference } from '../lanes/difference.js';
import type { Performance } from './performance.js';
import type { KeptLane, VirtualPlatform } from './virtual-platform.js';

/** What the lanes of one topology kept while they ran, and what they keep after a refold. */
export interface LaneProof {
  readonly topology: string;
  readonly lanes: number;
  readonly records: number;
  readonly decisions: number;
  readonly states: number;
  /** Rows by table. */
  readonly rows: { readonly [table: string]: number };
  /** SHA-256 in hex of all that is kept, live and refolded. */
  readonly live: string;
  readonly refolded: string;
}

export interface Proof {
  readonly lanes: readonly LaneProof[];
  readonly differences: readonly Difference[];
  readonly isIdentical: boolean;
  /** Texts of the two ends that stand somewhere on the platform in clear. There must be none. */
  readonly leaks: readonly string[];
}

/**
 * Takes down what every lane keeps, folds the log again into empty stores with nothing that could decide, and compares, row for row.
 *
 * @param tamper changes what the lanes keep, as somebody with access to the database could: then the proof must fail.
 */
export async function prove({ platform, texts }: Pick<Performance, 'platform' | 'texts'>, tamper?: (lanes: readonly KeptLane[]) => Promise<void>): Promise<Proof> {
  await tamper?.(platform.lanes());
  const live = new Map<string, string>();
  for (const { name, store } of platform.lanes()) live.set(name, await store.dump(name));
  const refolded = await platform.refold();

  const compared = await Promise.all(
    refolded.map(async ({ name, topology, store, rebuilt }) => ({ name, topology, rebuilt, before: live.get(name) ?? '', after: await store.dump(name) })),
  );
  const found = compared.flatMap(({ name, topology, before, after }) => differences(name, topology.tables, before, after));
  const unfinished = compared.find(({ rebuilt }) => rebuilt.undecided > 0 || rebuilt.missing > 0);
  if (unfinished) throw new Error(`${unfinished.name}: the log is not whole: ${unfinished.rebuilt.undecided} undecided, ${unfinished.rebuilt.missing} missing`);
  const names = [...new Set(compared.map(({ topology }) => topology.name))];
  const lanes = names.map((name) => proofOf(name, compared.filter(({ topology }) => topology.name === name)));
  const kept = [...compared.flatMap(({ before, after }) => [before, after]), ...everyRecord(platform)];
  return { lanes, differences: found, isIdentical: found.length === 0, leaks: texts.filter((text) => kept.some((place) => place.includes(text))) };
}

/** Every record of every topic, its bytes as text: what is written in clear can be found in it. */
function everyRecord({ log }: VirtualPlatform): string[] {
  const places = TOPIC_NAMES.flatMap((topic) => Array.from({ length: log.partitions(topic) }, (_, partition) => log.records(topic, partition)));
  return places.flat().map(({ key, value }) => `${key} ${Buffer.from(value).toString('utf8')}`);
}

interface Compared extends Pick<KeptLane, 'name' | 'topology'> {
  readonly rebuilt: { readonly records: number; readonly decisions: number };
  readonly before: string;
  readonly after: string;
}

function proofOf(topology: string, group: readonly Compared[]): LaneProof {
  const lines = group.flatMap(({ after }) => after.split('\n'));
  const tables = group[0]!.topology.tables.map(({ name }) => [name, lines.filter((line) => line.startsWith(`["row","${name}:`)).length] as const);
  const total = (count: (one: Compared) => number): number => group.reduce((sum, one) => sum + count(one), 0);
  return {
    topology,
    lanes: group.length,
    records: total(({ rebuilt }) => rebuilt.records),
    decisions: total(({ rebuilt }) => rebuilt.decisions),
    states: lines.filter((line) => line.startsWith('["state",')).length,
    rows: Object.fromEntries(tables),
    live: sha256Hex(group.map(({ before }) => before).join('\n')),
    refolded: sha256Hex(group.map(({ after }) => after).join('\n')),
  };
}
