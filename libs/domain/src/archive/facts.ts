import type { BusinessId, Category, ContactId, Instant, Lane, MessageId, MessageKind, NumberId } from '@parley/contracts';
import type { PricingType } from '@parley/rating';

/** Whose messages a fact is about. */
export interface Parties {
  readonly businessId: BusinessId;
  readonly numberId: NumberId;
  readonly contactId: ContactId;
}

/** The contact wrote. Of what was written nothing is kept. */
export interface InboundFact extends Parties {
  readonly kind: 'inbound';
  readonly messageId: MessageId;
  /** By the contact's message time. */
  readonly at: Instant;
  /** Whether the message came through an advertisement. */
  readonly isEntryPoint: boolean;
}

export const archivedStatuses = ['sent', 'delivered', 'read', 'failed'] as const;
export type ArchivedStatus = (typeof archivedStatuses)[number];

/** How the operator said that it counts messages: by conversations of 24 h, or one by one. */
export const pricingModels = ['CBP', 'PMP'] as const;
export type PricingModel = (typeof pricingModels)[number];

/** What the operator said of a message's price. Null where it did not say. */
export interface OperatorPricing {
  readonly billable: boolean | null;
  readonly model: PricingModel | null;
  readonly type: PricingType | null;
  readonly category: string | null;
}

/** The operator's session ("conversation") that a message is in. */
export interface OperatorSession {
  readonly id: string;
  readonly expiresAt: Instant | null;
  readonly origin: string | null;
}

/** A status of one message of the business. */
export interface StatusFact extends Parties {
  readonly kind: 'status';
  readonly messageId: MessageId;
  readonly status: ArchivedStatus;
  readonly at: Instant;
  readonly market: string;
  readonly pricing: OperatorPricing | null;
  readonly session: OperatorSession | null;
}

/** What the business itself recorded of a message. It knows what no webhook says: lane, kind, category. */
export interface RecordedFact extends Parties {
  readonly kind: 'recorded';
  readonly messageId: MessageId;
  readonly at: Instant;
  readonly lane: Lane;
  readonly messageKind: MessageKind;
  readonly category: Category;
  readonly market: string;
  /** First of delivered or read; null where it was neither. */
  readonly deliveredAt: Instant | null;
  /** As known at `at`; undefined where the line leaves it to the inbound messages of the archive. */
  readonly lastInboundAt?: Instant | null;
  readonly entryPointAt?: Instant | null;
}

/** One thing that an archive tells. Plain JSON; facts of a conversation in any order, any number of times, say the same. */
export type ArchiveFact = InboundFact | StatusFact | RecordedFact;

/** A business's number as the archive shows it: digits with country code. */
export interface ArchivedNumber {
  readonly businessId: BusinessId;
  readonly numberId: NumberId;
  readonly phone: string | null;
}

/** What one piece of an archive tells. */
export interface ArchivePiece {
  readonly facts: readonly ArchiveFact[];
  readonly numbers: readonly ArchivedNumber[];
  /** What in it tells nothing of a window or a price, by its name, and how often. */
  readonly ignored: readonly string[];
}

/** What reading has to be told: who is meant, and how phone numbers and ids that contain them become opaque. */
export interface Reading {
  /** Digits with country code → opaque. */
  contactOf(phone: string): ContactId;
  /** The operator's ids contain the contact's number. */
  messageOf(id: string): MessageId;
  /** Market of a phone number by the prefixes in force then. */
  marketOf(phone: string, at: Instant): string;
  /** The operator's account (WABA) of bodies that name none; null: they are refused. */
  readonly account: string | null;
  /** Reads this account only; null for all. */
  readonly only: string | null;
  /** The business that all messages belong to; null: each account is one, under its own id. */
  readonly businessId: BusinessId | null;
}

/** Something in an archive that cannot be read. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault';

  constructor(
    /** Path of the field, such as entry[0].changes[0].value. */
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}
