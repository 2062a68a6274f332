// The event log on Apache Kafka: read and appended to, its topics made and checked, rights on them.
export { KafkaLog, TopicsError } from './log/kafka-log.js';
export type { KafkaLogOptions } from './log/kafka-log.js';
export type { KafkaReport, KafkaSettings } from './client/settings.js';
export { BrokerError } from './wire/errors.js';
export { KafkaAdmin } from './topics/admin.js';
export { mismatches, planTopics, topicConfig } from './topics/plan.js';
export type { FoundTopic, TopicLayout, TopicPlan } from './topics/plan.js';
export { grantCommand, grantsFor } from './topics/acl.js';
export type { Grant, Operation, TopicUse } from './topics/acl.js';
