import type { InboundMessage } from '../webhook/value.js';

/**
 * What a person reads of a message in a list, as the webhook has it: words as they were written, and in square brackets what is none, as
 * the contact's own phone shows it. Null where it could not be opened.
 */
export function wordsOf(message: InboundMessage): string | null {
  switch (message.type) {
    case 'text':
      return message.text?.body ?? null;
    case 'image':
    case 'video':
    case 'document':
      return joined(message.type, message[message.type]?.filename, message[message.type]?.caption);
    case 'audio':
      return message.audio?.voice === true ? '[voice message]' : '[audio]';
    case 'sticker':
      return '[sticker]';
    case 'location':
      return joined('location', message.location?.name, message.location?.address);
    case 'contacts':
      return joined('contact', message.contacts?.map(({ name }) => name['formatted_name']).join(', '));
    case 'reaction':
      return message.reaction?.emoji === undefined ? '[reaction taken back]' : joined('reaction', message.reaction.emoji);
    case 'interactive':
      return message.interactive?.type === 'list_reply' ? message.interactive.list_reply.title : (message.interactive?.button_reply.title ?? null);
    case 'button':
      return message.button?.text ?? null;
    case 'unsupported':
      return null;
    default:
      return message.type satisfies never;
  }
}

function joined(kind: string, ...said: readonly (string | undefined)[]): string {
  const words = said.filter((text) => text !== undefined && text !== '').join(', ');
  return words === '' ? `[${kind}]` : `[${kind}] ${words}`;
}
