// Topics on a business's own broker: read in order, at least once, and written to. Nothing of the event log is reached from here.
export { BusinessTopic } from './business/topic.js';
export type { BusinessRecord, BusinessTopicOptions, Taken } from './business/topic.js';
export { TopicWriter } from './business/writer.js';
export type { OutgoingRecord } from './business/writer.js';
export type { KafkaSettings } from './client/settings.js';
