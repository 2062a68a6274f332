import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Report } from '@parley/bus';
import { logReport } from '@parley/service';

/** Says that this process serves the topologies, and hears what their lanes report. */
@Controller()
export class BillingConsumer {
  private readonly logger = new Logger('billing');

  @EventPattern('billing')
  billing(@Payload() report: Report): void {
    logReport(this.logger, report);
  }

  @EventPattern('invoicing')
  invoicing(@Payload() report: Report): void {
    logReport(this.logger, report);
  }
}
