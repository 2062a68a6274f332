import type { KafkaSettings } from '@parley/bus-kafka/business';

/** The business's own broker: commands come from it, and what becomes of them goes there. */
export interface BusinessBroker {
  readonly settings: KafkaSettings;
  /** Where the business's publishers write commands, in clear. */
  readonly commands: string;
  /** Where the gateway writes outcomes, statuses and what contacts write. */
  readonly outcomes: string;
  /** Whether a contact's words and name go there, too; else only that it wrote. */
  readonly withContent: boolean;
  /** Commands that are gone from the topic before they were taken: stop reading, or go on with the oldest that is there. */
  readonly whenGone: 'halt' | 'go on';
}

/** The group that Kafka's own tools show the lag of. */
export const group = 'parley-gateway';
