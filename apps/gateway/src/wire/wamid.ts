import { sha256, type Random } from '@parley/crypto';
import { faultAt } from './fault.js';

// The prefix belongs to the wire alone: on the platform a message's id is the part behind it.
const prefix = 'wamid.';
const wireId = /^[A-Za-z0-9_-]{1,128}$/;

/** What the business's software calls a message. */
export function wamidOf(id: string): string {
  return prefix + id;
}

/** The part behind the prefix, or null where the text is not a wamid. */
export function wireIdOf(wamid: string): string | null {
  const id = wamid.startsWith(prefix) ? wamid.slice(prefix.length) : '';
  return wireId.test(id) ? id : null;
}

/** The wire id in a request's field. Throws WireFault. */
export function messageIdAt(value: unknown, field: string): string {
  if (value === undefined || value === '') throw faultAt('missing-parameter', field, 'is missing.');
  const messageId = typeof value === 'string' ? wireIdOf(value) : null;
  if (messageId === null) throw faultAt('invalid-value', field, 'must be the id of a message, as it came in a webhook or an answer: "wamid.…".');
  return messageId;
}

/** The id of a message we send: 128 random bits, so it is also its id on the platform. */
export function newMessageId(random: Random): string {
  return Buffer.from(random(16)).toString('base64url');
}

/**
 * The wire id of a message we receive. A contact's device chooses its message ids, unique within a conversation only, so the conversation is
 * part of it: nobody can make a message that bears the wamid of another contact's.
 */
export function inboundWireId(conversationId: string, messageId: string): string {
  return Buffer.from(sha256(`${conversationId}/${messageId}`).subarray(0, 16)).toString('base64url');
}
