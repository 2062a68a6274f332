import { Module } from '@nestjs/common';
import { billingTopology, businessesTopology, findBusiness, invoicingTopology, lateRepliesTopology, spendTopology } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { messageCountsMigration, Rows, Runtime, ServiceModule, Writes } from '@parley/service';
import type { ServiceDefinition, ServiceParts } from '@parley/service';
import { BillingConsumer } from './billing.consumer.js';
import { CorrectionRow } from './correction/correction-row.js';
import { Corrections } from './correction/corrections.js';
import { ChargesController } from './http/charges.controller.js';
import { CorrectionsController } from './http/corrections.controller.js';
import { InsightController } from './http/insight.controller.js';
import { InvoicesController } from './http/invoices.controller.js';
import { LedgerController } from './http/ledger.controller.js';
import { PriceListsController } from './http/price-lists.controller.js';
import { PublishedPricesController } from './http/published-prices.controller.js';
import { Publications } from './http/publications.js';
import { SpendController } from './http/spend.controller.js';
import { WhatIfController } from './http/what-if.controller.js';
import { Charge1764000000000 } from './migrations/1764000000000-charge.js';
import { ChargeTenancy1764100000000 } from './migrations/1764100000000-charge-tenancy.js';
import { LateCharge1764200500000 } from './migrations/1764200500000-late-charge.js';
import { ChargeCounted1764400000000 } from './migrations/1764400000000-charge-counted.js';
import { Spend1764600000000 } from './migrations/1764600000000-spend.js';
import { ReportV11764700000000 } from './migrations/1764700000000-report-v1.js';
import { Ledger1764800000000 } from './migrations/1764800000000-ledger.js';
import { Correction1764900000000 } from './migrations/1764900000000-correction.js';
import { SpendPricing1764900000000 } from './migrations/1764900000000-spend-pricing.js';
import { ReportDays1765000000000 } from './migrations/1765000000000-report-days.js';
import { ChargeSelection1765100000000 } from './migrations/1765100000000-charge-selection.js';
import { ChargeBudget1765200000000 } from './migrations/1765200000000-charge-budget.js';
import { Charge } from './projections/charge.js';
import { InvoiceLine } from './projections/invoice-line.js';
import { Invoice } from './projections/invoice.js';
import { LedgerEntry } from './projections/ledger-entry.js';
import { SpendConsumer } from './spend.consumer.js';
import { TrialJobs, WhatIfJobs } from './what-if/jobs.js';

const parts: ServiceParts = {
  name: 'billing',
  about: 'charges with their evidence, the ledger, invoices, quotes, what late replies cost; the operator publishes policies, rate cards and prefixes here, corrects them, and posts adjustments',
  topologies: [billingTopology, invoicingTopology, spendTopology, lateRepliesTopology, businessesTopology],
  writes: ['parley.ledger.v1', 'parley.catalog.v1'],
  findBusiness,
  entities: [Charge, LedgerEntry, Invoice, InvoiceLine, CorrectionRow],
  migrations: [Charge1764000000000, ChargeTenancy1764100000000, LateCharge1764200500000, ChargeCounted1764400000000, Spend1764600000000, ReportV11764700000000, Ledger1764800000000, Correction1764900000000, SpendPricing1764900000000, ReportDays1765000000000, ChargeSelection1765100000000, ChargeBudget1765200000000, messageCountsMigration('billing')],
};

@Module({
  imports: [ServiceModule.for(parts)],
  controllers: [ChargesController, CorrectionsController, InsightController, InvoicesController, LedgerController, PriceListsController, PublishedPricesController, SpendController, WhatIfController, BillingConsumer, SpendConsumer],
  providers: [
    { provide: WhatIfJobs, useFactory: (runtime: Runtime) => new WhatIfJobs(runtime), inject: [Runtime] },
    { provide: TrialJobs, useFactory: (runtime: Runtime) => new TrialJobs(runtime), inject: [Runtime] },
    { provide: Publications, useFactory: (runtime: Runtime<Catalog>) => new Publications(runtime), inject: [Runtime] },
    { provide: Corrections, useFactory: (runtime: Runtime<Catalog>, rows: Rows, writes: Writes) => new Corrections({ runtime, rows, writes, service: parts }), inject: [Runtime, Rows, Writes] },
  ],
})
export class BillingModule {}

export const billing: ServiceDefinition = { ...parts, module: BillingModule };
