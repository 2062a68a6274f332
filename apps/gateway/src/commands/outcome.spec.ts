import { describe, expect, it } from '@jest/globals';
import type { InboundMessage, WebhookValue } from '../webhook/value.js';
import { outcomeOfEvent } from './outcome.js';

const common = { from: '15551230001', id: 'wamid.x', timestamp: '1795428000', context: { from: '1', id: 'wamid.y' } };
const word = 'canary';
const file = { id: word, mime_type: 'image/png', sha256: word, caption: word };
const messages: InboundMessage[] = [
  { ...common, type: 'text', text: { body: word } },
  { ...common, type: 'image', image: file },
  { ...common, type: 'document', document: { ...file, filename: word } },
  { ...common, type: 'location', location: { latitude: 1, longitude: 2, name: word } },
  { ...common, type: 'contacts', contacts: [{ name: { formatted_name: word } }] },
  { ...common, type: 'reaction', reaction: { message_id: 'wamid.z', emoji: word } },
  { ...common, type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: word, title: word } } },
  { ...common, type: 'button', button: { payload: word, text: word } },
];

describe('a message on the topic', () => {
  it.each(messages)('is there whole, or without a word of it: $type', (message) => {
    const value: WebhookValue = { messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: '2' }, contacts: [{ profile: { name: word }, wa_id: common.from }], messages: [message] };
    const told = (withContent: boolean) => outcomeOfEvent({ id: 'e', at: 1, value }, 'w', withContent)!.body;
    expect(told(true)).toContain(JSON.stringify(message));
    expect(told(false)).not.toContain(word);
    expect(JSON.parse(told(false))).toMatchObject({ entry: [{ changes: [{ value: { messages: [{ ...common, type: message.type }] } }] }] });
  });
});
