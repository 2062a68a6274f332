import 'reflect-metadata';
import { catalogFold } from '@parley/domain';
import { runService } from '@parley/service';
import { notifications } from './notifications.module.js';

await runService({ service: notifications, fold: catalogFold, port: 8082, settings: {} });
