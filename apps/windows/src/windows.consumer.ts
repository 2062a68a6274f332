import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Report } from '@parley/bus';
import { logReport } from '@parley/service';

/** Says that this process serves the topologies, and hears what their lanes report. */
@Controller()
export class WindowsConsumer {
  private readonly logger = new Logger('windows');

  @EventPattern('windows')
  windows(@Payload() report: Report): void {
    logReport(this.logger, report);
  }

  @EventPattern('budgets')
  budgets(@Payload() report: Report): void {
    logReport(this.logger, report);
  }

  @EventPattern('replies')
  replies(@Payload() report: Report): void {
    logReport(this.logger, report);
  }
}
