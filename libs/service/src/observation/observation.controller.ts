import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { Response } from 'express';
import { answered, Describe } from '../api/describe.js';
import { flag, list, object, oneOf, text } from '../http/shape.js';
import { Runtime } from '../process/runtime.js';
import type { ServiceParts } from '../process/service.js';
import { Metrics } from './metrics.js';
import { readiness } from './readiness.js';

const liveAnswer = object({ status: oneOf(['live']) });
const readyAnswer = object({
  status: oneOf(['ready', 'not ready']),
  checks: list(object({ name: text({ max: 256 }), ok: flag(), detail: text({ min: 0, max: 2_000 }) }), { min: 0, max: 10_000 }),
});

/** Metrics of the whole process. */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @Describe({ summary: 'Metrics of the process, for Prometheus.', answer: answered('Prometheus text.', { schema: { type: 'string' } }, 'text/plain') })
  @Header('Cache-Control', 'no-store')
  async read(@Res() response: Response): Promise<void> {
    response.type(this.metrics.contentType).send(await this.metrics.text());
  }
}

type Watched = Pick<ServiceParts, 'name' | 'topologies'>;

/** `<prefix>/health/live` and `/ready` over these services' lanes. */
export function healthController(prefix: string, services: readonly Watched[]): Type<unknown> {
  @Controller(`${prefix}health`)
  class HealthController {
    constructor(@Inject(Runtime) private readonly runtime: Runtime) {}

    /** The process runs: restarting it would not help. */
    @Get('live')
    @Describe({ summary: 'Whether the process runs: if so, restarting it would not help.', answer: answered('It runs.', liveAnswer) })
    live(): object {
      return { status: 'live' };
    }

    /** 200 where requests should come, 503 and the reasons where not. */
    @Get('ready')
    @Describe({ summary: 'Whether requests should come here; 503 with the reasons where not.', answer: answered('They should.', readyAnswer), errors: { type: 'application/json', body: readyAnswer } })
    async ready(@Res({ passthrough: true }) response: Response): Promise<object> {
      const checks = await readiness(this.runtime, services);
      const ok = checks.every((check) => check.ok);
      response.status(ok ? 200 : 503);
      return { status: ok ? 'ready' : 'not ready', checks };
    }
  }
  return HealthController;
}
