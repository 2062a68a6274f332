import { Inject, Logger, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule, FactoryProvider, OnApplicationBootstrap } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { openApiController } from '@parley/service';
import { Gateway } from './gateway.js';
import { AccountController } from './http/account.controller.js';
import { Callers } from './http/caller.js';
import { ConversationsController } from './http/conversations.controller.js';
import { DevicesController } from './http/devices.controller.js';
import { HealthController } from './http/health.controller.js';
import { MediaController } from './http/media.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { TemplatesController } from './http/templates.controller.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { UnknownController } from './http/unknown.controller.js';
import type { GatewayOptions } from './options.js';

const about = "the business's end: the part of the WhatsApp Cloud API that it speaks";

/** Under which name `configured` looks for its options. */
export const configName = 'gateway';

/** The gateway in a Nest application, its own or one it shares: everything under the path prefix /gateway. */
@Module({})
export class GatewayModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  /** With these options. */
  static register(options: GatewayOptions): DynamicModule {
    return moduleWith({ provide: Gateway, useFactory: () => new Gateway(options, new Logger('gateway')) });
  }

  /** With the options that the application's ConfigModule has under `configName`. */
  static configured(): DynamicModule {
    const useFactory = (config: ConfigService) => new Gateway(config.getOrThrow<GatewayOptions>(configName), new Logger('gateway'));
    return moduleWith({ provide: Gateway, inject: [ConfigService], useFactory });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.gateway.startsWithApp) await this.gateway.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.gateway.stop();
  }
}

function moduleWith(gateway: FactoryProvider<Gateway>): DynamicModule {
  return {
    module: GatewayModule,
    // In this order: a path that several could serve is the first one's.
    controllers: [HealthController, MetricsController, WebhooksController, DevicesController, ConversationsController, openApiController({ prefix: 'gateway', about }), MessagesController, MediaController, TemplatesController, AccountController, UnknownController],
    providers: [gateway, Callers],
    exports: [Gateway],
  };
}
