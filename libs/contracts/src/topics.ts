import type { EventType } from './generated/events.js';
import { TOPIC_DATA } from './generated/topics.js';
import type { EventByTopic } from './generated/topics.js';

export type TopicName = keyof EventByTopic;

/** Who appends records: a service's runner, a service's HTTP slots, its lanes over integrators' requests, or software of an integrator. */
export type Writer =
  | 'ingest/http'
  | 'ingest/requests'
  | 'notifications'
  | 'notifications/http'
  | 'windows'
  | 'budgets'
  | 'delivery'
  | 'delivery/http'
  | 'billing'
  | 'billing/http'
  | 'invoicing'
  | 'integrator';

/** What a record's key is: a conversation id, an owner id, a business id (tenant), the id of the catalog's subject, or an account's (a contact's or a business's). */
export type KeyKind = 'conversation' | 'owner' | 'tenant' | 'subject' | 'account';

/** One topic as the whole system agrees on it. */
export interface Topic {
  readonly name: TopicName;
  readonly key: KeyKind;
  readonly partitions: { readonly embedded: number; readonly cluster: number };
  /** How long records are kept, ms; null for ever. */
  readonly retentionMs: number | null;
  readonly compaction: boolean;
  /** Whether records carry links and numbers; integrators' topics do not. */
  readonly linked: boolean;
  /** Who may write which event; an event that is not named here does not belong on the topic. */
  readonly writers: Readonly<Partial<Record<EventType, readonly Writer[]>>>;
}

export const TOPICS: Readonly<Record<TopicName, Topic>> = TOPIC_DATA;
export const TOPIC_NAMES = Object.keys(TOPIC_DATA) as readonly TopicName[];

/** Whether this writer may append that event to that topic. */
export function mayWrite(writer: Writer, type: EventType, topic: TopicName): boolean {
  return TOPICS[topic].writers[type]?.includes(writer) ?? false;
}
