import 'reflect-metadata';
import { catalogFold } from '@parley/domain';
import { runService, sandboxCode } from '@parley/service';
import { delivery } from './delivery.module.js';

await runService({ service: delivery, fold: catalogFold, port: 8084, settings: { sandboxCode } });
