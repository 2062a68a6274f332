import { Module } from '@nestjs/common';
import { budgetsTopology, findBusiness, repliesTopology, windowsTopology } from '@parley/domain';
import { messageCountsMigration, ServiceModule } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { BudgetsController } from './http/budgets.controller.js';
import { ConversationsController } from './http/conversations.controller.js';
import { InsightController } from './http/insight.controller.js';
import { OpenWindowsController } from './http/open-windows.controller.js';
import { Window1764000000000 } from './migrations/1764000000000-window.js';
import { WindowTenancy1764100000000 } from './migrations/1764100000000-window-tenancy.js';
import { Reply1764200000000 } from './migrations/1764200000000-reply.js';
import { OpenWindows1764600000000 } from './migrations/1764600000000-open-windows.js';
import { ReportV11764700000000 } from './migrations/1764700000000-report-v1.js';
import { Budget1764950000000 } from './migrations/1764950000000-budget.js';
import { OpenMarket1765000000000 } from './migrations/1765000000000-open-market.js';
import { SpentBudget } from './projections/budget.js';
import { Reply } from './projections/reply.js';
import { Window } from './projections/window.js';
import { WindowsConsumer } from './windows.consumer.js';

const parts: ServiceParts = {
  name: 'windows',
  about: 'whether a contact may be written to: consent, windows and budgets; how long contacts wait for answers',
  topologies: [windowsTopology, repliesTopology, budgetsTopology],
  writes: [],
  findBusiness,
  entities: [Window, Reply, SpentBudget],
  migrations: [Window1764000000000, WindowTenancy1764100000000, Reply1764200000000, OpenWindows1764600000000, ReportV11764700000000, Budget1764950000000, OpenMarket1765000000000, messageCountsMigration('windows')],
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [BudgetsController, ConversationsController, InsightController, OpenWindowsController, WindowsConsumer],
})
export class WindowsModule {}

export const windows: ServiceDefinition = { ...parts, module: WindowsModule };
