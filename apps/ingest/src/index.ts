// The service ingest, to be composed.
export { ingest, IngestModule } from './ingest.module.js';
