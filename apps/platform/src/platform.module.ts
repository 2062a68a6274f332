import { Module } from '@nestjs/common';
import { IndexController } from './http/index.controller.js';

/** What the process has besides the services and the gateway. */
@Module({ controllers: [IndexController] })
export class PlatformModule {}
