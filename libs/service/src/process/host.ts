import type { IncomingMessage, Server } from 'node:http';
import { Module } from '@nestjs/common';
import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { SchemaSource } from '../database/data-source.js';
import { laneMigrations } from '../database/lane-tables.js';
import { bodyFault, ProblemFilter } from '../http/problem-filter.js';
import { Traffic } from '../http/traffic.js';
import { TopologyServer } from '../lanes/topology-server.js';
import { Metrics } from '../observation/metrics.js';
import { ProcessModule } from './process.module.js';
import type { Runtime } from './runtime.js';
import { schemaModule } from './schema.module.js';
import type { ServiceDefinition } from './service.js';

export interface HostOptions {
  readonly runtime: Runtime;
  readonly services: readonly ServiceDefinition[];
  /** Modules besides the services' own, such as the gateway's. */
  readonly modules: readonly (Type<unknown> | DynamicModule)[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly bodyLimitBytes: number;
  /** Paths below which requests' bodies are left to who serves them, such as `/gateway/`. */
  readonly ownBodies?: readonly string[];
  readonly logger: LoggerService;
}

@Module({})
class RootModule {}

/** One process: services composed in one Nest application, with one HTTP port and one TopologyServer. */
export class Host {
  private constructor(
    readonly app: NestExpressApplication,
    private readonly runtime: Runtime,
    private readonly traffic: Traffic,
    private readonly lanes: TopologyServer,
  ) {}

  /** Makes the application and its tables. Nothing runs and nothing listens yet. Rejects with what a module's start threw. */
  static async create({ runtime, services, modules, settings, bodyLimitBytes, ownBodies = [], logger }: HostOptions): Promise<Host> {
    const schemas = services.map((service) => schemaModule(runtime, schemaOf(service), () => runtime.meet(service)));
    const root: DynamicModule = {
      module: RootModule,
      imports: [ProcessModule.of({ runtime, services, settings }), ...schemas, ...services.map((service) => service.module), ...modules],
    };
    const app = await NestFactory.create<NestExpressApplication>(root, { logger, bodyParser: false, abortOnError: false });
    app.disable('x-powered-by');
    app.set('etag', false);
    const traffic = new Traffic(app.get(Metrics));
    app.use(traffic.watch);
    const left = [...ownBodies, ...services.flatMap((service) => service.ownBodies ?? [])];
    app.useBodyParser('json', { limit: bodyLimitBytes, type: (request: IncomingMessage) => isOurs(request, left) });
    app.use(bodyFault);
    app.useGlobalFilters(new ProblemFilter());
    const lanes = new TopologyServer(runtime, services);
    app.connectMicroservice({ strategy: lanes }, { inheritAppConfig: false });
    return new Host(app, runtime, traffic, lanes);
  }

  /** Starts the lanes, then listens. Resolves with the port. Rejects with EADDRINUSE and its like where it cannot. */
  async start(port: number, host: string): Promise<number> {
    await this.app.startAllMicroservices();
    await this.app.listen(port, host);
    const address = (this.app.getHttpServer() as Server).address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /**
   * Stops in the order in which nothing is lost: no new requests, those begun are finished, slots are given back, lanes end after their batch.
   * The database is left to whoever opened it. At most about `withinMs`.
   */
  async stop(withinMs: number): Promise<void> {
    this.runtime.stopping.abort();
    await this.traffic.end(this.app.getHttpServer() as Server, withinMs * 0.4);
    await this.runtime.closeWriters(withinMs * 0.2);
    await this.lanes.close(withinMs * 0.3);
    await this.runtime.close();
    await this.app.close();
  }
}

function schemaOf({ name, entities, migrations }: ServiceDefinition): Omit<SchemaSource, 'database'> {
  return { schema: name, entities, migrations: [...laneMigrations(name), ...migrations] };
}

function isOurs({ url = '', headers }: IncomingMessage, ownBodies: readonly string[]): boolean {
  return !ownBodies.some((prefix) => url.startsWith(prefix)) && /^application\/json\b/i.test(headers['content-type'] ?? '');
}
