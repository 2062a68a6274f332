import type { Category, Instant, MessageKind, Payload, UsageRecorded } from '@parley/contracts';
import type { OperatorPricing, OperatorSession } from './facts.js';

/** What a message can have been, where the archive does not say. */
export interface Nature {
  readonly kind: MessageKind;
  readonly category: Category;
}

/** Everything the operator said of one message that reached its contact. */
export interface OperatorWord {
  /** On the status it is billed by: delivered or read, else sent. */
  readonly pricing: OperatorPricing | null;
  /** On `sent`. */
  readonly sentPricing: OperatorPricing | null;
  /** Both delivered and read say it is billed. */
  readonly isBilledTwice: boolean;
  readonly session: OperatorSession | null;
}

/** The contact's last messages by one number alone. */
export interface NumberWindow {
  readonly lastInboundAt: Instant | null;
  readonly entryPointAt: Instant | null;
}

/** A message that reached its contact: the usage it makes, and what the operator said of it. Plain JSON. */
export interface ArchivedMessage {
  readonly usage: Payload<UsageRecorded>;
  /** What else it can have been; null where its kind is known. */
  readonly alternative: Nature | null;
  readonly ownNumber: NumberWindow;
  readonly said: OperatorWord;
  /** Where the archive says it, such as file:line. */
  readonly source: string;
}

/** Messages that make no usage, and facts that lack something. */
export interface FoldCounts {
  /** Messages that reached nobody: sent only, or failed. */
  readonly undelivered: number;
  readonly failed: number;
  /** Without a `sent`: their dispatch is taken to be the first receipt. */
  readonly sentMissing: number;
  /** Left out, since nothing tells the category. */
  readonly unknownCategory: number;
  /** Kind or category follow from the window and the session, not from the archive's word. */
  readonly uncertain: number;
}

/** A message that failed and is called billable all the same. */
export interface BilledFailure {
  readonly message: Payload<UsageRecorded>['message'];
  readonly market: string;
  readonly failedAt: Instant;
  readonly pricing: OperatorPricing;
  readonly source: string;
}

/** Usage comes in the order of delivery; of one instant, in that of dispatch, then by ids, so that every split of an archive makes the same log. */
export function inOrderOfUsage(one: ArchivedMessage, other: ArchivedMessage): number {
  return one.usage.deliveredAt - other.usage.deliveredAt || one.usage.sentAt - other.usage.sentAt || textOrder(orderText(one), orderText(other));
}

function orderText({ usage: { message } }: ArchivedMessage): string {
  return `${message.conversationId} ${message.messageId}`;
}

export function textOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
