import { Controller, Get, HttpException, Inject } from '@nestjs/common';
import { Gateway } from '../gateway.js';

@Controller('gateway/health')
export class HealthController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  /** The process answers. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** It takes messages; else 503 with the reason. Counts only: nothing here needs a token. */
  @Get('ready')
  ready() {
    const { problem, waitingCalls, waitingWebhooks } = this.gateway.condition;
    const body = { status: problem === null ? 'ok' : 'unavailable', ...(problem === null ? {} : { problem }), waitingCalls, waitingWebhooks };
    if (problem !== null) throw new HttpException(body, 503);
    return body;
  }
}
