import { Module } from '@nestjs/common';
import { billingTopology, businessesTopology, lateRepliesTopology, spendTopology } from '@parley/domain';
import { ServiceModule } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { BillingConsumer } from './billing.consumer.js';
import { ChargesController } from './http/charges.controller.js';
import { PriceListsController } from './http/price-lists.controller.js';
import { SpendController } from './http/spend.controller.js';
import { Charge1764000000000 } from './migrations/1764000000000-charge.js';
import { ChargeTenancy1764100000000 } from './migrations/1764100000000-charge-tenancy.js';
import { Spend1764600000000 } from './migrations/1764600000000-spend.js';
import { ReportV11764700000000 } from './migrations/1764700000000-report-v1.js';
import { Charge } from './projections/charge.js';
import { SpendConsumer } from './spend.consumer.js';

const parts: ServiceParts = {
  name: 'billing',
  about: 'charges with their evidence; the operator publishes policies, rate cards and prefixes here',
  topologies: [billingTopology, spendTopology, lateRepliesTopology, businessesTopology],
  writes: ['parley.catalog.v1'],
  entities: [Charge],
  migrations: [Charge1764000000000, ChargeTenancy1764100000000, Spend1764600000000, ReportV11764700000000],
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [ChargesController, SpendController, PriceListsController, BillingConsumer, SpendConsumer],
})
export class BillingModule {}

export const billing: ServiceDefinition = { ...parts, module: BillingModule };
