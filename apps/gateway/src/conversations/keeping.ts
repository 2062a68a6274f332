import type { Fact, Note, PhoneNumber } from '../state/fact.js';
import type { InboundMessage, Status, WebhookValue } from '../webhook/value.js';
import { numberValueOf } from '../webhook/field.js';
import { wordsOf } from './words.js';
import { wamidOf, wireIdOf } from '../wire/wamid.js';
import type { KeptMessage } from './kept.js';

/** The facts, and beside them what the business's inbox keeps of the webhooks among them: the same words that its software gets. */
export function withKept(facts: readonly Fact[]): readonly Fact[] {
  return facts.flatMap((fact): readonly Fact[] => {
    if (fact.type !== 'EventQueued') return [fact];
    const value = numberValueOf(fact.event);
    if (value === null) return [fact];
    return [fact, ...(value.messages ?? []).flatMap((message) => received(message, value, facts)), ...(value.statuses ?? []).flatMap(movedBy)];
  });
}

/** A message as it is kept when it is sealed. */
export function sentMessage({ note, contactId, number, text, template }: { readonly note: Note; readonly contactId: string; readonly number: PhoneNumber; readonly text: string; readonly template: KeptMessage['template'] }, replyTo: string | null): KeptMessage {
  const { wireId, messageId, conversationId, phone, at } = note;
  return { wireId, messageId, direction: 'out', conversationId, contactId, phoneNumberId: number.phoneNumberId, phone, at, text, template, replyTo, status: 'queued', problem: null };
}

function received(message: InboundMessage, { metadata }: WebhookValue, facts: readonly Fact[]): readonly Fact[] {
  const noted = facts.find((fact) => fact.type === 'MessageNoted' && wamidOf(fact.note.wireId) === message.id);
  if (noted?.type !== 'MessageNoted') return [];
  const { wireId, messageId, conversationId, phone } = noted.note;
  const kept: KeptMessage = {
    wireId, messageId, direction: 'in', conversationId, contactId: contactIn(conversationId), phoneNumberId: metadata.phone_number_id, phone,
    at: Number(message.timestamp) * 1000, text: wordsOf(message), template: null, replyTo: message.context === undefined ? null : wireIdOf(message.context.id),
    status: 'received', problem: message.errors?.[0]?.error_data.details ?? null,
  }; // prettier-ignore
  return [{ type: 'MessageKept', message: kept }];
}

function movedBy({ id, status, errors }: Status): readonly Fact[] {
  const wireId = wireIdOf(id);
  return wireId === null ? [] : [{ type: 'KeptMessageMoved', move: { wireId, status, problem: errors?.[0]?.error_data.details ?? null } }];
}

/** The part of a conversation's id behind the business's. */
function contactIn(conversationId: string): string {
  return conversationId.slice(conversationId.indexOf('.') + 1);
}
