import { createCodec, laneName, type Codec, type RunnerPorts } from '@parley/bus';
import { EmbeddedLog, PostgresLaneStore, type Database } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS, type AnyTopology } from '@parley/contracts';
import { Failure } from '../terminal/failure.js';
import { pause } from '../terminal/pause.js';
import { services } from './services.js';

/** A lane in a database: what it runs, and where it keeps it. */
export interface Lane {
  readonly name: string;
  readonly service: string;
  readonly topology: AnyTopology;
  readonly partition: number;
  readonly store: PostgresLaneStore;
}

/** A platform's log and lanes as they lie in its database. */
export interface Opened {
  readonly log: EmbeddedLog;
  readonly codec: Codec;
  readonly lanes: readonly Lane[];
  readonly ports: RunnerPorts;
}

/** Opens the log and the lanes; its tables are there already, or this throws a Failure. The log has to be closed by the caller. */
export async function openLanes(database: Database): Promise<Opened> {
  await requireTables(database);
  const clock = Date.now;
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
  const log = await EmbeddedLog.open(database, { topics, clock });
  const codec = createCodec();
  const lanes = services.flatMap(({ name: service, topologies }) => {
    const store = new PostgresLaneStore(database, { schema: service, topologies, log });
    return topologies.flatMap((topology) =>
      Array.from({ length: log.partitions(topology.source) }, (_, partition) => ({ name: laneName(topology, partition), service, topology, partition, store })),
    );
  });
  const ports = { log, codec, clock, newId: () => globalThis.crypto.randomUUID(), sleep: pause, report: () => undefined };
  return { log, codec, lanes, ports };
}

async function requireTables(database: Database): Promise<void> {
  const wanted = ['log.head', ...services.map(({ name }) => `${name}.lane`)];
  const { rows } = await database.query<{ name: string }>('select t.name from unnest($1::text[]) as t(name) where to_regclass(t.name) is null', [wanted]);
  if (rows.length === 0) return;
  throw new Failure(`The database has no table ${rows.map(({ name }) => name).join(', ')}.`, 'start the platform once, which makes them; or see that this is its database.');
}

/** The lanes of that name, or all of those services'. Throws Failure where there are none. */
export function lanesOf(lanes: readonly Lane[], names: readonly string[]): readonly Lane[] {
  const known = [...new Set(lanes.map(({ service }) => service))];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Failure(`${unknown.join(', ')}: no such service has lanes.`, `choose among ${known.join(', ')}.`, 2);
  return names.length === 0 ? lanes : lanes.filter(({ service }) => names.includes(service));
}
