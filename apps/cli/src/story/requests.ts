import {
  conversationIdOf,
  toId,
  type BusinessId,
  type ContactId,
  type ConversationId,
  type DeviceId,
  type Instant,
  type Message,
  type MessageId,
  type Output,
  type Party,
} from '@parley/contracts';
import { sha256Hex, templateHash } from '@parley/crypto';
import { findBusiness, marketPrefixesInForce, policyInForce, type Catalog } from '@parley/domain';
import { bundledMarketPrefixes, bundledPolicies, bundledRateCards, marketOf, windowClosesAt } from '@parley/rating';
import { businesses, currency, template, zone, type CastBusiness } from './script.js';
import type { ServiceName } from './virtual-platform.js';

/** What a service's HTTP appends for one request: the story's own words for what the services' controllers do. */
export interface Request {
  readonly service: ServiceName;
  readonly businessId: string;
  readonly outputs: readonly Output[];
}

/** A message of either end, sealed, as the platform is given it. */
export interface SealedMessage {
  readonly business: CastBusiness;
  readonly contactId: ContactId;
  /** Of the contact's number. Known to the verified directory only, which says what market it is. */
  readonly phone: string;
  readonly messageId: MessageId;
  readonly at: Instant;
  readonly envelope: Uint8Array;
}

export const hash = templateHash(template);
const shapes = [{ component: 'body', kinds: ['text', 'text'] }];
const windowNoticeMs = 2 * 3_600_000;

/** Registers the businesses and publishes everything that decisions need. */
export function catalogRequests(): Request[] {
  const publish = (service: ServiceName, key: string, event: Output['event']): Request => ({ service, businessId: key, outputs: [{ topic: 'parley.catalog.v1', key, event }] });
  const registrations = Object.values(businesses).flatMap(({ id, ownerId, name, phone }) => {
    const { businessId, numberId } = idsOf(id);
    return [
      publish('ingest', id, { type: 'BusinessRegistered', businessId, ownerId: toId('Owner', ownerId), name, zone, currency, windowNoticeMs }),
      publish('ingest', id, { type: 'NumberRegistered', numberId, businessId, displayName: name, phone }),
      publish('notifications', id, { type: 'TemplatePublished', businessId, ...template, status: 'approved', parameters: shapes, hash }),
    ];
  });
  const lists = [...bundledPolicies(), ...bundledRateCards(), ...bundledMarketPrefixes()].map((event) => publish('billing', 'operator', event));
  return [...registrations, ...lists];
}

/** A customer's message to a business: delivery's HTTP. */
export function inboundRequest(sealed: SealedMessage, catalog: Catalog): Request {
  const { business, contactId, messageId, at } = sealed;
  const { businessId, numberId, conversationId } = placed(sealed);
  const registered = findBusiness(catalog, businessId);
  const policy = registered && policyInForce(catalog, registered, at);
  const windowClosesIn = policy && windowClosesAt(at, policy.document);
  const event = {
    ...{ type: 'MessageReceived', businessId, ownerId: toId('Owner', business.ownerId), numberId, contactId, conversationId, messageId } as const,
    ...{ market: marketOfContact(sealed, catalog), entryPoint: null, provenance: 'proven' } as const,
    windowClosesAt: windowClosesIn,
    windowNoticeAt: windowClosesIn && windowClosesIn - windowNoticeMs,
    ...envelopeFacts(sealed),
  };
  return appended('delivery', sealed, 'business', event);
}

/** A business's free text to a customer: ingest's HTTP. */
export function replyRequest(sealed: SealedMessage): Request {
  return appended('ingest', sealed, 'contact', { type: 'MessageRequested', message: messageOf(sealed, 'free_form') });
}

/** A notification made from the template: ingest's HTTP. */
export function notificationRequest(sealed: SealedMessage): Request {
  return appended('ingest', sealed, 'contact', { type: 'NotificationRequested', message: messageOf(sealed, 'template'), parameters: shapes, sendAt: null });
}

/** A phone says that it has a message: delivery's HTTP. */
export function deliveredRequest(sealed: Omit<SealedMessage, 'envelope'>, deviceId: DeviceId, catalog: Catalog): Request {
  const { contactId, messageId, at } = sealed;
  const { businessId, conversationId } = placed(sealed);
  const who = { businessId, contactId, conversationId, messageId, by: 'contact', deviceId } as const;
  const event = { type: 'ReceiptReported', ...who, status: 'delivered', market: marketOfContact(sealed, catalog), reportedAt: at } as const;
  return { service: 'delivery', businessId, outputs: [{ topic: 'parley.conversations.v1', key: conversationId, event }] };
}

function messageOf(sealed: SealedMessage, kind: Message['kind']): Message {
  const { business, contactId, messageId, at } = sealed;
  const { name, language, version, category } = template;
  const isTemplate = kind === 'template';
  return {
    messageId,
    ...placed(sealed),
    ownerId: toId('Owner', business.ownerId),
    contactId,
    lane: business.by,
    kind,
    category: isTemplate ? category : 'service',
    template: isTemplate ? { name, language, version, hash } : null,
    requestedAt: at,
    ...envelopeFacts(sealed),
  };
}

function appended(service: ServiceName, sealed: SealedMessage, to: Party, event: Output['event']): Request {
  const { contactId, messageId, envelope: bytes } = sealed;
  const { businessId, conversationId } = placed(sealed);
  const stored = { type: 'EnvelopeStored', businessId, contactId, conversationId, messageId, to, bytes } as const;
  return {
    service,
    businessId,
    outputs: [
      { topic: 'parley.envelopes.v1', key: conversationId, event: stored },
      { topic: 'parley.conversations.v1', key: conversationId, event },
    ],
  };
}

function placed({ business, contactId }: Pick<SealedMessage, 'business' | 'contactId'>) {
  const { businessId, numberId } = idsOf(business.id);
  const conversationId: ConversationId = conversationIdOf(businessId, contactId);
  return { businessId, numberId, conversationId };
}

function idsOf(id: string): { readonly businessId: BusinessId; readonly numberId: ReturnType<typeof toId<'Number'>> } {
  return { businessId: toId('Business', id), numberId: toId('Number', `${id}-phone`) };
}

function envelopeFacts({ envelope }: SealedMessage) {
  return { envelopeHash: sha256Hex(envelope), envelopeBytes: envelope.length };
}

/** Throws where the operator has published no prefixes: the story would be told with the wrong prices. */
function marketOfContact({ business, phone, at }: Omit<SealedMessage, 'envelope'>, catalog: Catalog): string {
  const registered = findBusiness(catalog, toId('Business', business.id));
  const prefixes = registered && marketPrefixesInForce(catalog, registered, at);
  if (prefixes === null) throw new Error(`no market prefixes are in force for ${business.id}`);
  return marketOf(phone, prefixes);
}
