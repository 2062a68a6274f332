import { toId, type BusinessId } from '@parley/contracts';
import { pricingTypes } from '@parley/rating';
import { archivedStatuses, pricingModels, type ArchivedNumber, type ArchiveFact, type ArchivePiece, type OperatorPricing, type OperatorSession, type Parties, type Reading } from './facts.js';
import { Field, phoneForm } from './fields.js';

const idForm = /^[A-Za-z0-9_-]{1,64}$/;
const accountLike = 'an account’s id (letters, digits, _ and -)';

/** Whether this is a webhook body of the Cloud API, or the part of one that some archives keep: an entry, a change, or its value. */
export function isWebhook(piece: Field): boolean {
  const { entry, changes, field, messaging_product: product } = piece.object();
  return entry !== undefined || changes !== undefined || field !== undefined || product !== undefined;
}

/**
 * What a webhook body tells: who wrote when, and what became of the business's messages. Nothing of any content is read. Other fields, statuses and
 * system notes are named as ignored.
 *
 * @throws ArchiveFault
 */
export function readWebhook(body: Field, reading: Reading): ArchivePiece {
  const facts: ArchiveFact[] = [];
  const numbers: ArchivedNumber[] = [];
  const ignored: string[] = [];
  for (const { account, change } of changesOf(body, reading)) {
    if (reading.only !== null && account !== reading.only) {
      ignored.push('of another account');
      continue;
    }
    const name = change.of('field');
    if (name.isGiven && name.value !== 'messages') {
      ignored.push(`field ${name.text(/^[a-z_]{1,60}$/, 'the name of a webhook field')}`);
      continue;
    }
    readValue(change.of('value'), businessOf(account, change, reading), reading, { facts, numbers, ignored });
  }
  return { facts, numbers, ignored };
}

interface Change {
  readonly account: string | null;
  /** `{field?, value}` */
  readonly change: Field;
}

function changesOf(body: Field, { account }: Reading): readonly Change[] {
  const { entry, changes, field } = body.object();
  if (entry !== undefined) return body.of('entry').items().flatMap(changesOfEntry);
  if (changes !== undefined) return changesOfEntry(body);
  if (field !== undefined) return [{ account, change: body }];
  return [{ account, change: new Field({ value: body.value }, '') }];
}

function changesOfEntry(entry: Field): readonly Change[] {
  const account = entry.of('id').digits(idForm, accountLike);
  return entry.of('changes').items().map((change) => ({ account, change }));
}

function businessOf(account: string | null, change: Field, { businessId }: Reading): BusinessId {
  if (businessId !== null) return businessId;
  if (account === null) throw change.fault('names no account: give it with --waba or --business');
  return toId('Business', account);
}

interface Told {
  readonly facts: ArchiveFact[];
  readonly numbers: ArchivedNumber[];
  readonly ignored: string[];
}

function readValue(value: Field, businessId: BusinessId, reading: Reading, told: Told): void {
  const metadata = value.of('metadata');
  const numberId = toId('Number', metadata.of('phone_number_id').digits(idForm, 'the id of a phone number'));
  const shown = metadata.of('display_phone_number');
  const phone = shown.isGiven ? shown.digits(/./, 'a phone number').replace(/\D/g, '') : '';
  told.numbers.push({ businessId, numberId, phone: phoneForm.test(phone) ? phone : null });
  const partiesWith = (contact: Field): Parties & { readonly phone: string } => {
    const digits = contact.digits(phoneForm, 'a phone number: 7 to 15 digits with country code');
    return { businessId, numberId, contactId: reading.contactOf(digits), phone: digits };
  };
  for (const message of value.of('messages').items()) readMessage(message, partiesWith, reading, told);
  for (const status of value.of('statuses').items()) readStatus(status, partiesWith, reading, told);
}

type PartiesWith = (contact: Field) => Parties & { readonly phone: string };

function readMessage(message: Field, partiesWith: PartiesWith, reading: Reading, { facts, ignored }: Told): void {
  // The operator's own note, such as of a changed number: nobody wrote.
  if (message.of('type').value === 'system') return void ignored.push('system note');
  const { phone: _, ...parties } = partiesWith(message.of('from'));
  const messageId = reading.messageOf(message.of('id').text());
  facts.push({ kind: 'inbound', ...parties, messageId, at: message.of('timestamp').seconds(), isEntryPoint: message.of('referral').isGiven });
}

function readStatus(item: Field, partiesWith: PartiesWith, reading: Reading, { facts, ignored }: Told): void {
  const said = item.of('status').text();
  const status = archivedStatuses.find((one) => one === said);
  if (status === undefined) return void ignored.push(`status ${said.slice(0, 30)}`);
  const { phone, ...parties } = partiesWith(item.of('recipient_id'));
  const at = item.of('timestamp').seconds();
  const messageId = reading.messageOf(item.of('id').text());
  facts.push({ kind: 'status', ...parties, messageId, status, at, market: reading.marketOf(phone, at), pricing: pricingOf(item.of('pricing')), session: sessionOf(item.of('conversation')) });
}

function pricingOf(pricing: Field): OperatorPricing | null {
  if (!pricing.isGiven) return null;
  const [billable, model, type, category] = [pricing.of('billable'), pricing.of('pricing_model'), pricing.of('type'), pricing.of('category')];
  return {
    billable: billable.isGiven ? billable.flag() : null,
    // NBP is what it was called before there were sessions: a model that no price list here has.
    model: model.isGiven && model.value !== 'NBP' ? model.oneOf(pricingModels) : null,
    type: type.isGiven ? type.oneOf(pricingTypes) : null,
    category: category.isGiven ? category.text(/^[a-z_]{1,60}$/, 'a pricing category') : null,
  };
}

function sessionOf(conversation: Field): OperatorSession | null {
  if (!conversation.isGiven) return null;
  const [expires, origin] = [conversation.of('expiration_timestamp'), conversation.of('origin')];
  return {
    id: conversation.of('id').text(/^.{1,200}$/, 'a conversation’s id'),
    expiresAt: expires.isGiven ? expires.seconds() : null,
    origin: origin.isGiven && origin.of('type').isGiven ? origin.of('type').text(/^[a-z_]{1,60}$/, 'the type of an origin') : null,
  };
}
