import { phoneDigitsOf } from '@parley/crypto';
import { maxTextLength, mediaTypes, type MediaType } from '@parley/sdk';
import { faultAt } from './fault.js';
import { fieldsOf, wholeBody } from './fields.js';
import { parseContacts, type ContactsRequest } from './requests/contacts.js';
import { parseInteractive, type InteractiveRequest } from './requests/interactive.js';
import { parseLocation, type LocationRequest } from './requests/location.js';
import { parseMedia, type MediaRequest } from './requests/media.js';
import { parseReaction, type ReactionRequest } from './requests/reaction.js';
import { parseTemplate, type TemplateRequest } from './template.js';
import { invalid, missing, textAt } from './values.js';
import { messageIdAt } from './wamid.js';

/** What every message to a person has in common. */
export interface Addressed {
  /** The recipient as the business wrote it; answered back as `contacts[].input`. */
  readonly input: string;
  /** Digits of the recipient's number. */
  readonly to: string;
  /** Wire id (see wamid.ts) of the message this one answers to. */
  readonly context: string | null;
  /** The business's own word, given back in this message's status webhooks. */
  readonly callbackData: string | null;
}

export interface TextRequest {
  readonly type: 'text';
  readonly body: string;
  readonly previewUrl: boolean;
}

export interface TemplateMessageRequest {
  readonly type: 'template';
  readonly template: TemplateRequest;
}

export interface ReadRequest {
  readonly type: 'read';
  readonly messageId: string;
}

/** What is said in a message. */
export type Saying = TextRequest | TemplateMessageRequest | MediaRequest | LocationRequest | ContactsRequest | ReactionRequest | InteractiveRequest;

export type MessageRequest = Addressed & Saying;

const maxCallbackCharacters = 512;

const types = ['text', 'template', ...mediaTypes, 'location', 'contacts', 'reaction', 'interactive'] as const;
/** Known on the wire, and not carried here. */
const typesElsewhere = ['order', 'pin'];

type Fields = ReturnType<typeof fieldsOf>;

/** Reads the body of `POST /{version}/{phone-number-id}/messages`. Throws WireFault that says which field to fix. */
export function parseRequest(body: unknown): MessageRequest | ReadRequest {
  const fields = fieldsOf(body, wholeBody);
  if (fields['messaging_product'] !== 'whatsapp') throw invalid('messaging_product', 'must be "whatsapp".');
  if (fields['status'] !== undefined) return parseRead(fields);
  const type = fields['type'] ?? 'text';
  if (typeof type === 'string' && typesElsewhere.includes(type)) throw faultAt('unsupported-type', 'type', `"${type}" is not carried. Send one of ${types.join(', ')}.`);
  const known = types.find((one) => one === type);
  if (known === undefined) throw invalid('type', `must be one of ${types.join(', ')}.`);
  const addressed = parseAddress(fields);
  const saying = parseSaying(known, fields);
  if (saying.type === 'reaction' && addressed.context !== null) throw invalid('context', 'does not go with a reaction: it says itself which message it is on.');
  return { ...addressed, ...saying };
}

function parseSaying(type: (typeof types)[number], fields: Fields): Saying {
  switch (type) {
    case 'text':
      return { type, ...parseText(fields['text']) };
    case 'template':
      return { type, template: parseTemplate(fields['template']) };
    case 'location':
      return parseLocation(fields['location']);
    case 'contacts':
      return parseContacts(fields['contacts']);
    case 'reaction':
      return parseReaction(fields['reaction']);
    case 'interactive':
      return parseInteractive(fields['interactive']);
    default:
      return parseMedia(type satisfies MediaType, fields[type]);
  }
}

function parseRead(fields: Fields): ReadRequest {
  if (fields['status'] !== 'read') throw faultAt('invalid-value', 'status', 'must be "read": it marks a received message as read.');
  return { type: 'read', messageId: messageIdAt(fields['message_id'], 'message_id') };
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
  return messageIdAt(fieldsOf(context, 'context')['message_id'], 'context.message_id');
}

function parseText(text: unknown): { readonly body: string; readonly previewUrl: boolean } {
  if (text === undefined) throw missing('text', 'is missing: {"text": {"body": "…"}}.');
  const { body, preview_url: previewUrl } = fieldsOf(text, 'text');
  const words = textAt(body, 'text.body', maxTextLength);
  if (previewUrl !== undefined && typeof previewUrl !== 'boolean') throw invalid('text.preview_url', 'must be true or false.');
  return { body: words, previewUrl: previewUrl ?? false };
}
