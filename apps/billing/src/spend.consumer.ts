import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Report } from '@parley/bus';
import { logReport } from '@parley/service';

/** Says that this process serves the topologies of the read side, and hears what their lanes report. */
@Controller()
export class SpendConsumer {
  private readonly logger = new Logger('spend');

  @EventPattern('spend')
  spend(@Payload() report: Report): void {
    logReport(this.logger, report);
  }

  @EventPattern('late')
  late(@Payload() report: Report): void {
    logReport(this.logger, report);
  }

  @EventPattern('businesses')
  businesses(@Payload() report: Report): void {
    logReport(this.logger, report);
  }
}
