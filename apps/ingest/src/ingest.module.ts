import { Logger, Module } from '@nestjs/common';
import type { FactoryProvider } from '@nestjs/common';
import { SUBJECTS } from '@parley/contracts';
import { devicesTopology } from '@parley/domain';
import { KeyRing, Rows, Runtime, ServiceModule, Writes } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { AccountDevices } from './devices/account-devices.js';
import { DevicesConsumer } from './devices/devices.consumer.js';
import { KnownDevices } from './devices/known-devices.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { BudgetsController } from './http/budgets.controller.js';
import { BusinessesController } from './http/businesses.controller.js';
import { CheckRecordController } from './http/check-record.controller.js';
import { ConsentsController } from './http/consents.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { RejectionsController } from './http/rejections.controller.js';
import { AccountDevices1764980000000 } from './migrations/1764980000000-account-devices.js';
import { RegistryController } from './registry/http/registry.controller.js';
import { SchemaRegistry } from './registry/schema-registry.js';
import { Judge } from './requests/judge.js';
import { RequestsConsumer } from './requests/requests.consumer.js';
import { intakeTopics, rejectionsTopic, requestsTopic } from './requests/topics.js';

const parts: ServiceParts = {
  name: 'ingest',
  about: 'takes messages and consents of businesses; the operator registers businesses, numbers and API keys here',
  topologies: [devicesTopology],
  writes: ['parley.envelopes.v1', 'parley.conversations.v1', 'parley.catalog.v1'],
  intake: { source: requestsTopic, writes: intakeTopics, reads: [rejectionsTopic] },
  ownBodies: ['/ingest/registry/'],
  entities: [AccountDevices],
  migrations: [AccountDevices1764980000000],
};

const devices: FactoryProvider<KnownDevices> = { provide: KnownDevices, inject: [Runtime, Rows], useFactory: (...given: ConstructorParameters<typeof KnownDevices>) => new KnownDevices(...given) };

const judge: FactoryProvider<Judge> = {
  provide: Judge,
  inject: [Runtime, KeyRing, KnownDevices],
  useFactory: ({ codec, serviceKey }: Runtime, ring: KeyRing, devices: KnownDevices) => {
    const logger = new Logger('ingest/requests');
    return new Judge({ codec, serviceKey, callersOf: (keyIds) => ring.callersOf(keyIds), devicesOf: (accounts) => devices.presentOf(accounts), fault: (message) => logger.error(message) });
  },
};

/** Comes after Writes, and so after the tables that both write to. */
const requests: FactoryProvider<RequestsConsumer> = {
  provide: RequestsConsumer,
  inject: [Runtime, Judge, Writes],
  useFactory: (runtime: Runtime, given: Judge) => new RequestsConsumer(runtime, parts, given),
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [MessagesController, ConsentsController, BudgetsController, BusinessesController, ApiKeysController, CheckRecordController, RejectionsController, RegistryController, DevicesConsumer],
  providers: [devices, judge, requests, { provide: SchemaRegistry, useFactory: () => new SchemaRegistry(SUBJECTS) }],
})
export class IngestModule {}

export const ingest: ServiceDefinition = { ...parts, module: IngestModule };
