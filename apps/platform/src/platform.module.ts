import { Module } from '@nestjs/common';
import { openApiController } from '@parley/service';
import { IndexController } from './http/index.controller.js';

/** What the process has besides the services and the gateway. */
@Module({ controllers: [IndexController, openApiController({ prefix: '', about: 'what the process serves beside its services' })] })
export class PlatformModule {}
