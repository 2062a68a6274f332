import { readdirSync, readFileSync } from 'node:fs';
import type { AnyEvent, CatalogEvent, ConversationId, Message, Payload, PayloadOf } from '@parley/contracts';
import { billingTopology, type BillingState } from '@parley/domain';
import { bundledPriceLists, emptyRecord, noCounters, write, type Counters } from '@parley/rating';
import { readGoldenLedger, type CarryLine, type GoldenLedger, type MonthLine, type UseLine } from '@parley/rating/golden';

const folder = new URL('../../../../libs/rating/golden/', import.meta.url);
export const ownerId = 'acme-group';

/** A golden ledger as a platform would have it on its log: what was published, what was used, and what its counters began with. */
export interface History {
  readonly name: string;
  readonly zone: string;
  readonly published: readonly Payload<CatalogEvent>[];
  readonly usages: readonly PayloadOf<'UsageRecorded'>[];
  /** What each message has to cost, by message id, and the line that says so. */
  readonly expected: ReadonlyMap<string, { readonly line: { readonly at: string } & UseLine; readonly amount: bigint }>;
  readonly months: readonly MonthLine[];
  /** Months in which counters were set, so that the usage alone does not tell what its messages cost. */
  readonly carried: ReadonlySet<string>;
  /** What billing knows of the owner before the log begins. */
  readonly initial: BillingState;
}

/** The names of the golden ledgers. */
export function goldenNames(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => name.replace('.txt', '')).sort();
}

export function goldenHistory(name: string): History {
  const ledger = readGoldenLedger(name, readFileSync(new URL(`${name}.txt`, folder), 'utf8'));
  const lines = ledger.lines.flatMap((line) => (line.kind === 'use' ? [line] : []));
  const messages = lines.flatMap((line) => line.messages.map((message) => ({ line, ...message })));
  const carries = ledger.lines.flatMap((line) => (line.kind === 'carry' ? [line] : []));
  const counters = carries.reduce(carriedIn, noCounters);
  return {
    name,
    zone: ledger.zone,
    published: publishedFor(ledger, [...new Set(messages.map(({ usage }) => usage.message.businessId as string))]),
    usages: messages.map(({ line, usage }, index) => ({ ...usage, type: 'UsageRecorded', firstStatus: 'delivered', message: messageOf(usage, line.conversation, index), reservation: null })),
    expected: new Map(messages.map(({ line, amount }, index) => [idOf(index), { line, amount }])),
    months: ledger.lines.flatMap((line) => (line.kind === 'month' ? [line] : [])),
    carried: new Set(carries.map(({ month }) => month)),
    initial: { ...billingTopology.initial, own: { ...billingTopology.initial.own, counters } },
  };
}

function carriedIn({ months }: Counters, { month, key, count }: CarryLine): Counters {
  return { months: { ...months, [month]: write(months[month] ?? emptyRecord, key, count) } };
}

/** The list and its card, from their own days on, the businesses of one owner, and where they are eligible. */
function publishedFor({ policyId, rateCardId, zone, lines }: GoldenLedger, businesses: readonly string[]): readonly Payload<CatalogEvent>[] {
  const { policies, rateCards } = bundledPriceLists();
  const abroad = lines.flatMap((line) => (line.kind === 'abroad' ? [line] : []));
  return [
    ...businesses.map((businessId) => ({ type: 'BusinessRegistered', businessId, ownerId, name: businessId, zone, currency: 'USD', windowNoticeMs: 0 }) as PayloadOf<'BusinessRegistered'>),
    ...policies.filter((policy) => policy.policyId === policyId),
    ...rateCards.filter((card) => card.rateCardId === rateCardId),
    ...abroad.map(({ businessId, effectiveFrom, homeMarket, markets }, index) => ({ type: 'InternationalEligibilityPublished', businessId, version: index + 1, effectiveFrom, homeMarket, markets, source: 'golden' }) as PayloadOf<'InternationalEligibilityPublished'>),
  ];
}

const idOf = (index: number): string => `m${index}`;

function messageOf({ message, sentAt }: UseLine['messages'][number]['usage'], conversation: string, index: number): Message {
  const contactId = conversation === 'new' ? `new-${index}` : conversation;
  const conversationId = `${message.businessId}.${contactId}` as ConversationId;
  const template = message.kind === 'template' ? { name: 'golden', language: 'en', version: 1, hash: 'b'.repeat(64) } : null;
  return { ...message, ownerId, messageId: idOf(index), contactId, conversationId, template, requestedAt: sentAt, envelopeHash: 'a'.repeat(64), envelopeBytes: 400 } as Message;
}

/** The payload as one link wrote it. */
export function written(payload: Payload<AnyEvent>, at: number, { link, number, catalogOffset }: { readonly link: string; readonly number: number; readonly catalogOffset: number }): AnyEvent {
  const eventId = `00000000-0000-4000-8000-${`${number}`.padStart(12, '0')}`;
  return { ...payload, meta: { eventId, at, recordedAt: at, link, number, cause: null, catalogOffset } } as unknown as AnyEvent;
}
