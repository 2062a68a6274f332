import { administer, EmbeddedLog, identifier, laneTablesSql, logTablesSql, ownerRole, PostgresLaneStore, PostgresSlotStore, projectionTableSql, tenantSql, type Database } from '@parley/bus-postgres';
import { behaviourTable, behaviourTopologies, type OpenLaneStore } from './lane-store.js';
import { behaviourPartitions, behaviourTopic, type OpenLog } from './log.js';
import type { OpenSlotStore } from './slot-store.js';

const hourMs = 3_600_000;
/** A lane's tables with rows of businesses. */
const tenants = ['state', 'timer', 'waiting', 'redrive', 'idempotency', 'balance', 'tally'];

/** The embedded log and the stores of one database, each time in schemas of their own. */
export class PostgresSubjects {
  #made = 0;

  /**
   * @param databases two that show the same data, as two processes do; twice the same one where it has only one session.
   * @param walled stores act as their schemas' runners, behind row-level security, as in a platform.
   */
  constructor(
    private readonly databases: readonly [Database, Database],
    private readonly walled = false,
  ) {}

  async log(): Promise<OpenLog & { readonly log: EmbeddedLog; readonly schema: string }> {
    const schema = this.#schema('log');
    const [database, elsewhere] = this.databases;
    await database.query(logTablesSql(schema));
    let now = 0;
    const options = { schema, clock: () => now, topics: [{ name: behaviourTopic, partitions: behaviourPartitions, retentionMs: hourMs }] } as const;
    const [log, other] = [await EmbeddedLog.open(database, options), await EmbeddedLog.open(elsewhere, options)];
    const forget = async (): Promise<void> => {
      now += 2 * hourMs;
      await log.trim();
    };
    const close = async (): Promise<void> => void (await Promise.all([log.close(), other.close()]));
    return { log, other, forget, close, schema };
  }

  async laneStore(embedded: boolean): Promise<OpenLaneStore & { readonly schema: string }> {
    const schema = this.#schema('lanes');
    const database = await this.#ownerOf(schema);
    await database.query(laneTablesSql(schema));
    await database.query(projectionTableSql(schema, behaviourTable));
    if (this.walled) for (const table of [...tenants, behaviourTable.name]) await database.query(tenantSql({ schema, table }));
    const opened = embedded ? await this.#logFor(schema) : undefined;
    const store = new PostgresLaneStore(database, { schema, topologies: behaviourTopologies, ...(opened && { log: opened.log }) });
    const rows = async (): Promise<readonly { readonly [column: string]: unknown }[]> => {
      const sql = `select *, micros::text as micros from ${identifier(schema)}.${identifier(behaviourTable.name)} order by conversation_id, message_id`;
      return (await database.query(sql)).rows;
    };
    return { store, schema, ...(opened && { log: opened.log }), rows, close: async () => opened?.close() };
  }

  async slotStore(embedded: boolean): Promise<OpenSlotStore> {
    const schema = this.#schema('slots');
    const database = await this.#ownerOf(schema);
    await database.query(laneTablesSql(schema));
    if (this.walled) for (const table of tenants) await database.query(tenantSql({ schema, table }));
    const opened = embedded ? await this.#logFor(schema) : undefined;
    const store = new PostgresSlotStore(database, { schema, ...(opened && { log: opened.log }) });
    return { store, ...(opened && { log: opened.log }), close: async () => opened?.close() };
  }

  /** The database as whoever owns the schema, which is made. */
  async #ownerOf(schema: string): Promise<Database> {
    const [database] = this.databases;
    if (!this.walled) return database;
    await administer(database, { services: [schema] });
    return database.as({ role: ownerRole(schema) });
  }

  /** A log that the schema's runner may write to. */
  async #logFor(schema: string): Promise<OpenLog & { readonly log: EmbeddedLog; readonly schema: string }> {
    const opened = await this.log();
    const runner = identifier(ownerRole(schema));
    const grants = `grant usage on schema ${opened.schema} to ${runner}; grant select, insert, update, delete on all tables in schema ${opened.schema} to ${runner}`;
    if (this.walled) await this.databases[0].query(grants);
    return opened;
  }

  #schema(kind: string): string {
    this.#made += 1;
    return `${this.walled ? 'walled_' : ''}${kind}_${this.#made}`;
  }
}
