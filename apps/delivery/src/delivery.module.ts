import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ownerRole } from '@parley/bus-postgres';
import { deliveryTopology, envelopesTopology, feedTopology } from '@parley/domain';
import { messageCountsMigration, Rows, Runtime, ServiceModule } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { Attachment, AttachmentChunk } from './attachments/attachment.js';
import { Attachments, deleteExpiredAttachments } from './attachments/attachments.js';
import { DeliveryConsumer } from './delivery.consumer.js';
import { BusinessDevice } from './directory/business-device.js';
import { Contact } from './directory/contact.js';
import { Device } from './directory/device.js';
import { Directory } from './directory/directory.js';
import { Verification } from './directory/verification.js';
import { AttachmentsController } from './http/attachments.controller.js';
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
import { DeliveryTenancy1764100000000 } from './migrations/1764100000000-delivery-tenancy.js';
import { WindowNotice1764200000000 } from './migrations/1764200000000-window-notice.js';
import { Attachments1764370000000 } from './migrations/1764370000000-attachments.js';
import { deleteExpired, Envelope } from './projections/envelope.js';
import { InboxRow } from './projections/inbox.js';
import { Message } from './projections/message.js';

const parts: ServiceParts = {
  name: 'delivery',
  about: 'the ends: devices, directory, messages from customers, receipts, the inbox',
  topologies: [deliveryTopology, feedTopology, envelopesTopology],
  writes: ['parley.envelopes.v1', 'parley.conversations.v1'],
  entities: [Message, InboxRow, Envelope, Contact, Device, BusinessDevice, Attachment, AttachmentChunk],
  migrations: [Delivery1764000000000, DeliveryTenancy1764100000000, WindowNotice1764200000000, Attachments1764370000000, messageCountsMigration('delivery', { table: 'message', status: 'sent', what: 'sent' })],
};

const sweepEveryMs = 3_600_000;
/** Oftener: what a killed upload left is no more than rubbish. */
const attachmentSweepEveryMs = 5 * 60_000;

const directory = {
  provide: Directory,
  inject: [Runtime, Rows],
  useFactory: (...given: ConstructorParameters<typeof Directory>) => new Directory(...given),
};
const attachments = {
  provide: Attachments,
  inject: [Runtime, Rows],
  useFactory: (...given: ConstructorParameters<typeof Attachments>) => new Attachments(...given),
};
const inbox = {
  provide: Inbox,
  inject: [Runtime, Arrivals, Rows],
  useFactory: (...given: ConstructorParameters<typeof Inbox>) => new Inbox(...given),
};
const verification = {
  provide: Verification,
  inject: [Runtime, ConfigService],
  useFactory: (runtime: Runtime, config: ConfigService) => new Verification(runtime, config.get<string | null>('sandboxCode') ?? null),
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [InboxController, InboundController, ReceiptsController, ConsentsController, DevicesController, DirectoryController, MessagesController, AttachmentsController, DeliveryConsumer],
  providers: [directory, attachments, verification, EndGuard, Arrivals, inbox],
})
export class DeliveryModule implements OnModuleInit {
  constructor(@Inject(Runtime) private readonly runtime: Runtime) {}

  /** Sealed content whose time is over is deleted. */
  onModuleInit(): void {
    const runner = this.runtime.database.as({ role: ownerRole(parts.name) });
    this.runtime.repeat('deleting expired envelopes', sweepEveryMs, () => deleteExpired(runner, this.runtime.clock()));
    this.runtime.repeat('deleting expired attachments', attachmentSweepEveryMs, () => deleteExpiredAttachments(runner, this.runtime.clock()));
  }
}

export const delivery: ServiceDefinition = { ...parts, module: DeliveryModule };
