import type { EventType } from './generated/events.js';
import { REGISTERED_SCHEMAS } from './generated/schemas.js';
import type { RegisteredSchema } from './schema.js';
import { TOPIC_NAMES, TOPICS } from './topics.js';
import type { TopicName } from './topics.js';

/** What schema registries call a subject: one record on one topic, with every version it ever had. */
export interface Subject {
  readonly name: string;
  readonly topic: TopicName;
  readonly event: EventType;
  /** Oldest first. The same schema has the same id under each of its subjects. */
  readonly versions: readonly RegisteredSchema[];
}

/** The subject of an event on a topic: Confluent's TopicRecordNameStrategy. */
export function subjectOf(topic: TopicName, { namespace, name }: RegisteredSchema['schema']): string {
  return `${topic}-${namespace === undefined ? '' : `${namespace}.`}${name}`;
}

/** Every subject there is, by name. */
export const SUBJECTS: readonly Subject[] = TOPIC_NAMES.flatMap((topic) =>
  (Object.keys(TOPICS[topic].writers) as readonly EventType[]).map((event): Subject => {
    const versions = REGISTERED_SCHEMAS.filter(({ name }) => name === event);
    return { name: subjectOf(topic, versions[0]!.schema), topic, event, versions };
  }),
).sort((a, b) => (a.name < b.name ? -1 : 1));
