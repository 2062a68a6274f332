import { conversationIdOf } from '@parley/contracts';
import type { BusinessId, ContactId, Instant, Lane, Message, MessageId, MessageKind, NumberId, Output, ParameterShape } from '@parley/contracts';
import type { Business, Catalog, Template } from '../catalog/catalog.js';
import { findBusiness, findNumber, findTemplate } from '../catalog/lookups.js';
import { rejected, type Rejection } from './reject-codes.js';
import { envelopeFault, type Sealed } from './sealed.js';

/** A message as a business asks for it, whether over HTTP or on the topic of requests. */
export interface AskedMessage {
  readonly messageId: MessageId;
  readonly numberId: NumberId;
  readonly contactId: ContactId;
  readonly kind: MessageKind;
  readonly template: AskedTemplate | null;
  /** Null for now. */
  readonly sendAt: Instant | null;
}

export interface AskedTemplate {
  readonly name: string;
  readonly language: string;
  /** The version that was sealed for; null for the newest. */
  readonly version: number | null;
  readonly parameters: readonly ParameterShape[];
}

/** Who asks, as the API key says. */
export interface Asker {
  readonly businessId: BusinessId;
  readonly lane: Lane;
}

export interface TakenMessage {
  readonly kind: 'taken';
  readonly message: Message;
  /** The envelope, then the request that announces it. */
  readonly outputs: readonly Output[];
}

/** What a message that is asked for becomes: plain and for now goes straight to windows, what has a template or a time goes to notifications. */
export function takeMessage(asked: AskedMessage, sealed: Sealed, asker: Asker, catalog: Catalog, now: Instant): TakenMessage | Rejection {
  const business = businessWith(catalog, asker.businessId, asked.numberId);
  if (business === null) return rejected('unknown-number', 'numberId', 'is not a number of this business; the operator registers numbers');
  const template = templateOf(asked, asker.businessId, catalog);
  if (template !== null && 'code' in template) return template;
  const message = messageOf(asked, sealed, asker, business, template, now);
  const { businessId, messageId, conversationId, category } = message;
  const fault = envelopeFault(sealed, { businessId, messageId, conversationId, category, templateHash: template?.hash ?? null });
  return fault ?? { kind: 'taken', message, outputs: outputsOf(asked, sealed, message) };
}

/** The business, if the number is its own. */
export function businessWith(catalog: Catalog, businessId: BusinessId, numberId: NumberId): Business | null {
  const business = findBusiness(catalog, businessId);
  return findNumber(catalog, numberId)?.businessId === businessId ? business : null;
}

function templateOf({ kind, template }: AskedMessage, businessId: BusinessId, catalog: Catalog): Template | Rejection | null {
  if (template === null) return kind === 'template' ? rejected('invalid-field', 'template', 'is required where kind is template') : null;
  if (kind === 'free_form') return rejected('invalid-field', 'template', 'must be left out where kind is free_form');
  const known = findTemplate(catalog, businessId, template.name, template.language);
  if (known === null) return rejected('unknown-template', 'template.name', 'there is no such template in this language; GET /notifications/v1/templates lists them');
  const version = known.versions[template.version ?? known.newest];
  return version ?? rejected('unknown-template', 'template.version', `there is no such version; the newest is ${known.newest}`);
}

function messageOf(asked: AskedMessage, { hash, bytes }: Sealed, { businessId, lane }: Asker, { ownerId }: Business, template: Template | null, now: Instant): Message {
  const { messageId, numberId, contactId, kind } = asked;
  return {
    ...{ messageId, businessId, ownerId, numberId, contactId, lane, kind },
    conversationId: conversationIdOf(businessId, contactId),
    category: template?.category ?? 'service',
    template: template && { name: template.name, language: template.language, version: template.version, hash: template.hash },
    requestedAt: now,
    envelopeHash: hash,
    envelopeBytes: bytes.length,
  };
}

function outputsOf({ kind, template, sendAt }: AskedMessage, { bytes }: Sealed, message: Message): readonly Output[] {
  const { businessId, contactId, conversationId, messageId } = message;
  const plain = kind === 'free_form' && sendAt === null;
  return [
    { topic: 'parley.envelopes.v1', key: conversationId, event: { type: 'EnvelopeStored', businessId, contactId, conversationId, messageId, to: 'contact', bytes } },
    {
      topic: 'parley.conversations.v1',
      key: conversationId,
      event: plain ? { type: 'MessageRequested', message } : { type: 'NotificationRequested', message, parameters: template?.parameters ?? [], sendAt },
    },
  ];
}
