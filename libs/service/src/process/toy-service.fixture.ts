import { Controller, Get, Inject, Module, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { openPglite } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import type { AnyEvent, BusinessId, ContactId, ConversationId, Topology } from '@parley/contracts';
import type { Report } from '@parley/bus';
import { systemRandom } from '@parley/crypto';
import type { Request, Response } from 'express';
import { ApiKeyGuard, CallerOf, Scopes } from '../access/api-key.guard.js';
import type { Caller } from '../access/key-ring.js';
import { bodyOf } from '../http/body.js';
import { object, text } from '../http/shape.js';
import { Writes } from '../http/writes.js';
import { Host } from './host.js';
import { openEmbedded } from './open.js';
import { processLogger } from './log.js';
import type { Runtime } from './runtime.js';
import { ServiceModule } from './service.module.js';
import type { ServiceDefinition, ServiceParts } from './service.js';

/** A topology that only listens. */
const listening: Topology<null, Extract<AnyEvent, { type: 'ConsentRevoked' }>, never, unknown> = {
  name: 'listening',
  source: 'parley.conversations.v1',
  folds: ['ConsentRevoked'],
  commands: [],
  decisions: null,
  initial: null,
  evolve: () => null,
  decide: (command: never) => command,
  derives: [],
  tables: [],
  businessOf: () => '*',
  waitingLimit: 0,
};

const parts: ServiceParts = {
  name: 'toy',
  about: 'for the specs of this lib',
  topologies: [listening],
  writes: ['parley.conversations.v1'],
  entities: [],
  migrations: [],
};

const stopShape = object({ contactId: text({ max: 64 }), source: text({ max: 600 }) });

@Controller('toy/v1/stops')
@UseGuards(ApiKeyGuard)
class StopsController {
  constructor(@Inject(Writes) private readonly writes: Writes) {}

  @Post(':contactId')
  @Scopes('consents:write')
  async stop(@CallerOf() caller: Caller, @Param('contactId') contactId: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { source } = bodyOf(request, stopShape);
    const businessId = caller.businessId as BusinessId;
    const conversationId = `${businessId}.${contactId}` as ConversationId;
    const event = { type: 'ConsentRevoked', businessId, contactId: contactId as ContactId, conversationId, categories: [], source } as const;
    const answer = { status: 202, body: { conversationId, at: globalThis.crypto.randomUUID() } };
    return this.writes.submit(request, response, { businessId, client: 'business', outputs: [{ topic: 'parley.conversations.v1', key: conversationId, event }], answer });
  }
}

@Controller('toy/v1/slow')
class SlowController {
  @Get()
  async answer(): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { slow: true };
  }
}

export const heard: Report[] = [];

@Controller()
class ToyConsumer {
  @EventPattern('listening')
  listening(@Payload() report: Report): void {
    heard.push(report);
  }
}

@Module({ imports: [ServiceModule.for(parts)], controllers: [StopsController, SlowController, ToyConsumer] })
class ToyModule {}

@Module({ imports: [ServiceModule.for(parts)], controllers: [StopsController] })
class DeafModule {}

export const toy: ServiceDefinition = { ...parts, module: ToyModule };
/** Has a topology that nobody listens to. */
export const deaf: ServiceDefinition = { ...parts, module: DeafModule };

export interface ToyProcess {
  readonly database: Database;
  readonly runtime: Runtime;
  readonly host: Host;
}

/** A process with one service, in memory; not started yet. */
export async function toyProcess(service: ServiceDefinition, given?: Database): Promise<ToyProcess> {
  const database = given ?? (await openPglite({ memory: true }));
  const runtime = await openEmbedded({
    database,
    services: [service],
    fold: { initial: null, evolve: () => null },
    serviceKey: new Uint8Array(32).fill(7),
    holder: 'spec',
    slots: 1,
    clock: Date.now,
    newId: () => globalThis.crypto.randomUUID(),
    random: systemRandom,
  });
  const logger = processLogger('error', 'text');
  const host = await Host.create({ runtime, services: [service], modules: [], settings: {}, bodyLimitBytes: 2_048, logger });
  return { database, runtime, host };
}
