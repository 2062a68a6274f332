import { Controller, Get, HttpException, Inject } from '@nestjs/common';
import { Describe } from '@parley/service';
import { Gateway } from '../gateway.js';
import { live, ready } from './descriptions.js';

@Controller('gateway/health')
export class HealthController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  /** The process answers. */
  @Get('live')
  @Describe(live)
  live() {
    return { status: 'ok' };
  }

  /** It takes messages; else 503 with the reason. Counts only: nothing here needs a token. */
  @Get('ready')
  @Describe(ready)
  ready() {
    const { problem, waitingCalls, waitingWebhooks, webhooksProblem, broker } = this.gateway.condition;
    const topic = broker === null ? {} : { waitingOutcomes: broker.waitingOutcomes, ...(broker.problem === null ? {} : { commandsProblem: broker.problem }) };
    const body = { status: problem === null ? 'ok' : 'unavailable', ...(problem === null ? {} : { problem }), waitingCalls, waitingWebhooks, ...(webhooksProblem === null ? {} : { webhooksProblem }), ...topic };
    if (problem !== null) throw new HttpException(body, 503);
    return body;
  }
}
