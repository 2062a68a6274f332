import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { getDataSourceToken } from '@nestjs/typeorm';
import { httpRole } from '@parley/bus-postgres';
import type { DataSource } from 'typeorm';
import { ApiKeys1764000000000 } from '../access/1764000000000-api-keys.js';
import { ApiKeyTenancy1764100000000 } from '../access/1764100000000-api-key-tenancy.js';
import { ApiKey } from '../access/api-key.entity.js';
import { ApiKeyGuard } from '../access/api-key.guard.js';
import { KeyRing } from '../access/key-ring.js';
import { Rows } from '../database/rows.js';
import { Metrics } from '../observation/metrics.js';
import { MetricsController, healthController } from '../observation/observation.controller.js';
import { Runtime } from './runtime.js';
import { schemaModule } from './schema.module.js';
import type { ServiceDefinition } from './service.js';

const access = 'access';

export interface ProcessModuleOptions {
  readonly runtime: Runtime;
  readonly services: readonly ServiceDefinition[];
  /** Read and checked before Nest began; services ask ConfigService for theirs. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What every service of the process injects: the runtime, API keys, metrics, settings. Once per process, global. */
@Module({})
export class ProcessModule {
  static of({ runtime, services, settings }: ProcessModuleOptions): DynamicModule {
    return {
      module: ProcessModule,
      global: true,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, skipProcessEnv: true, load: [() => settings] }),
        schemaModule(runtime, { schema: access, entities: [ApiKey], migrations: [ApiKeys1764000000000, ApiKeyTenancy1764100000000] }),
      ],
      controllers: [MetricsController, healthController('', services)],
      providers: [
        { provide: Runtime, useValue: runtime },
        { provide: Metrics, useFactory: () => new Metrics(metricsSource(runtime)) },
        {
          provide: KeyRing,
          inject: [getDataSourceToken(access)],
          useFactory: (source: DataSource) => {
            const rows = new Rows(runtime.database, source, httpRole(access));
            return new KeyRing({ rows, serviceKey: runtime.serviceKey, random: runtime.random, clock: () => runtime.clock() });
          },
        },
        ApiKeyGuard,
      ],
      exports: [Runtime, KeyRing, Metrics, ApiKeyGuard],
    };
  }
}

function metricsSource(runtime: Runtime): ConstructorParameters<typeof Metrics>[0] {
  return {
    board: runtime.board,
    catalogOffset: () => runtime.catalog.view().offset,
    endOf: (lane) => runtime.sourceEnd(lane),
  };
}
