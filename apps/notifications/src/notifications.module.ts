import { Module } from '@nestjs/common';
import { notificationsTopology } from '@parley/domain';
import { messageCountsMigration, ServiceModule } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { NotificationsController } from './http/notifications.controller.js';
import { TemplatesController } from './http/templates.controller.js';
import { Notification1764000000000 } from './migrations/1764000000000-notification.js';
import { NotificationTenancy1764100000000 } from './migrations/1764100000000-notification-tenancy.js';
import { NotificationsConsumer } from './notifications.consumer.js';
import { Notification } from './projections/notification.js';

const parts: ServiceParts = {
  name: 'notifications',
  about: 'templates and messages for later',
  topologies: [notificationsTopology],
  writes: ['parley.catalog.v1'],
  entities: [Notification],
  migrations: [Notification1764000000000, NotificationTenancy1764100000000, messageCountsMigration('notifications', { table: 'notification', status: 'scheduled', what: 'waiting' })],
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [TemplatesController, NotificationsController, NotificationsConsumer],
})
export class NotificationsModule {}

export const notifications: ServiceDefinition = { ...parts, module: NotificationsModule };
