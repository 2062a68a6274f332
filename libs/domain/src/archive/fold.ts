import { conversationIdOf, type BillableStatus, type Category, type Instant, type Message, type MessageId, type OwnerId } from '@parley/contracts';
import { isInsideWindow, type Policy } from '@parley/rating';
import { inOrderOfUsage, textOrder, type ArchivedMessage, type BilledFailure, type FoldCounts, type Nature } from './archived-message.js';
import type { ArchiveFact, RecordedFact } from './facts.js';
import { natureOf } from './nature.js';
import { Inbounds } from './inbounds.js';
import { earliest, evolveMessage, noWord, type MessageWord } from './word.js';

/** A fact and where the archive tells it. */
export interface ToldFact {
  readonly fact: ArchiveFact;
  readonly source: string;
}

/** What a conversation's facts are read by. */
export interface FoldTerms {
  readonly ownerId: OwnerId;
  /** Category of templates of which nothing tells it; null: they are left out. */
  readonly category: Category | null;
  /** The policy in force for the business then; null where there is none. */
  policyAt(instant: Instant): Policy | null;
}

export interface FoldedConversation {
  /** In the order of usage. */
  readonly messages: readonly ArchivedMessage[];
  readonly billedFailures: readonly BilledFailure[];
  readonly counts: FoldCounts;
}

/** No archive has sealed content: what a record of usage says of an envelope is this. */
const noEnvelope = { envelopeHash: '0'.repeat(64), envelopeBytes: 1 };

/** What became of one conversation's messages: a function of the set of its facts, in whatever order they are told, however often. */
export function foldConversation(told: readonly ToldFact[], terms: FoldTerms): FoldedConversation {
  const inbounds = new Inbounds(told.flatMap(({ fact }) => (fact.kind === 'inbound' ? [fact] : [])));
  const words = new Map<MessageId, MessageWord>();
  for (const { fact, source } of told) {
    if (fact.kind !== 'inbound') words.set(fact.messageId, evolveMessage(words.get(fact.messageId) ?? noWord, fact, source));
  }
  return new Conversation(inbounds, terms).fold([...words].map(([messageId, word]) => ({ messageId, word })));
}

interface Worded {
  readonly messageId: MessageId;
  readonly word: MessageWord;
}

class Conversation {
  readonly #messages: ArchivedMessage[] = [];
  readonly #billedFailures: BilledFailure[] = [];
  /** The operator's sessions that an earlier message was in. */
  readonly #sessions = new Set<string>();
  readonly #counts = { undelivered: 0, failed: 0, sentMissing: 0, unknownCategory: 0, uncertain: 0 };

  constructor(
    private readonly inbounds: Inbounds,
    private readonly terms: FoldTerms,
  ) {}

  fold(words: readonly Worded[]): FoldedConversation {
    // Which message opened one of the operator's sessions is told by the order of delivery.
    const order = (one: Worded, other: Worded): number => usedAt(one.word) - usedAt(other.word) || sentAtOf(one.word) - sentAtOf(other.word) || textOrder(one.messageId, other.messageId);
    for (const { messageId, word } of [...words].sort(order)) this.#take(messageId, word);
    return { messages: this.#messages.sort(inOrderOfUsage), billedFailures: this.#billedFailures, counts: this.#counts };
  }

  #take(messageId: MessageId, word: MessageWord): void {
    const deliveredAt = deliveredAtOf(word);
    if (deliveredAt === null) return this.#undelivered(messageId, word);
    const sentAt = sentAtOf(word);
    const { lastInboundAt, entryPointAt } = this.#known(word.recorded, sentAt);
    const nature = this.#nature(word, sentAt, lastInboundAt);
    if (nature === null) return void (this.#counts.unknownCategory += 1);
    if (word.sentAt === null && word.recorded === null) this.#counts.sentMissing += 1;
    if (nature.isUncertain) this.#counts.uncertain += 1;
    const message = this.#message(messageId, word, nature.nature, sentAt);
    const firstStatus: BillableStatus = word.deliveredAt !== null && word.deliveredAt === deliveredAt ? 'delivered' : word.readAt === deliveredAt ? 'read' : 'delivered';
    this.#messages.push({
      usage: { type: 'UsageRecorded', message, market: word.market, sentAt, deliveredAt, firstStatus, lastInboundAt, entryPointAt, reservation: null },
      alternative: nature.alternative,
      ownNumber: this.inbounds.before(sentAt, word.parties.numberId),
      said: saidOf(word),
      source: word.source,
    });
  }

  #nature(word: MessageWord, sentAt: Instant, lastInboundAt: Instant | null): { readonly nature: Nature; readonly alternative: Nature | null; readonly isUncertain: boolean } | null {
    const { session, recorded } = word;
    const isFirstOfSession = session === null || !this.#sessions.has(session.id);
    if (session !== null) this.#sessions.add(session.id);
    if (recorded !== null) return { nature: { kind: recorded.messageKind, category: recorded.category }, alternative: null, isUncertain: false };
    const policy = this.terms.policyAt(sentAt);
    const isInside = policy !== null && isInsideWindow(sentAt, lastInboundAt, policy.document);
    return natureOf({ pricing: word.sentPricing ?? billedPricing(word), isFirstOfSession, isInside, fallback: this.terms.category });
  }

  /** What the business recorded holds; of what it left open, the inbound messages tell. */
  #known(recorded: RecordedFact | null, sentAt: Instant): { readonly lastInboundAt: Instant | null; readonly entryPointAt: Instant | null } {
    const told = this.inbounds.before(sentAt, null);
    return {
      lastInboundAt: recorded?.lastInboundAt === undefined ? told.lastInboundAt : recorded.lastInboundAt,
      entryPointAt: recorded?.entryPointAt === undefined ? told.entryPointAt : recorded.entryPointAt,
    };
  }

  #message(messageId: MessageId, { parties, recorded }: MessageWord, { kind, category }: Nature, requestedAt: Instant): Message {
    const conversationId = conversationIdOf(parties.businessId, parties.contactId);
    return { messageId, ...parties, ownerId: this.terms.ownerId, conversationId, lane: recorded?.lane ?? 'api', kind, category, template: null, requestedAt, ...noEnvelope };
  }

  #undelivered(messageId: MessageId, word: MessageWord): void {
    this.#counts.undelivered += 1;
    if (word.failedAt === null) return;
    this.#counts.failed += 1;
    if (word.failedPricing?.billable !== true) return;
    const nature = { kind: 'free_form', category: 'service' } as const;
    this.#billedFailures.push({ message: this.#message(messageId, word, nature, sentAtOf(word)), market: word.market, failedAt: word.failedAt, pricing: word.failedPricing, source: word.source });
  }
}

function deliveredAtOf({ deliveredAt, readAt, recorded }: MessageWord): Instant | null {
  return earliest(earliest(deliveredAt, readAt), recorded?.deliveredAt ?? null);
}

/** Dispatch; where nothing says it, the first that is known of the message. */
function sentAtOf(word: MessageWord): Instant {
  return word.recorded?.at ?? word.sentAt ?? deliveredAtOf(word) ?? word.failedAt ?? 0;
}

function usedAt(word: MessageWord): Instant {
  return deliveredAtOf(word) ?? sentAtOf(word);
}

function billedPricing({ deliveredPricing, readPricing }: MessageWord) {
  return deliveredPricing ?? readPricing;
}

function saidOf(word: MessageWord): ArchivedMessage['said'] {
  const isBilledTwice = word.deliveredPricing?.billable === true && word.readPricing?.billable === true;
  return { pricing: billedPricing(word) ?? word.sentPricing, sentPricing: word.sentPricing, isBilledTwice, session: word.session };
}

