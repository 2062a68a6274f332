import { Test } from '@nestjs/testing';
import type { AddressInfo, Server } from 'node:net';
import { SUBJECTS } from '@parley/contracts';
import { RegistryController } from './http/registry.controller.js';
import { SchemaRegistry } from './schema-registry.js';

export interface RegistryServer {
  /** What a client calls its schema.registry.url. */
  readonly url: string;
  close(): Promise<void>;
}

/** The registry alone, over HTTP. */
export async function registryServer(): Promise<RegistryServer> {
  const module = await Test.createTestingModule({ controllers: [RegistryController], providers: [{ provide: SchemaRegistry, useFactory: () => new SchemaRegistry(SUBJECTS) }] }).compile();
  const app = module.createNestApplication({ bodyParser: false, logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/ingest/registry`, close: () => app.close() };
}
