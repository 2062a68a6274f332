import { Controller, Get } from '@nestjs/common';
import { services } from '../services.js';

/** What is where, for whoever looks in with a browser or curl. */
@Controller()
export class IndexController {
  @Get()
  index(): unknown {
    return {
      name: 'parley',
      about: 'business messaging that anyone can run: windows and prices are folds over one event log',
      gateway: { prefix: '/gateway', about: "the business's end: the WhatsApp Cloud API, POST /gateway/{version}/{phone-number-id}/messages" },
      services: services.map(({ name, about }) => ({ prefix: `/${name}`, about, health: `/${name}/health/ready` })),
      process: { live: '/health/live', ready: '/health/ready', metrics: '/metrics' },
    };
  }
}
