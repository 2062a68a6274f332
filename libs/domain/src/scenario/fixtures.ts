// Events for the specs, each with sensible facts that a spec overrides where it matters.
import type {
  AnyEvent,
  BusinessId,
  CatalogEvent,
  Category,
  ContactId,
  ConversationId,
  Instant,
  Message,
  MessageId,
  Meta,
  NumberId,
  OwnerId,
  ParameterShape,
  Payload,
  PayloadOf,
  TemplateRef,
} from '@parley/contracts';
import { bundledMarketPrefixes, bundledPolicies, bundledRateCards } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { initialCatalog } from '../catalog/catalog.js';
import { evolve as evolveCatalog } from '../catalog/evolve.js';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** The announcement's first Friday evening, in Sao Paulo. */
export const friday: Instant = Date.parse('2018-08-03T18:00:00-03:00');

export const businessId = 'acme' as BusinessId;
export const ownerId = 'acme-group' as OwnerId;
export const numberId = 'acme-main' as NumberId;
export const contactId = 'c1' as ContactId;
export const conversationId = 'acme.c1' as ConversationId;
const parties = { businessId, contactId, conversationId };
const hash = (digit: string): string => digit.repeat(64);

/** The event as it would stand on the log. Its ids and numbers do not matter to any fold. */
export function logged<Written extends Payload<AnyEvent>>(payload: Written, at: Instant): Extract<AnyEvent, { readonly type: Written['type'] }> {
  const meta: Meta = { eventId: '00000000-0000-4000-8000-000000000000' as Meta['eventId'], at, recordedAt: at, link: 'spec' as Meta['link'], number: 1, cause: null, catalogOffset: 7 };
  return { ...payload, meta } as unknown as Extract<AnyEvent, { readonly type: Written['type'] }>;
}

export function aMessage(change: Partial<Omit<Message, 'messageId'>> & { readonly messageId?: string } = {}): Message {
  const { messageId = 'm1', ...rest } = change;
  return {
    messageId: messageId as MessageId,
    businessId,
    ownerId,
    numberId,
    contactId,
    conversationId,
    lane: 'api',
    kind: 'free_form',
    category: 'service',
    template: null,
    requestedAt: friday,
    envelopeHash: hash('a'),
    envelopeBytes: 400,
    ...rest,
  };
}

export const shipping: TemplateRef = { name: 'shipping_confirmation', language: 'en_US', version: 1, hash: hash('b') };
export const shippingShapes: readonly ParameterShape[] = [{ component: 'body', kinds: ['text', 'date_time'] }];

export function aTemplateMessage(change: Parameters<typeof aMessage>[0] = {}): Message {
  return aMessage({ kind: 'template', category: 'utility', template: shipping, ...change });
}

export function received(at: Instant, change: Partial<PayloadOf<'MessageReceived'>> = {}) {
  const payload: PayloadOf<'MessageReceived'> = {
    type: 'MessageReceived',
    ...parties,
    ownerId,
    numberId,
    messageId: 'in1' as MessageId,
    market: 'Brazil',
    entryPoint: null,
    windowClosesAt: at + dayMs,
    windowNoticeAt: at + 22 * hourMs,
    provenance: 'proven',
    envelopeHash: hash('c'),
    envelopeBytes: 300,
    ...change,
  };
  return logged(payload, at);
}

export const anAd = { sourceId: 'ad-7', clickId: 'click-1' };

export function granted(at: Instant, categories: readonly Category[]) {
  return logged({ type: 'ConsentGranted', ...parties, categories, source: 'web form', proof: 'form 12' } satisfies PayloadOf<'ConsentGranted'>, at);
}

export function revoked(at: Instant, categories: readonly Category[] = []) {
  return logged({ type: 'ConsentRevoked', ...parties, categories, source: 'device' } satisfies PayloadOf<'ConsentRevoked'>, at);
}

export function timerDue(topology: string, name: string, dueAt: Instant, subject = '') {
  return logged({ type: 'TimerDue', topology, businessId, key: conversationId, name, subject, dueAt } satisfies PayloadOf<'TimerDue'>, dueAt);
}

export function receipt(at: Instant, change: Partial<Omit<PayloadOf<'ReceiptReported'>, 'messageId'>> & { readonly messageId?: string } = {}) {
  const { messageId = 'm1', ...rest } = change;
  const payload: PayloadOf<'ReceiptReported'> = {
    type: 'ReceiptReported',
    ...parties,
    messageId: messageId as MessageId,
    by: 'contact',
    status: 'delivered',
    deviceId: null,
    market: 'Brazil',
    reportedAt: at,
    ...rest,
  };
  return logged(payload, at);
}

export const aBusiness: PayloadOf<'BusinessRegistered'> = {
  type: 'BusinessRegistered',
  businessId,
  ownerId,
  name: 'Acme',
  zone: 'America/Sao_Paulo',
  currency: 'USD',
  windowNoticeMs: 2 * hourMs,
};

export const aNumber: PayloadOf<'NumberRegistered'> = { type: 'NumberRegistered', numberId, businessId, displayName: 'Acme', phone: '551140001000' };

export const aTemplate: PayloadOf<'TemplatePublished'> = {
  type: 'TemplatePublished',
  businessId,
  ...shipping,
  category: 'utility',
  status: 'approved',
  body: 'Your order {{1}} arrives on {{2}}.',
  parameters: shippingShapes,
};

/** Of an owner whom nothing here concerns. */
export const aBudget: PayloadOf<'BudgetPublished'> = { type: 'BudgetPublished', ownerId: 'somebody-else' as OwnerId, currency: 'USD', zone: 'Asia/Kolkata', cap: 50_000_000n, hard: false };

/** Abroad to Egypt from February 2026 on. */
export const anEligibility: PayloadOf<'InternationalEligibilityPublished'> = {
  type: 'InternationalEligibilityPublished',
  businessId,
  version: 1,
  effectiveFrom: '2026-02-01',
  homeMarket: 'Brazil',
  markets: ['Egypt'],
  source: 'the operator’s notice',
};

/** The published records as a catalog, in this order. */
export function catalogOf(...published: readonly Payload<CatalogEvent>[]): Catalog {
  return published.reduce<Catalog>((catalog, payload) => evolveCatalog(catalog, logged(payload, 0) as CatalogEvent), initialCatalog);
}

/** A business with a number, a template, a budget of another owner, S0, its card, the prefixes and an eligibility. */
export const everything: readonly Payload<CatalogEvent>[] = [
  aBusiness,
  aNumber,
  aTemplate,
  aBudget,
  ...bundledPolicies(),
  ...bundledRateCards(),
  ...bundledMarketPrefixes(),
  anEligibility,
];

export const aCatalog = catalogOf(...everything);

/** S0 where late replies are rejected, as a correction of S0 that replaces it from the same day. */
export function rejectingLateReplies(): PayloadOf<'PolicyPublished'> {
  const s0 = bundledPolicies()[0]!;
  const document = { ...(JSON.parse(s0.document) as object), lateReply: { api: 'reject', app: 'charge' } };
  return { ...s0, version: 2, document: JSON.stringify(document) };
}
