// PostgreSQL, in this process or on a server: the database, the embedded log, the lanes and slots of a service.
export { DatabaseFolderError, identifier, sqlState } from './database/database.js';
export type { Database, FolderProblem, Queryable, QueryResult } from './database/database.js';
export { openPglite } from './database/pglite.js';
export type { PgliteFolder, PgliteMemory } from './database/pglite.js';
export { openPostgres } from './database/postgres.js';
export type { PostgresOptions } from './database/postgres.js';
export { EmbeddedLog } from './log/embedded-log.js';
export type { Appended, EmbeddedLogOptions, TopicLayout } from './log/embedded-log.js';
export { logTablesSql } from './log/tables.js';
export { PostgresLaneStore } from './lanes/lane-store.js';
export type { LaneStoreOptions } from './lanes/lane-store.js';
export { PostgresSlotStore } from './lanes/slot-store.js';
export type { SlotStoreOptions } from './lanes/slot-store.js';
export { laneTablesSql, projectionTableSql } from './lanes/tables.js';
