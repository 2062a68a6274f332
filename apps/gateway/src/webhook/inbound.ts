import { cardFields, degreeE7, senderOf, type ContactCard, type Content, type MediaContent } from '@parley/sdk';
import { fromHex, toBase64 } from '@parley/crypto';
import { onWire } from '../wire/requests/contacts.js';
import { wamidOf } from '../wire/wamid.js';

/** A file as a webhook names it: its id is what it can be downloaded by. */
export interface InboundFile {
  readonly id: string;
  readonly mime_type: string;
  /** Of the plain file, base64, as the wire has it here. */
  readonly sha256: string;
  readonly caption?: string;
  readonly filename?: string;
  readonly voice?: boolean;
  readonly animated?: boolean;
}

type Text<K extends string> = { readonly [key in K]?: string };

/** A card in the wire's words. */
export interface InboundCard {
  readonly name: Text<string>;
  readonly birthday?: string;
  readonly org?: Text<string>;
  readonly phones?: readonly Text<string>[];
  readonly emails?: readonly Text<string>[];
  readonly addresses?: readonly Text<string>[];
  readonly urls?: readonly Text<string>[];
}

/** What was said, in a webhook: its type, and the field that the type names. */
export type InboundSaying =
  | { readonly type: 'text'; readonly text: { readonly body: string } }
  | { readonly type: 'image'; readonly image: InboundFile }
  | { readonly type: 'video'; readonly video: InboundFile }
  | { readonly type: 'audio'; readonly audio: InboundFile }
  | { readonly type: 'document'; readonly document: InboundFile }
  | { readonly type: 'sticker'; readonly sticker: InboundFile }
  | { readonly type: 'location'; readonly location: { readonly latitude: number; readonly longitude: number; readonly name?: string; readonly address?: string } }
  | { readonly type: 'contacts'; readonly contacts: readonly InboundCard[] }
  | { readonly type: 'reaction'; readonly reaction: { readonly message_id: string; readonly emoji?: string } }
  | { readonly type: 'interactive'; readonly interactive: InboundTap }
  | { readonly type: 'button'; readonly button: { readonly payload: string; readonly text: string } };

type FieldOf<K extends string> = Extract<InboundSaying, { readonly [key in K]: unknown }>[K & keyof Extract<InboundSaying, { readonly [key in K]: unknown }>];

/** The fields of all types. */
export interface AnySaying {
  readonly text?: FieldOf<'text'>;
  readonly image?: InboundFile;
  readonly video?: InboundFile;
  readonly audio?: InboundFile;
  readonly document?: InboundFile;
  readonly sticker?: InboundFile;
  readonly location?: FieldOf<'location'>;
  readonly contacts?: FieldOf<'contacts'>;
  readonly reaction?: FieldOf<'reaction'>;
  readonly interactive?: InboundTap;
  readonly button?: FieldOf<'button'>;
}

export type InboundTap =
  | { readonly type: 'button_reply'; readonly button_reply: { readonly id: string; readonly title: string } }
  | { readonly type: 'list_reply'; readonly list_reply: { readonly id: string; readonly title: string; readonly description?: string } };

/** What a contact may send; templates and messages to tap on are the business's. */
export type InboundContent = Exclude<Content, { type: 'template' | 'interactive' }>;

export function isInbound(content: Content): content is InboundContent {
  return content.type !== 'template' && content.type !== 'interactive' && senderOf(content) !== undefined;
}

/** `mediumId`: under which a file can be downloaded, of content that has one. `reactedTo`: wire id of the message that a reaction is on. */
export function sayingOf(content: InboundContent, mediumId: string, reactedTo: string): InboundSaying {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: { body: content.body } };
    case 'image':
      return { type: 'image', image: fileOf(content, mediumId) };
    case 'video':
      return { type: 'video', video: fileOf(content, mediumId) };
    case 'audio':
      return { type: 'audio', audio: { ...fileOf(content, mediumId), voice: content.voice === true } };
    case 'document':
      return { type: 'document', document: fileOf(content, mediumId) };
    case 'sticker':
      return { type: 'sticker', sticker: { ...fileOf(content, mediumId), animated: content.animated === true } };
    case 'location': {
      const { latitudeE7, longitudeE7, name, address } = content;
      return { type: 'location', location: { latitude: latitudeE7 / degreeE7, longitude: longitudeE7 / degreeE7, ...there({ name, address }) } };
    }
    case 'contacts':
      return { type: 'contacts', contacts: content.contacts.map(cardOnWire) };
    case 'reaction':
      // Taken back: the wire leaves the emoji out.
      return { type: 'reaction', reaction: { message_id: wamidOf(reactedTo), ...(content.emoji === '' ? {} : { emoji: content.emoji }) } };
    case 'button_reply':
      return { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: content.id, title: content.title } } };
    case 'list_reply':
      return { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: content.id, title: content.title, ...there({ description: content.description }) } } };
    case 'template_reply':
      return { type: 'button', button: { payload: content.payload, text: content.text } };
    default:
      return content satisfies never;
  }
}

function fileOf(content: MediaContent, id: string): InboundFile {
  const { mimeType, sha256, filename } = content.file;
  const caption = 'caption' in content ? content.caption : undefined;
  const name = content.type === 'document' ? filename : undefined;
  return { ...there({ caption, filename: name }), mime_type: mimeType, sha256: toBase64(fromHex(sha256) ?? new Uint8Array()), id };
}

const lists = [['phones', 'phone'], ['emails', 'email'], ['addresses', 'address'], ['urls', 'url']] as const;

function cardOnWire(card: ContactCard): InboundCard {
  const { name, birthday, org } = card;
  const several = lists.flatMap(([list, kind]) => {
    const items: readonly Text<string>[] | undefined = card[list];
    return items === undefined ? [] : [[list, items.map((item) => wordsOf(item, cardFields[kind]))]];
  });
  return { name: wordsOf(name, cardFields.name), ...there({ birthday }), ...(org === undefined ? {} : { org: wordsOf(org, cardFields.org) }), ...Object.fromEntries(several) };
}

function wordsOf(item: Text<string>, fields: readonly string[]): Text<string> {
  return Object.fromEntries(fields.flatMap((field) => (item[field] === undefined ? [] : [[onWire(field), item[field]]])));
}

/** Those that are there. */
function there<K extends string>(fields: { readonly [key in K]: string | undefined }): Text<K> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Text<K>;
}
