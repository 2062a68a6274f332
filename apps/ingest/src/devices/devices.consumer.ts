import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Report } from '@parley/bus';
import { logReport } from '@parley/service';

/** Says that this process serves the topology, and hears what its lanes report. */
@Controller()
export class DevicesConsumer {
  private readonly logger = new Logger('devices');

  @EventPattern('devices')
  devices(@Payload() report: Report): void {
    logReport(this.logger, report);
  }
}
