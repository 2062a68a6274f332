import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { answered, Describe } from '@parley/service';
import type { Response } from 'express';
import { Gauge, Registry } from 'prom-client';
import { Gateway } from '../gateway.js';

/** What the gateway tells Prometheus of itself: counts, and no id. Made at each question from what is known then. */
@Controller('gateway/metrics')
export class MetricsController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  @Get()
  @Describe({ summary: 'Metrics of the gateway, for Prometheus.', answer: answered('Prometheus text.', { schema: { type: 'string' } }, 'text/plain') })
  @Header('Cache-Control', 'no-store')
  async read(@Res() response: Response): Promise<void> {
    const { problem, webhooksProblem, waitingCalls, waitingWebhooks, keptBytes, webhookCounts, broker } = this.gateway.condition;
    const registry = new Registry();
    const gauge = (name: string, help: string, value: number) => new Gauge({ name: `parley_gateway_${name}`, help, registers: [registry] }).set(value);
    gauge('ready', '1 while messages are taken.', problem === null ? 1 : 0);
    gauge('callback_disabled', '1 while nothing is sent to the callback, because it failed for too long.', webhooksProblem === null ? 0 : 1);
    gauge('webhooks_waiting', 'Events that the callback has not acknowledged.', waitingWebhooks);
    gauge('calls_waiting', 'Requests that the platform has not answered.', waitingCalls);
    gauge('webhooks_kept_bytes', 'What webhooks that were sent take on disk.', keptBytes);
    gauge('webhooks_acknowledged', 'Events acknowledged by the callback since the start.', webhookCounts.acknowledged);
    gauge('webhooks_failed', 'Requests to the callback that failed since the start.', webhookCounts.failed);
    gauge('webhooks_given_up', 'Events given up since the start.', webhookCounts.givenUp);
    if (broker !== null) gauge('outcomes_waiting', "Outcomes that the business's broker has not acknowledged.", broker.waitingOutcomes);
    response.type(registry.contentType).send(await registry.metrics());
  }
}
