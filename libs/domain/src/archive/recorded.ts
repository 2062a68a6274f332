import { CATEGORY_SYMBOLS, conversationIdOf, isId, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS, partiesOf, toId, type BusinessId, type ContactId, type IdByKind, type Instant } from '@parley/contracts';
import type { IdKind } from '@parley/contracts';
import type { ArchivePiece, Reading, RecordedFact } from './facts.js';
import { Field, phoneForm } from './fields.js';

const known = ['messageId', 'conversationId', 'businessId', 'contactId', 'phone', 'numberId', 'lane', 'kind', 'category', 'market', 'sentAt', 'deliveredAt', 'lastInboundAt', 'entryPointAt'];

/**
 * A line of our own form: one message as the business recorded it. `messageId`, `numberId`, `kind`, `category`, `sentAt`, `deliveredAt` (null: never
 * reached) are needed; the contact as `contactId`, `conversationId` or `phone` (digits); `market` unless `phone` tells it; `lane` is api where not
 * given; `lastInboundAt` and `entryPointAt`, where not given, follow from the contact's messages in the archive.
 *
 * @throws ArchiveFault
 */
export function readRecorded(line: Field, reading: Reading): ArchivePiece {
  for (const name of Object.keys(line.object())) if (!known.includes(name)) throw line.of(name).fault(`is not a field of this form, which has ${known.join(', ')}`);
  const at = line.of('sentAt').instant();
  const { businessId, contactId, market } = whom(line, at, reading);
  const numberId = idOf('Number', line.of('numberId'));
  const fact: RecordedFact = {
    kind: 'recorded', businessId, contactId, numberId, at, market,
    messageId: reading.messageOf(line.of('messageId').text()),
    lane: line.of('lane').isGiven ? line.of('lane').oneOf(LANE_SYMBOLS) : 'api',
    ...kindOf(line),
    deliveredAt: deliveredOf(line, at),
    ...optional(line, 'lastInboundAt'),
    ...optional(line, 'entryPointAt'),
  };
  return { facts: [fact], numbers: [{ businessId, numberId, phone: null }], ignored: [] };
}

function whom(line: Field, at: Instant, reading: Reading): { readonly businessId: BusinessId; readonly contactId: ContactId; readonly market: string } {
  const [conversation, phone, market] = [line.of('conversationId'), line.of('phone'), line.of('market')];
  const parties = conversation.isGiven ? partiesOf(idOf('Conversation', conversation)) : null;
  const businessId = reading.businessId ?? parties?.businessId ?? businessOf(line.of('businessId'), reading);
  const digits = phone.isGiven ? phone.digits(phoneForm, 'a phone number: 7 to 15 digits with country code') : null;
  const contactId = parties?.contactId ?? (digits === null ? idOf('Contact', line.of('contactId')) : reading.contactOf(digits));
  conversationIdOf(businessId, contactId);
  if (digits === null && !market.isGiven) throw market.fault('is missing: give the market’s name, or the contact’s phone');
  return { businessId, contactId, market: market.isGiven ? market.text(/^.{1,64}$/, 'a market’s name') : reading.marketOf(digits!, at) };
}

function businessOf(given: Field, { account }: Reading): BusinessId {
  if (!given.isGiven && account !== null) return toId('Business', account);
  if (!given.isGiven) throw given.fault('is missing: write it, or give it for all with --business');
  return idOf('Business', given);
}

function kindOf(line: Field): Pick<RecordedFact, 'messageKind' | 'category'> {
  const messageKind = line.of('kind').oneOf(MESSAGE_KIND_SYMBOLS);
  const category = line.of('category').oneOf(CATEGORY_SYMBOLS);
  if ((messageKind === 'free_form') !== (category === 'service')) throw line.of('category').fault('has to be service for a free_form message, and another for a template');
  return { messageKind, category };
}

function deliveredOf(line: Field, sentAt: Instant): Instant | null {
  const delivered = line.of('deliveredAt');
  if (delivered.value === null) return null;
  const at = delivered.instant();
  if (at < sentAt) throw delivered.fault('is before sentAt');
  return at;
}

function optional<Name extends 'lastInboundAt' | 'entryPointAt'>(line: Field, name: Name): { readonly [N in Name]?: Instant | null } {
  const given = line.of(name);
  if (given.value === undefined) return {};
  return { [name]: given.value === null ? null : given.instant() } as { readonly [N in Name]?: Instant | null };
}

function idOf<Kind extends IdKind>(kind: Kind, field: Field): IdByKind[Kind] {
  const text = field.text();
  if (!isId(kind, text)) throw field.fault('has to be an id: letters, digits, _ and -');
  return text;
}
