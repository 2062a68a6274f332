import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Report } from '@parley/bus';
import { logReport } from '@parley/service';

/** Says that this process serves the topology, and hears what its lanes report. */
@Controller()
export class NotificationsConsumer {
  private readonly logger = new Logger('notifications');

  @EventPattern('notifications')
  notifications(@Payload() report: Report): void {
    logReport(this.logger, report);
  }
}
