import 'reflect-metadata';
import { catalogFold } from '@parley/domain';
import { runService } from '@parley/service';
import { billing } from './billing.module.js';

await runService({ service: billing, fold: catalogFold, port: 8085, settings: {} });
