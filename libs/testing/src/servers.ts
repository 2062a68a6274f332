// Servers for tests, and what a whole log is held against, without the suites that need jest: for programs that are run by hand.
export type { Kafka, KafkaOptions } from './kafka/kafka.js';
export type { KafkaCertificates, KafkaUser } from './kafka/settings.js';
export { startKafka } from './kafka/start.js';
export type { Postgres, PostgresOptions } from './postgres/postgres.js';
export { startPostgres } from './postgres/start.js';
export { formatArguments, serverProperties } from './kafka/settings.js';
export { hasDockerEngine } from './servers/container.js';
export { watch } from './servers/watched-process.js';
export { requireOr } from './servers/server.js';
export type { Requirement, Server, Unavailable } from './servers/server.js';
export { AcceptedLogs } from './simulation/accepted.js';
export type { Accepted, Violate } from './simulation/accepted.js';
export { Random } from './simulation/random.js';
export { checkDecisions } from './simulation/checks.js';
export type { Deciding } from './simulation/checks.js';
