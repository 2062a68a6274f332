import { Module } from '@nestjs/common';
import { ServiceModule } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { ApiKeysController } from './http/api-keys.controller.js';
import { BusinessesController } from './http/businesses.controller.js';
import { ConsentsController } from './http/consents.controller.js';
import { MessagesController } from './http/messages.controller.js';

const parts: ServiceParts = {
  name: 'ingest',
  about: 'takes messages and consents of businesses; the operator registers businesses, numbers and API keys here',
  topologies: [],
  writes: ['parley.envelopes.v1', 'parley.conversations.v1', 'parley.catalog.v1'],
  entities: [],
  migrations: [],
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [MessagesController, ConsentsController, BusinessesController, ApiKeysController],
})
export class IngestModule {}

export const ingest: ServiceDefinition = { ...parts, module: IngestModule };
