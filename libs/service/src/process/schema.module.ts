import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { serviceDataSource } from '../database/data-source.js';
import type { SchemaSource } from '../database/data-source.js';
import type { Runtime } from './runtime.js';

/** The data source of one schema under its name: `@InjectRepository(Entity, '<schema>')`. `made`: called once its tables are there, before anybody gets it. */
export function schemaModule(runtime: Runtime, source: Omit<SchemaSource, 'database'>, made: () => Promise<void> = async () => undefined): DynamicModule {
  return TypeOrmModule.forRootAsync({
    name: source.schema,
    // A schema that cannot be used stays so: no retry, the error goes to whoever starts the process.
    useFactory: () => ({ type: 'postgres', retryAttempts: 0 }),
    dataSourceFactory: async () => {
      const dataSource = await serviceDataSource({ database: runtime.database, ...source });
      await made();
      return dataSource;
    },
  });
}
