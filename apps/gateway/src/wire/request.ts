import { phoneDigitsOf } from '@parley/crypto';
import { faultAt, type WireFault } from './fault.js';
import { fieldsOf, isStorable, wholeBody } from './fields.js';
import { parseTemplate, type TemplateRequest } from './template.js';
import { wireIdOf } from './wamid.js';

/** What every message to a person has in common. */
interface Addressed {
  /** The recipient as the business wrote it; answered back as `contacts[].input`. */
  readonly input: string;
  /** Digits of the recipient's number. */
  readonly to: string;
  /** Wire id (see wamid.ts) of the message this one answers to. */
  readonly context: string | null;
  /** The business's own word, given back in this message's status webhooks. */
  readonly callbackData: string | null;
}

export interface TextRequest extends Addressed {
  readonly type: 'text';
  readonly body: string;
  readonly previewUrl: boolean;
}

export interface TemplateMessageRequest extends Addressed {
  readonly type: 'template';
  readonly template: TemplateRequest;
}

export interface ReadRequest {
  readonly type: 'read';
  readonly messageId: string;
}

export type MessageRequest = TextRequest | TemplateMessageRequest;

const maxTextCharacters = 4096;
const maxCallbackCharacters = 512;

// Types the wire has and this gateway does not carry yet; any other word is a mistake of the caller.
const typesToCome = ['image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts', 'reaction', 'interactive', 'order'];

type Fields = ReturnType<typeof fieldsOf>;

/** Reads the body of `POST /{version}/{phone-number-id}/messages`. Throws WireFault that says which field to fix. */
export function parseRequest(body: unknown): MessageRequest | ReadRequest {
  const fields = fieldsOf(body, wholeBody);
  if (fields['messaging_product'] !== 'whatsapp') throw invalid('messaging_product', 'must be "whatsapp".');
  if (fields['status'] !== undefined) return parseRead(fields);
  const type = fields['type'] ?? 'text';
  if (type === 'text') return { type: 'text', ...parseAddress(fields), ...parseText(fields['text']) };
  if (type === 'template') return { type: 'template', ...parseAddress(fields), template: parseTemplate(fields['template']) };
  if (typeof type === 'string' && typesToCome.includes(type)) {
    throw faultAt('unsupported-type', 'type', `"${type}" is not carried yet. Send text or template.`);
  }
  throw invalid('type', `must be one of text, template, ${typesToCome.join(', ')}.`);
}

function parseRead(fields: Fields): ReadRequest {
  if (fields['status'] !== 'read') throw faultAt('invalid-value', 'status', 'must be "read": it marks a received message as read.');
  return { type: 'read', messageId: parseMessageId(fields['message_id'], 'message_id') };
}

function parseAddress(fields: Fields): Addressed {
  const { to, recipient_type: recipientType, biz_opaque_callback_data: callbackData } = fields;
  if (recipientType !== undefined && recipientType !== 'individual') {
    throw faultAt('invalid-value', 'recipient_type', 'must be "individual": groups are not carried.');
  }
  if (callbackData !== undefined && (typeof callbackData !== 'string' || callbackData.length > maxCallbackCharacters)) {
    throw invalid('biz_opaque_callback_data', `must be text of at most ${maxCallbackCharacters} characters.`);
  }
  return { ...parseRecipient(to), context: parseContext(fields['context']), callbackData: callbackData ?? null };
}

function parseRecipient(to: unknown): { readonly input: string; readonly to: string } {
  if (to === undefined || to === null || to === '') {
    throw faultAt('missing-parameter', 'to', 'is missing: the recipient\'s phone number with its country code, such as "49170…".');
  }
  // The wire lets people write numbers as they read them: "+49 (170) 12-34".
  const digits = typeof to === 'string' ? phoneDigitsOf(to.replace(/[\s().-]/g, '')) : null;
  if (digits === null) {
    throw faultAt('invalid-value', 'to', 'must be a phone number as text: country code first, 7 to 15 digits.');
  }
  return { input: to as string, to: digits };
}

function parseContext(context: unknown): string | null {
  if (context === undefined || context === null) return null;
  return parseMessageId(fieldsOf(context, 'context')['message_id'], 'context.message_id');
}

function parseText(text: unknown): { readonly body: string; readonly previewUrl: boolean } {
  if (text === undefined) throw faultAt('missing-parameter', 'text', 'is missing: {"text": {"body": "…"}}.');
  const { body, preview_url: previewUrl } = fieldsOf(text, 'text');
  if (body === undefined || body === '') throw faultAt('missing-parameter', 'text.body', 'is missing or empty.');
  if (typeof body !== 'string') throw invalid('text.body', 'must be text.');
  if (body.length > maxTextCharacters) throw invalid('text.body', `must have at most ${maxTextCharacters} characters; it has ${body.length}.`);
  if (!isStorable(body)) throw invalid('text.body', 'must be well-formed Unicode.');
  if (previewUrl !== undefined && typeof previewUrl !== 'boolean') throw invalid('text.preview_url', 'must be true or false.');
  return { body, previewUrl: previewUrl ?? false };
}

function parseMessageId(value: unknown, path: string): string {
  if (value === undefined || value === '') throw faultAt('missing-parameter', path, 'is missing.');
  const messageId = typeof value === 'string' ? wireIdOf(value) : null;
  if (messageId === null) throw faultAt('invalid-value', path, 'must be the id of a message, as it came in a webhook or an answer: "wamid.…".');
  return messageId;
}

function invalid(field: string, what: string): WireFault {
  return faultAt('invalid-parameter', field, what);
}
