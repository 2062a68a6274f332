import { Inject, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ownerRole } from '@parley/bus-postgres';
import { deliveryTopology, envelopesTopology, feedTopology } from '@parley/domain';
import { messageCountsMigration, Rows, Runtime, ServiceModule, Writes } from '@parley/service';
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
import { KeyLogController } from './http/key-log.controller.js';
import { KeysController } from './http/keys.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { PrekeysController } from './http/prekeys.controller.js';
import { ReceiptsController } from './http/receipts.controller.js';
import { Arrivals } from './inbox/arrivals.js';
import { Inbox } from './inbox/inbox.js';
import { Announcement } from './keys/announcement.js';
import { DeviceListRow } from './keys/device-list.js';
import { Enrolment } from './keys/enrolment.js';
import { KeyDirectory } from './keys/key-directory.js';
import { KeyLog } from './keys/key-log.js';
import { KeyLogEntry, KeyLogHead, KeyLogNode } from './keys/key-log-rows.js';
import { OneTimePrekeyRow, PrekeyDraw, PrekeysRow } from './keys/prekey-rows.js';
import { forgetDraws, PrekeyStore } from './keys/prekeys.js';
import { Publication } from './keys/publication.js';
import { Delivery1764000000000 } from './migrations/1764000000000-delivery.js';
import { DeliveryTenancy1764100000000 } from './migrations/1764100000000-delivery-tenancy.js';
import { WindowNotice1764200000000 } from './migrations/1764200000000-window-notice.js';
import { Keys1764980000000 } from './migrations/1764980000000-keys.js';
import { Attachments1764370000000 } from './migrations/1764370000000-attachments.js';
import { deleteExpired, Envelope } from './projections/envelope.js';
import { InboxRow } from './projections/inbox.js';
import { Message } from './projections/message.js';

const parts: ServiceParts = {
  name: 'delivery',
  about: 'the ends: devices and their keys, directory, messages from customers, receipts, the inbox',
  topologies: [deliveryTopology, feedTopology, envelopesTopology],
  writes: ['parley.envelopes.v1', 'parley.conversations.v1', 'parley.devices.v1'],
  entities: [Message, InboxRow, Envelope, Contact, Device, BusinessDevice, Attachment, AttachmentChunk, DeviceListRow, PrekeysRow, OneTimePrekeyRow, PrekeyDraw, KeyLogHead, KeyLogEntry, KeyLogNode],
  migrations: [Delivery1764000000000, DeliveryTenancy1764100000000, WindowNotice1764200000000, Attachments1764370000000, messageCountsMigration('delivery', { table: 'message', status: 'sent', what: 'sent' }), Keys1764980000000],
};

const sweepEveryMs = 3_600_000;
const announceEveryMs = 60_000;
/** Oftener: what a killed upload left is no more than rubbish. */
const attachmentSweepEveryMs = 5 * 60_000;

const directory = {
  provide: Directory,
  inject: [Runtime, Rows],
  useFactory: (...given: ConstructorParameters<typeof Directory>) => new Directory(...given),
};
const keyLog = { provide: KeyLog, inject: [Runtime], useFactory: ({ serviceKey }: Runtime) => new KeyLog(serviceKey) };
const enrolment = {
  provide: Enrolment,
  inject: [Runtime, Rows, Directory],
  useFactory: (...given: ConstructorParameters<typeof Enrolment>) => new Enrolment(...given),
};
const keyDirectory = { provide: KeyDirectory, inject: [Rows, KeyLog], useFactory: (...given: ConstructorParameters<typeof KeyDirectory>) => new KeyDirectory(...given) };
const prekeys = { provide: PrekeyStore, inject: [Runtime, Rows], useFactory: (...given: ConstructorParameters<typeof PrekeyStore>) => new PrekeyStore(...given) };
const announcement = {
  provide: Announcement,
  inject: [Runtime, Writes],
  useFactory: (runtime: Runtime, writes: Writes) => new Announcement(runtime, runtime.database.as({ role: ownerRole(parts.name) }), writes),
};
const publication = {
  provide: Publication,
  inject: [Runtime, Rows, KeyLog, Directory, Announcement],
  useFactory: (...given: ConstructorParameters<typeof Publication>) => new Publication(...given),
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
  controllers: [InboxController, InboundController, ReceiptsController, ConsentsController, DevicesController, DirectoryController, KeysController, PrekeysController, KeyLogController, MessagesController, AttachmentsController, DeliveryConsumer],
  providers: [directory, attachments, verification, keyLog, enrolment, keyDirectory, prekeys, announcement, publication, EndGuard, Arrivals, inbox],
})
export class DeliveryModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Announcement) private readonly announcement: Announcement,
  ) {}

  /** Sealed content whose time is over is deleted, and so is what no limit looks back at any more. */
  onModuleInit(): void {
    const runner = this.runtime.database.as({ role: ownerRole(parts.name) });
    this.runtime.repeat('deleting expired envelopes', sweepEveryMs, () => deleteExpired(runner, this.runtime.clock()));
    this.runtime.repeat('forgetting who drew prekeys', sweepEveryMs, () => forgetDraws(runner, this.runtime.clock()));
    this.runtime.repeat('deleting expired attachments', attachmentSweepEveryMs, () => deleteExpiredAttachments(runner, this.runtime.clock()));
    this.runtime.repeat('telling the log of device lists', announceEveryMs, () => this.announcement.announce());
  }

  /** What a process that was killed has published and not told yet. Nobody waits for it. */
  onApplicationBootstrap(): void {
    void this.announcement.announceSoon();
  }
}

export const delivery: ServiceDefinition = { ...parts, module: DeliveryModule };
