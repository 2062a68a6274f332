import { Controller, Inject, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Report } from '@parley/bus';
import { logReport } from '@parley/service';
import { Arrivals } from './inbox/arrivals.js';

/** Says that this process serves the topologies, hears what their lanes report, and wakes readers when rows of theirs may have come. */
@Controller()
export class DeliveryConsumer {
  private readonly logger = new Logger('delivery');

  constructor(@Inject(Arrivals) private readonly arrivals: Arrivals) {}

  @EventPattern('delivery')
  delivery(@Payload() report: Report): void {
    logReport(this.logger, report);
  }

  @EventPattern('feed')
  feed(@Payload() report: Report): void {
    logReport(this.logger, report);
    this.wake(report);
  }

  @EventPattern('envelopes')
  envelopes(@Payload() report: Report): void {
    logReport(this.logger, report);
    this.wake(report);
  }

  private wake(report: Report): void {
    if (report.kind === 'batch') this.arrivals.arrived(Number(report.lane.split('/').at(-1)));
  }
}
