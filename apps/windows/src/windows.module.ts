import { Module } from '@nestjs/common';
import { windowsTopology } from '@parley/domain';
import { ServiceModule } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { ConversationsController } from './http/conversations.controller.js';
import { OpenWindowsController } from './http/open-windows.controller.js';
import { Window1764000000000 } from './migrations/1764000000000-window.js';
import { WindowTenancy1764100000000 } from './migrations/1764100000000-window-tenancy.js';
import { OpenWindows1764600000000 } from './migrations/1764600000000-open-windows.js';
import { ReportV11764700000000 } from './migrations/1764700000000-report-v1.js';
import { Window } from './projections/window.js';
import { WindowsConsumer } from './windows.consumer.js';

const parts: ServiceParts = {
  name: 'windows',
  about: 'whether a contact may be written to: consent and windows',
  topologies: [windowsTopology],
  writes: [],
  entities: [Window],
  migrations: [Window1764000000000, WindowTenancy1764100000000, OpenWindows1764600000000, ReportV11764700000000],
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [ConversationsController, OpenWindowsController, WindowsConsumer],
})
export class WindowsModule {}

export const windows: ServiceDefinition = { ...parts, module: WindowsModule };
