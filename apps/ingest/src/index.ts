// The service ingest, to be composed.
export { ingest, IngestModule } from './ingest.module.js';
export { recoveredKey } from './requests/recovered-key.js';
export { intakeLane } from './requests/topics.js';
