import { createCodec, laneName, type Codec, type Log, type RunnerPorts } from '@parley/bus';
import { ownerRole, PostgresLaneStore, type Database } from '@parley/bus-postgres';
import type { AnyTopology } from '@parley/contracts';
import { openLog, type Environment } from '../log/place.js';
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

/** A platform's log, and the lanes in its database. */
export interface Opened {
  readonly log: Log;
  readonly codec: Codec;
  readonly lanes: readonly Lane[];
  readonly ports: RunnerPorts;
  /** Closes the log; the database is its opener's. */
  close(): Promise<void>;
}

/** Opens the log, on Kafka where the environment names one, and the lanes; their tables are there already, or this throws a Failure. */
export async function openLanes(database: Database, environment: Environment): Promise<Opened> {
  await requireTables(database, environment);
  const clock = Date.now;
  const { log, embedded, close } = await openLog(database, environment);
  const codec = createCodec();
  const lanes = services.flatMap(({ name: service, topologies }) => {
    const store = new PostgresLaneStore(database.as({ role: ownerRole(service) }), { schema: service, topologies, ...embedded });
    return topologies.flatMap((topology) =>
      Array.from({ length: log.partitions(topology.source) }, (_, partition) => ({ name: laneName(topology, partition), service, topology, partition, store })),
    );
  });
  const ports = { log, codec, clock, newId: () => globalThis.crypto.randomUUID(), sleep: pause, report: () => undefined };
  return { log, codec, lanes, ports, close };
}

async function requireTables(database: Database, environment: Environment): Promise<void> {
  const wanted = [...(environment['PARLEY_KAFKA'] ? [] : ['log.head']), ...services.map(({ name }) => `${name}.lane`)];
  // Not to_regclass: that needs a right on the schema, which only its own role has.
  const tables = await missing(database, wanted, `exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname || '.' || c.relname = w.name)`);
  const roles = await missing(database, services.map(({ name }) => ownerRole(name)), `exists (select from pg_roles where rolname = w.name and pg_has_role(current_user, oid, 'member'))`);
  if (tables.length + roles.length === 0) return;
  if (tables.length > 0) throw new Failure(`The database has no table ${tables.join(', ')}.`, 'start the platform once, which makes them; or see that this is its database.');
  throw new Failure(`The login may not act as ${roles.join(', ')}.`, 'set PARLEY_DATABASE_URL to the address of `platform` that `parley database` made; or start the platform once, where it has not run since an update.');
}

async function missing(database: Database, wanted: readonly string[], exists: string): Promise<readonly string[]> {
  const { rows } = await database.query<{ name: string }>(`select w.name from unnest($1::text[]) with ordinality as w(name, n) where not ${exists} order by n`, [wanted]);
  return rows.map(({ name }) => name);
}

/** The lanes of that name, or all of those services'. Throws Failure where there are none. */
export function lanesOf(lanes: readonly Lane[], names: readonly string[]): readonly Lane[] {
  const known = [...new Set(lanes.map(({ service }) => service))];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Failure(`${unknown.join(', ')}: no such service has lanes.`, `choose among ${known.join(', ')}.`, 2);
  return names.length === 0 ? lanes : lanes.filter(({ service }) => names.includes(service));
}
