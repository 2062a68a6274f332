import { canonicalJson, fromUtf8, utf8, type Json } from '@parley/crypto';
import { ContentError } from './error.js';
import { malformed } from './fields.js';
import { checkContacts, type ContactsContent } from './kinds/contacts.js';
import { checkInteractive, type InteractiveContent } from './kinds/interactive.js';
import { checkLocation, type LocationContent } from './kinds/location.js';
import { checkMedia, type MediaContent } from './kinds/media.js';
import { checkReaction, type ReactionContent } from './kinds/reaction.js';
import { checkReply, type ReplyContent } from './kinds/reply.js';
import type { ContactName } from './kinds/said.js';
import { checkTemplate, type TemplateContent } from './kinds/template.js';
import { checkText, type TextContent } from './kinds/text.js';

/** What an envelope holds. */
export type Content = TextContent | TemplateContent | MediaContent | LocationContent | ContactsContent | ReactionContent | InteractiveContent | ReplyContent;

/** The content as canonical JSON in UTF-8: equal contents are equal bytes. Throws ContentError. */
export function encodeContent(content: Content): Uint8Array {
  return utf8(spell(checkContent(content)));
}

/** Reads what `encodeContent` wrote; any other spelling of it is refused, so that two ends never read one text in two ways. Throws ContentError. */
export function decodeContent(bytes: Uint8Array): Content {
  const text = fromUtf8(bytes);
  const json = text === null ? undefined : parse(text);
  const content = checkContent(json as Content);
  if (spell(content) !== text) throw malformed('the content is not in its canonical form');
  return content;
}

/** Which contact the content says it is from; undefined where it does not say, as what a business sends. */
export function senderOf(content: Content): ContactName | undefined {
  return content.type === 'template' ? undefined : content.from;
}

/** The message that the content quotes; undefined where it quotes none. */
export function quotedBy(content: Content): string | undefined {
  return content.type === 'template' || content.type === 'reaction' ? undefined : content.replyTo;
}

/** Hash of the template that a content fills in; null for what is free-form. */
export function templateHashOf(content: Content): string | null {
  return content.type === 'template' ? content.hash : null;
}

/** Builds the content anew from the fields it may have, checking each. The argument is a claim: it may be anything. */
function checkContent(claim: Content): Content {
  const type: unknown = claim !== null && typeof claim === 'object' ? claim.type : undefined;
  if (typeof type !== 'string') throw malformed('content is an object with a type');
  switch (claim.type) {
    case 'text':
      return checkText(claim);
    case 'template':
      return checkTemplate(claim);
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return checkMedia(claim);
    case 'location':
      return checkLocation(claim);
    case 'contacts':
      return checkContacts(claim);
    case 'reaction':
      return checkReaction(claim);
    case 'interactive':
      return checkInteractive(claim);
    case 'button_reply':
    case 'list_reply':
    case 'template_reply':
      return checkReply(claim);
    default:
      claim satisfies never;
      throw new ContentError('content_unsupported', 'this type of content is not known here; a newer version may read it');
  }
}

function spell(content: Content): string {
  try {
    return canonicalJson(content as Json); // Checked, it holds objects, lists, text, whole numbers and true only; a missing field is left out.
  } catch (error) {
    if (error instanceof TypeError) throw malformed(error.message);
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
