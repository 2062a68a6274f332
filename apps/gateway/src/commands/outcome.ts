import { bodyOf } from '../webhook/batch.js';
import { numberValueOf } from '../webhook/field.js';
import type { InboundMessage, WebhookValue } from '../webhook/value.js';
import type { Call, Note, PendingEvent, PendingOutcome } from '../state/fact.js';
import { faultBody, type WireFault } from '../wire/fault.js';
import { wamidOf } from '../wire/wamid.js';

/** What one command has come to. One has one of the two, and no other later. */
export interface Told {
  readonly requestId: string;
  readonly phoneNumberId: string | null;
}

/** The platform has the message. `note` is what is known of it. It goes where the message's statuses go, to one partition. */
export function acceptedMessage({ requestId, phoneNumberId }: Told, input: string, note: Pick<Note, 'wireId' | 'phone'>, at: number): PendingOutcome {
  const body = { contacts: [{ input, wa_id: note.phone }], messages: [{ id: wamidOf(note.wireId) }] };
  return accepted({ requestId, phoneNumberId }, note.phone || requestId, body, at);
}

/** A message that came in is marked as read. */
export function acceptedRead(told: Told, at: number): PendingOutcome {
  return accepted(told, told.requestId, { success: true }, at);
}

function accepted({ requestId, phoneNumberId }: Told, key: string, more: object, at: number): PendingOutcome {
  const body = { outcome: 'accepted', request_id: requestId, phone_number_id: phoneNumberId, messaging_product: 'whatsapp', ...more };
  return { id: `${requestId}.accepted`, type: 'accepted', key, subject: requestId, at, body: JSON.stringify(body) };
}

/** Nothing was sent. `hash` tells apart what was published under one id. */
export function rejected({ requestId, phoneNumberId }: Told, fault: WireFault, hash: string, at: number): PendingOutcome {
  const id = `${requestId}.rejected.${hash.slice(0, 16)}`;
  const { error } = faultBody(fault, id);
  const body = { outcome: 'rejected', request_id: requestId, phone_number_id: phoneNumberId, code: error.code, field: fault.field, hint: fault.details, error };
  return { id, type: 'rejected', key: requestId, subject: requestId, at, body: JSON.stringify(body) };
}

/** What the platform's answer makes of a command's call. */
export function outcomeOf(call: Call, note: Pick<Note, 'wireId' | 'phone'> | undefined, fault: WireFault | null, at: number): PendingOutcome | null {
  const { command } = call;
  if (command === undefined) return null;
  if (fault !== null) return rejected(command, fault, call.id, at);
  return acceptedMessage(command, command.input, note ?? { wireId: call.id, phone: '' }, at);
}

/** A webhook as it goes to the topic: the same body, with one change in it. Null for an update, which is about the account: the topic is about messages. */
export function outcomeOfEvent(event: PendingEvent, wabaId: string, withContent: boolean): PendingOutcome | null {
  const value = numberValueOf(event);
  if (value === null) return null;
  const { id, at } = event;
  const status = value.statuses?.[0];
  const message = value.messages?.[0];
  const expiring = value.window_expiring;
  const body = bodyOf(wabaId, [{ value: withContent ? value : withoutContent(value) }]);
  if (expiring !== undefined) return { id, type: 'window_expiring', key: expiring.wa_id, subject: expiring.message_id, at, body };
  return { id, type: status === undefined ? 'message' : 'status', key: status?.recipient_id ?? message?.from ?? '', subject: status?.id ?? message?.id ?? '', at, body };
}

function withoutContent({ contacts, messages, ...rest }: WebhookValue): WebhookValue {
  return {
    ...rest,
    ...(contacts === undefined ? {} : { contacts: contacts.map(({ wa_id }) => ({ profile: { name: '' }, wa_id })) }),
    ...(messages === undefined ? {} : { messages: messages.map(withoutWords) }),
  };
}

/** Whose message it is, of which type, and what it answers: nothing that the contact said. */
function withoutWords({ from, id, timestamp, type, context, referral, errors }: InboundMessage): InboundMessage {
  return { from, id, timestamp, type, ...(context === undefined ? {} : { context }), ...(referral === undefined ? {} : { referral }), ...(errors === undefined ? {} : { errors }) };
}

/** CloudEvents in Kafka's binary mode: what it is stands in the headers. An outcome that is sent again has the same `ce_id`. */
export function headersOf({ id, type, subject, at }: PendingOutcome, wabaId: string): { readonly [name: string]: string } {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: `/parley/gateway/${wabaId}`,
    ce_type: `parley.gateway.${type}`,
    ce_subject: subject,
    ce_time: new Date(at).toISOString(),
    'content-type': 'application/json',
  };
}
