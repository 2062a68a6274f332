import { ownerRole } from '@parley/bus-postgres';
import { MigrationExecutor } from 'typeorm';
import type { DataSource, QueryRunner } from 'typeorm';

/** The database cannot be used by this program as it is. The message names the fix. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** The bytes of "parley" as one number: any two programs that take this lock are ours. */
const lockId = 0x7061726c6579;

/**
 * Runs the migrations that a schema lacks, one after the other over all processes, as the schema's owner: so its tables are the owner's. Throws
 * SchemaError where the schema has migrations that this program does not know: it was written by a newer one, and using it would damage it.
 */
export async function migrate(dataSource: DataSource, schema: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    // One connection for all of it: the lock is the connection's, and on PGlite there is no second one.
    await runner.query('SELECT pg_advisory_lock($1)', [lockId]);
    try {
      await runner.query(`SET ROLE "${ownerRole(schema)}"`);
      await refuseNewer(dataSource, runner, schema);
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      await executor.executePendingMigrations();
    } finally {
      await runner.query('RESET ROLE');
      await runner.query('SELECT pg_advisory_unlock($1)', [lockId]);
    }
  } finally {
    await runner.release();
  }
}

async function refuseNewer(dataSource: DataSource, runner: QueryRunner, schema: string): Promise<void> {
  const [found] = (await runner.query('SELECT to_regclass($1) AS "table"', [`"${schema}"."${migrationsTable}"`])) as { table: string | null }[];
  if (!found?.table) return;
  const rows = (await runner.query(`SELECT name FROM "${schema}"."${migrationsTable}" ORDER BY id`)) as { name: string }[];
  const known = new Set(dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const newer = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (newer.length === 0) return;
  throw new SchemaError(
    `The schema "${schema}" was made by a newer version: it has ${newer.join(', ')}, which this version does not know. Run the newer version, or restore a backup from before the update.`,
  );
}

export const migrationsTable = 'migrations';
