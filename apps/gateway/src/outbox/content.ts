import type { AttachedFile, Content, InteractiveHeader, TemplateParameters } from '@parley/sdk';
import type { HeaderRequest, InteractiveRequest } from '../wire/requests/interactive.js';
import type { MediaRequest, MediumRef } from '../wire/requests/media.js';
import type { MessageRequest } from '../wire/request.js';
import type { ComponentRequest, FilledTemplate } from '../wire/template.js';
import { given } from '../wire/values.js';

/** What the rest of the gateway adds to a request. */
export interface Surroundings {
  /** Of a template message. */
  readonly filled: FilledTemplate | null;
  /** The platform's id of the message that it answers; of a reaction: that it is on. */
  readonly quoted: string | null;
  /** Leaves a file with the platform, for the message to speak of. */
  readonly attach: (medium: MediumRef) => Promise<{ readonly file: AttachedFile; readonly isAnimated: boolean }>;
}

type Quoting = { readonly replyTo?: string };

/** What the contact's devices will read. Throws what `attach` throws. */
export async function contentOf(request: MessageRequest, { filled, quoted, attach }: Surroundings): Promise<Content> {
  const quoting: Quoting = given('replyTo', quoted);
  switch (request.type) {
    case 'text':
      return { type: 'text', body: request.body, ...quoting };
    case 'template':
      if (filled === null) throw new TypeError('a template message needs its filled template');
      return templateOf(filled, attach);
    case 'location': {
      const { type, latitudeE7, longitudeE7, name, address } = request;
      return { type, latitudeE7, longitudeE7, ...given('name', name), ...given('address', address), ...quoting };
    }
    case 'contacts':
      return { type: 'contacts', contacts: request.contacts, ...quoting };
    case 'reaction':
      if (quoted === null) throw new TypeError('a reaction is on a message');
      return { type: 'reaction', messageId: quoted, emoji: request.emoji };
    case 'interactive':
      return interactiveOf(request, quoting, attach);
    default:
      return mediaOf(request, quoting, attach);
  }
}

type Attach = Surroundings['attach'];

async function mediaOf({ type, medium, caption, voice }: MediaRequest, quoting: Quoting, attach: Attach): Promise<Content> {
  const { file, isAnimated } = await attach(medium);
  switch (type) {
    case 'image':
    case 'video':
    case 'document':
      return { type, file, ...given('caption', caption), ...quoting };
    case 'audio':
      return { type, file, ...given('voice', voice || null), ...quoting };
    case 'sticker':
      return { type, file, ...given('animated', isAnimated || null), ...quoting };
    default:
      return type satisfies never;
  }
}

async function templateOf({ template: { name, language, version, hash }, components }: FilledTemplate, attach: Attach): Promise<Content> {
  return { type: 'template', name, language, version, hash, parameters: await Promise.all(components.map((component) => parametersOf(component, attach))) };
}

async function parametersOf({ component, values }: ComponentRequest, attach: Attach): Promise<TemplateParameters> {
  const filled = values.map(async ({ kind, text, medium }) => (medium === undefined ? { kind, text } : { kind, text, file: (await attach(medium)).file }));
  return { component, values: await Promise.all(filled) };
}

async function interactiveOf({ header, body, footer, action }: InteractiveRequest, quoting: Quoting, attach: Attach): Promise<Content> {
  const above = header === null ? null : await headerOf(header, attach);
  return { type: 'interactive', ...given('header', above), body, ...given('footer', footer), ...action, ...quoting };
}

async function headerOf(header: HeaderRequest, attach: Attach): Promise<InteractiveHeader> {
  return header.kind === 'text' ? header : { kind: header.kind, file: (await attach(header.medium)).file };
}
