import 'reflect-metadata';
import { catalogFold } from '@parley/domain';
import { runService } from '@parley/service';
import { ingest } from './ingest.module.js';

await runService({ service: ingest, fold: catalogFold, port: 8081, settings: {} });
