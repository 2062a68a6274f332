import { expect, it } from '@jest/globals';
import type { InboundMessage } from '../webhook/value.js';
import { wordsOf } from './words.js';

const file = { id: '1', mime_type: 'image/png', sha256: 'x' };
const said: readonly (readonly [Partial<InboundMessage>, string | null])[] = [
  [{ type: 'text', text: { body: 'Hello' } }, 'Hello'],
  [{ type: 'image', image: { ...file, caption: 'Broken' } }, '[image] Broken'],
  [{ type: 'video', video: file }, '[video]'],
  [{ type: 'document', document: { ...file, filename: 'bill.pdf', caption: 'May' } }, '[document] bill.pdf, May'],
  [{ type: 'audio', audio: { ...file, voice: true } }, '[voice message]'],
  [{ type: 'audio', audio: file }, '[audio]'],
  [{ type: 'sticker', sticker: file }, '[sticker]'],
  [{ type: 'location', location: { latitude: 1, longitude: 2, name: 'Shop' } }, '[location] Shop'],
  [{ type: 'contacts', contacts: [{ name: { formatted_name: 'Ada' } }, { name: { formatted_name: 'Bob' } }] }, '[contact] Ada, Bob'],
  [{ type: 'reaction', reaction: { message_id: 'x', emoji: '👍' } }, '[reaction] 👍'],
  [{ type: 'reaction', reaction: { message_id: 'x' } }, '[reaction taken back]'],
  [{ type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } }, 'Yes'],
  [{ type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'y', title: 'Friday' } } }, 'Friday'],
  [{ type: 'button', button: { payload: 'p', text: 'More' } }, 'More'],
  [{ type: 'unsupported' }, null],
];

it.each(said)('%j is read as words', (message, words) => {
  expect(wordsOf({ from: '1', id: 'wamid.x', timestamp: '1', ...message } as InboundMessage)).toBe(words);
});
