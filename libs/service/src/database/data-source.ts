import { TypeormLink } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { DataSource } from 'typeorm';
import type { Class } from '../process/service.js';
import { admitLogin, refuseGaps } from './login.js';
import { migrate, migrationsTable } from './migrate.js';
import { links } from './rows.js';

export interface SchemaSource {
  readonly database: Database;
  readonly schema: string;
  readonly entities: readonly Class[];
  readonly migrations: readonly Class[];
}

/**
 * TypeORM's view of one schema, over the connections the database already has; its migrations are run. Entities are for reading: rows that
 * follow from the log are written by the lanes alone. Its connections are had through Rows, on somebody's behalf.
 *
 * Throws SchemaError where the login could see past row-level security, a table has none, or the schema is newer than this program.
 */
export async function serviceDataSource({ database, schema, entities, migrations }: SchemaSource): Promise<DataSource> {
  await admitLogin(database, schema);
  const link = new TypeormLink(database);
  const dataSource = new DataSource({
    type: 'postgres',
    driver: link.driver,
    schema,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: migrationsTable,
    synchronize: false,
    logging: false,
    // The driver is shared: extensions are no business of a service.
    installExtensions: false,
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource, schema);
    await refuseGaps(database, schema);
    link.seal();
    links.set(dataSource, link);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
