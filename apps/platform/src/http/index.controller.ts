import { Controller, Get } from '@nestjs/common';
import { answered, Describe } from '@parley/service';
import { services } from '../services.js';

/** What is where, for whoever looks in with a browser or curl. */
@Controller()
export class IndexController {
  @Get()
  @Describe({ summary: 'What is where.', answer: answered('Names and paths.', { schema: { type: 'object' } }) })
  index(): unknown {
    return {
      name: 'parley',
      about: 'business messaging that anyone can run: windows and prices are folds over one event log',
      console: { prefix: '/console/', about: 'the page of whoever pays: what was spent, and why' },
      gateway: { prefix: '/gateway', about: "the business's end: the WhatsApp Cloud API, POST /gateway/{version}/{phone-number-id}/messages", openapi: '/gateway/openapi.json' },
      registry: { prefix: '/ingest/registry', about: 'the schemas of all topics, as clients of Confluent’s Schema Registry read them' },
      services: services.map(({ name, about }) => ({ prefix: `/${name}`, about, health: `/${name}/health/ready`, openapi: `/${name}/openapi.json` })),
      conservation: { path: '/conservation', about: 'whether every accepted message is accounted for (the operator)' },
      process: { live: '/health/live', ready: '/health/ready', metrics: '/metrics', openapi: '/openapi.json' },
    };
  }
}
