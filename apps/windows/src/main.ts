import 'reflect-metadata';
import { catalogFold } from '@parley/domain';
import { runService } from '@parley/service';
import { windows } from './windows.module.js';

await runService({ service: windows, fold: catalogFold, port: 8083, settings: {} });
