import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { getRepositoryToken, InjectRepository } from '@nestjs/typeorm';
import { deliveryTopology, envelopesTopology, feedTopology } from '@parley/domain';
import { Runtime, ServiceModule } from '@parley/service';
import type { Class, ServiceDefinition, ServiceParts } from '@parley/service';
import type { Repository } from 'typeorm';
import { DeliveryConsumer } from './delivery.consumer.js';
import { BusinessDevice } from './directory/business-device.js';
import { Contact } from './directory/contact.js';
import { Device } from './directory/device.js';
import { Directory } from './directory/directory.js';
import { Verification } from './directory/verification.js';
import { ConsentsController } from './http/consents.controller.js';
import { DevicesController } from './http/devices.controller.js';
import { DirectoryController } from './http/directory.controller.js';
import { EndGuard } from './http/end.guard.js';
import { InboundController } from './http/inbound.controller.js';
import { InboxController } from './http/inbox.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { ReceiptsController } from './http/receipts.controller.js';
import { Arrivals } from './inbox/arrivals.js';
import { Inbox } from './inbox/inbox.js';
import { Delivery1764000000000 } from './migrations/1764000000000-delivery.js';
import { deleteExpired, Envelope } from './projections/envelope.js';
import { InboxRow } from './projections/inbox.js';
import { Message } from './projections/message.js';

const parts: ServiceParts = {
  name: 'delivery',
  about: 'the ends: devices, directory, messages from customers, receipts, the inbox',
  topologies: [deliveryTopology, feedTopology, envelopesTopology],
  writes: ['parley.envelopes.v1', 'parley.conversations.v1'],
  entities: [Message, InboxRow, Envelope, Contact, Device, BusinessDevice],
  migrations: [Delivery1764000000000],
};

const sweepEveryMs = 3_600_000;
const rowsOf = (entity: Class) => getRepositoryToken(entity, parts.name);

const directory = {
  provide: Directory,
  inject: [Runtime, rowsOf(Contact), rowsOf(Device), rowsOf(BusinessDevice)],
  useFactory: (...given: ConstructorParameters<typeof Directory>) => new Directory(...given),
};
const inbox = {
  provide: Inbox,
  inject: [Runtime, Arrivals, rowsOf(InboxRow), rowsOf(Envelope)],
  useFactory: (...given: ConstructorParameters<typeof Inbox>) => new Inbox(...given),
};
const verification = {
  provide: Verification,
  inject: [Runtime, ConfigService],
  useFactory: (runtime: Runtime, config: ConfigService) => new Verification(runtime, config.get<string | null>('sandboxCode') ?? null),
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [InboxController, InboundController, ReceiptsController, ConsentsController, DevicesController, DirectoryController, MessagesController, DeliveryConsumer],
  providers: [directory, verification, EndGuard, Arrivals, inbox],
})
export class DeliveryModule implements OnModuleInit {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @InjectRepository(Envelope, parts.name) private readonly envelopes: Repository<Envelope>,
  ) {}

  /** Sealed content whose time is over is deleted. */
  onModuleInit(): void {
    this.runtime.repeat('deleting expired envelopes', sweepEveryMs, () => deleteExpired(this.envelopes, this.runtime.clock()));
  }
}

export const delivery: ServiceDefinition = { ...parts, module: DeliveryModule };
