import { Inject, Module } from '@nestjs/common';
import { Metrics, openApiController, Runtime } from '@parley/service';
import { Conservation } from './conservation/conservation.js';
import { ConservationController } from './http/conservation.controller.js';
import { IndexController } from './http/index.controller.js';

const minuteMs = 60_000;

/** What the process has besides the services and the gateway. */
@Module({
  controllers: [IndexController, ConservationController, openApiController({ prefix: '', about: 'what the process serves beside its services' })],
  providers: [{ provide: Conservation, inject: [Runtime], useFactory: (runtime: Runtime) => new Conservation(runtime.database) }],
})
export class PlatformModule {
  constructor(@Inject(Metrics) metrics: Metrics, @Inject(Conservation) conservation: Conservation, @Inject(Runtime) runtime: Runtime) {
    metrics.ask({
      name: 'parley_conservation_residual_messages',
      help: 'Accepted messages that are neither charged, free, refused, failed nor pending: 0, always. Read once a minute at most.',
      everyMs: minuteMs,
      clock: () => runtime.clock(),
      read: () => conservation.residual(),
    });
  }
}
