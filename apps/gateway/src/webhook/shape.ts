import type { FailureReason, RefusalReason } from '@parley/contracts';
import type { InboxMessage, InboxNotice, InboxStatus } from '@parley/sdk';
import type { Contact, Note, PhoneNumber } from '../state/fact.js';
import { webhookError, type FaultKind, type WebhookError } from '../wire/fault.js';
import { wamidOf } from '../wire/wamid.js';
import type { InboundSaying } from './inbound.js';
import { pricingTypes, type InboundMessage, type Pricing, type Status, type WebhookValue } from './value.js';

/** What the gateway made of an envelope: the contact's words, or why they cannot be shown. */
export type Received = { readonly kind: 'said'; readonly saying: InboundSaying; readonly quoted: string | null } | { readonly kind: 'unsupported'; readonly details: string };

/** The webhook for a contact's message. `quoted` is the wire id of the message it answers to. */
export function inboundValue(item: InboxMessage, wireId: string, received: Received, contact: Contact, number: PhoneNumber): WebhookValue {
  const common = { from: contact.phone, id: wamidOf(wireId), timestamp: secondsOf(item.at), ...referralOf(item) };
  const message: InboundMessage =
    received.kind === 'said'
      ? { ...common, ...received.saying, ...contextOf(received.quoted, number) }
      : { ...common, type: 'unsupported', errors: [webhookError('unsupported-type', received.details)] };
  return { ...headOf(number), contacts: [{ profile: { name: contact.name }, wa_id: contact.phone }], messages: [message] };
}

/** A status as the wire knows it; null for one that it does not. */
export function wireStatusOf(status: string): Status['status'] | null {
  return wireStatuses.find((one) => one === status) ?? null;
}

const wireStatuses = ['sent', 'delivered', 'read', 'failed'] as const;

/** The webhook for what became of a message of ours; `recipient` are the digits of the contact's number. */
export function statusValue(item: InboxStatus & { readonly status: Status['status'] }, note: Note | null, recipient: string, number: PhoneNumber): WebhookValue {
  const status: Status = {
    id: wamidOf(item.messageId),
    status: item.status,
    timestamp: secondsOf(item.at),
    recipient_id: recipient,
    ...callbackOf(note),
    ...pricingOf(item),
    ...(item.status === 'failed' ? { errors: [failureOf(item.reason, item.detail)] } : {}),
  };
  return { ...headOf(number), statuses: [status] };
}

/** The webhook for a window that closes while the contact waits for an answer. */
export function expiringValue({ at, closesAt }: InboxNotice, wireId: string, { phone, name }: Pick<Contact, 'phone' | 'name'>, number: PhoneNumber): WebhookValue {
  const notice = { wa_id: phone, message_id: wamidOf(wireId), timestamp: secondsOf(at), closes_at: secondsOf(closesAt) };
  return { ...headOf(number), contacts: [{ profile: { name }, wa_id: phone }], window_expiring: notice };
}

/** The webhook for a message that failed here, before the platform took it. */
export function failedValue(note: Pick<Note, 'wireId' | 'phone' | 'callbackData'>, at: number, error: WebhookError, number: PhoneNumber): WebhookValue {
  const status: Status = { id: wamidOf(note.wireId), status: 'failed', timestamp: secondsOf(at), recipient_id: note.phone, ...callbackOf(note), errors: [error] };
  return { ...headOf(number), statuses: [status] };
}

/** The `errors[]` entry for a reason of the platform. */
export function failureOf(reason: string | null, detail: string | null): WebhookError {
  const [kind, fix] = isReason(reason) ? failures[reason] : (['undeliverable', 'The platform gave no reason that this gateway knows.'] as const);
  return webhookError(kind, detail === null || detail === '' ? fix : `${fix} (${detail})`);
}

function isReason(reason: string | null): reason is Reason {
  return reason !== null && Object.hasOwn(failures, reason);
}

/** A hard cap refuses by an event of its own, so that its reason is in neither list. */
type Reason = FailureReason | RefusalReason | 'over_budget';

const failures: { readonly [reason in Reason]: readonly [FaultKind, string] } = {
  window_closed: ['window-closed', 'The customer service window is closed: more than its hours have passed since the contact last wrote. Send a template instead.'],
  no_consent: ['undeliverable', 'The contact has not written first and has not opted in. Wait for a message, or record an opt-in with its proof.'],
  consent_revoked: ['stopped-marketing', 'The contact has opted out. Do not write again before it writes or opts in.'],
  template_unknown: ['template-unknown', 'The template was not known in that language when it was sent. Publish it first.'],
  template_not_approved: ['template-unknown', 'The template was not approved when it was sent.'],
  parameters_mismatch: ['parameter-count', "The parameters do not match the template's places. It may have changed since."],
  sender_unknown: ['unknown-object', 'The sending number is not registered on the platform. Register it first.'],
  expired: ['undeliverable', 'The message was not sent before its time ran out.'],
  over_budget: ['payment', "The owner's hard cap for this month leaves too little for this message. Raise the cap, or wait for the next month."],
  schedule_full: ['throughput', 'Too many messages are scheduled for this contact. Send fewer ahead of time.'],
  undeliverable: ['undeliverable', 'The contact has no device that can receive the message.'],
  envelope_expired: ['undeliverable', 'The contact did not collect the message while the platform kept it.'],
  rejected_by_device: ['undeliverable', "The contact's device could not open the message."],
};

/**
 * The price, on those statuses alone that the platform marks: `sent`, and the first of delivered and read. Where it does not say whether the
 * message costs something (`pricing`), only that this is the status it is billed by (`billable`), the type is left out.
 */
function pricingOf({ category, fields: { billable, pricing } }: InboxStatus): { readonly pricing?: Pricing } {
  if (category === null) return {};
  const said = (pricing ?? {}) as { readonly billable?: unknown; readonly type?: unknown };
  const type = pricingTypes.find((one) => one === said.type);
  if (typeof said.billable === 'boolean' && type !== undefined) return { pricing: { billable: said.billable, pricing_model: 'PMP', type, category } };
  return billable === true ? { pricing: { billable, pricing_model: 'PMP', category } } : {};
}

function callbackOf(note: Pick<Note, 'callbackData'> | null): { readonly biz_opaque_callback_data?: string } {
  return note?.callbackData == null ? {} : { biz_opaque_callback_data: note.callbackData };
}

// Also where contacts answer their own words: a client takes a message whose context is from its own sender for one of the business's.
function contextOf(quoted: string | null, number: PhoneNumber): Pick<InboundMessage, 'context'> {
  return quoted === null ? {} : { context: { from: digitsOf(number), id: wamidOf(quoted) } };
}

function referralOf({ entryPoint }: InboxMessage): Pick<InboundMessage, 'referral'> {
  if (entryPoint === null) return {};
  const { sourceId, clickId } = entryPoint;
  return { referral: { source_type: 'ad', source_id: sourceId, ...(clickId === '' ? {} : { ctwa_clid: clickId }) } };
}

function headOf(number: PhoneNumber): Pick<WebhookValue, 'messaging_product' | 'metadata'> {
  return { messaging_product: 'whatsapp', metadata: { display_phone_number: digitsOf(number), phone_number_id: number.phoneNumberId } };
}

function secondsOf(at: number): string {
  return String(Math.floor(at / 1000));
}

// Lists show the number as people write it; webhooks bear its digits.
function digitsOf({ displayPhoneNumber }: PhoneNumber): string {
  return displayPhoneNumber.replace(/\D/g, '');
}
