import { EmbeddedLog, identifier, laneTablesSql, logTablesSql, PostgresLaneStore, PostgresSlotStore, projectionTableSql, type Database } from '@parley/bus-postgres';
import { behaviourTable, behaviourTopologies, type OpenLaneStore } from './lane-store.js';
import { behaviourPartitions, behaviourTopic, type OpenLog } from './log.js';
import type { OpenSlotStore } from './slot-store.js';

const hourMs = 3_600_000;

/** The embedded log and the stores of one database, each time in schemas of their own. */
export class PostgresSubjects {
  #made = 0;

  /** @param databases two that show the same data, as two processes do; twice the same one where it has only one session. */
  constructor(private readonly databases: readonly [Database, Database]) {}

  async log(): Promise<OpenLog & { readonly log: EmbeddedLog }> {
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
    return { log, other, forget, close };
  }

  async laneStore(embedded: boolean): Promise<OpenLaneStore & { readonly schema: string }> {
    const [database] = this.databases;
    const schema = this.#schema('lanes');
    await database.query(laneTablesSql(schema));
    await database.query(projectionTableSql(schema, behaviourTable));
    const opened = embedded ? await this.log() : undefined;
    const store = new PostgresLaneStore(database, { schema, topologies: behaviourTopologies, ...(opened && { log: opened.log }) });
    const rows = async (): Promise<readonly { readonly [column: string]: unknown }[]> => {
      const sql = `select *, micros::text as micros from ${identifier(schema)}.${identifier(behaviourTable.name)} order by conversation_id, message_id`;
      return (await database.query(sql)).rows;
    };
    return { store, schema, ...(opened && { log: opened.log }), rows, close: async () => opened?.close() };
  }

  async slotStore(embedded: boolean): Promise<OpenSlotStore> {
    const [database] = this.databases;
    const schema = this.#schema('slots');
    await database.query(laneTablesSql(schema));
    const opened = embedded ? await this.log() : undefined;
    const store = new PostgresSlotStore(database, { schema, ...(opened && { log: opened.log }) });
    return { store, ...(opened && { log: opened.log }), close: async () => opened?.close() };
  }

  #schema(kind: string): string {
    this.#made += 1;
    return `${kind}_${this.#made}`;
  }
}
