import { canonicalJson, fromUtf8, phoneDigitsOf, utf8, type Json } from '@parley/crypto';
import { ContentError } from './error.js';

/** The contact who wrote, said inside the sealed content: the business learns a phone number from the contact, never from the platform. */
export type ContactName = {
  /** Digits of the number; who opens it checks with the directory that it is this contact's. */
  readonly phone: string;
  /** What the contact calls itself; unproven. */
  readonly name: string;
};

/** Words typed by a person or a program. 1 to 4,096 characters. */
export type TextContent = {
  readonly type: 'text';
  readonly body: string;
  /** Only in what a contact sends. */
  readonly from?: ContactName;
  /** The message this one answers, if it was quoted. */
  readonly replyTo?: string;
};

/** One value for one place of a template: its kind on the wire, and the text that is shown. */
export type TemplateValue = { readonly kind: string; readonly text: string };

/** The values of one component of a template, in the order of their places; a component that takes none may be left out. */
export type TemplateParameters = { readonly component: string; readonly values: readonly TemplateValue[] };

/** An approved template and the values for its places. The receiver fetches the text by its hash and fills it in. */
export type TemplateContent = {
  readonly type: 'template';
  readonly name: string;
  readonly language: string;
  readonly version: number;
  readonly hash: string;
  readonly parameters: readonly TemplateParameters[];
};

/** What an envelope holds. */
export type Content = TextContent | TemplateContent;

/** Longest text of a message or of one value, in UTF-16 code units. */
export const maxTextLength = 4096;
const maxParameters = 64;

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

/** Builds the content anew from the fields it may have, checking each. The argument is a claim: it may be anything. */
function checkContent(claim: Content): Content {
  const type: unknown = claim !== null && typeof claim === 'object' ? claim.type : undefined;
  if (typeof type !== 'string') throw malformed('content is an object with a type');
  if (claim.type === 'text') return checkText(claim);
  if (claim.type === 'template') return checkTemplate(claim);
  claim satisfies never;
  throw new ContentError('content_unsupported', 'this type of content is not known here; a newer version may read it');
}

/** Hash of the template that a content fills in; null for what is free-form. */
export function templateHashOf(content: Content): string | null {
  switch (content.type) {
    case 'text':
      return null;
    case 'template':
      return content.hash;
    default:
      return content satisfies never;
  }
}

function checkText({ body, from, replyTo }: TextContent): TextContent {
  return {
    type: 'text',
    body: line(body, 'body', 1, maxTextLength),
    ...(from === undefined ? {} : { from: checkContact(from) }),
    ...(replyTo === undefined ? {} : { replyTo: line(replyTo, 'replyTo', 1, 128) }),
  };
}

function checkContact(from: ContactName): ContactName {
  if (from === null || typeof from !== 'object') throw malformed('from is an object');
  if (typeof from.phone !== 'string' || phoneDigitsOf(from.phone) !== from.phone) throw malformed('from.phone is the digits of a number');
  return { phone: from.phone, name: line(from.name, 'from.name', 0, 256) };
}

function checkTemplate({ name, language, version, hash, parameters }: TemplateContent): TemplateContent {
  if (!Number.isSafeInteger(version)) throw malformed('version is a whole number');
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) throw malformed('hash is 64 hex digits');
  return {
    type: 'template',
    name: line(name, 'name', 1, 512),
    language: line(language, 'language', 1, 32),
    version,
    hash,
    parameters: list(parameters, 'parameters').map(({ component, values }) => ({
      component: line(component, 'component', 1, 32),
      values: list(values, 'values').map(({ kind, text }) => ({ kind: line(kind, 'kind', 1, 32), text: line(text, 'text', 0, maxTextLength) })),
    })),
  };
}

function line(value: unknown, field: string, least: number, most: number): string {
  if (typeof value !== 'string' || value.length < least) throw malformed(`${field} is text of at least ${least} characters`);
  if (value.length > most) throw new ContentError('content_too_long', `${field} has ${value.length} characters; at most ${most} fit`);
  return value;
}

function list<T>(value: readonly T[], field: string): readonly T[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [null];
  if (items.length > maxParameters || items.some((item) => item === null || typeof item !== 'object')) {
    throw malformed(`${field} is a list of at most ${maxParameters} objects`);
  }
  return value;
}

function spell(content: Content): string {
  try {
    return canonicalJson(content as Json); // Checked, it holds objects, lists, text and whole numbers only; a missing field is left out.
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

function malformed(message: string): ContentError {
  return new ContentError('content_malformed', message);
}
