import { describe, expect, it } from '@jest/globals';
import { toBase64 } from '@parley/crypto';
import type { AttachedFile, Content } from '@parley/sdk';
import { isInbound, sayingOf, type InboundContent, type InboundSaying } from './inbound.js';

const from = { phone: '15551230001', name: 'Ada' };
const file: AttachedFile = { attachmentId: 'at1', key: 'secret-key', hash: 'secret-hash', length: 3, mimeType: 'image/jpeg', sha256: '00ff'.repeat(16), filename: 'a.jpg' };
const named = { id: '42', mime_type: 'image/jpeg', sha256: toBase64(Uint8Array.from({ length: 32 }, (_, i) => (i % 2) * 255)) };

describe('what a contact said, on the wire', () => {
  it.each<[InboundContent, InboundSaying]>([
    [{ type: 'text', body: 'Hi', from }, { type: 'text', text: { body: 'Hi' } }],
    [{ type: 'image', file, caption: 'A', from }, { type: 'image', image: { ...named, caption: 'A' } }],
    [{ type: 'video', file, from }, { type: 'video', video: named }],
    [{ type: 'audio', file, voice: true, from }, { type: 'audio', audio: { ...named, voice: true } }],
    [{ type: 'audio', file, from }, { type: 'audio', audio: { ...named, voice: false } }],
    [{ type: 'document', file, caption: 'A', from }, { type: 'document', document: { ...named, caption: 'A', filename: 'a.jpg' } }],
    [{ type: 'sticker', file, animated: true, from }, { type: 'sticker', sticker: { ...named, animated: true } }],
    [{ type: 'location', latitudeE7: 525_200_000, longitudeE7: -134_050_001, name: 'Home', from }, { type: 'location', location: { latitude: 52.52, longitude: -13.4050001, name: 'Home' } }],
    [
      { type: 'contacts', contacts: [{ name: { formattedName: 'Bob B', firstName: 'Bob' }, birthday: '1990-01-01', phones: [{ phone: '1', waId: '2', type: 'CELL' }], org: { company: 'C' } }], from },
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Bob B', first_name: 'Bob' }, birthday: '1990-01-01', phones: [{ phone: '1', wa_id: '2', type: 'CELL' }], org: { company: 'C' } }] },
    ],
    [{ type: 'reaction', messageId: 'm1', emoji: '👍', from }, { type: 'reaction', reaction: { message_id: 'wamid.w1', emoji: '👍' } }],
    [{ type: 'reaction', messageId: 'm1', emoji: '', from }, { type: 'reaction', reaction: { message_id: 'wamid.w1' } }],
    [{ type: 'button_reply', id: 'yes', title: 'Yes', from }, { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } }],
    [{ type: 'list_reply', id: 'r', title: 'Row', description: 'D', from }, { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row', description: 'D' } } }],
    [{ type: 'template_reply', payload: 'P', text: 'Yes', from }, { type: 'button', button: { payload: 'P', text: 'Yes' } }],
  ])('%j', (content, saying) => {
    expect(sayingOf(content, '42', 'w1')).toEqual(saying);
    expect(JSON.stringify(sayingOf(content, '42', 'w1'))).not.toMatch(/secret|at1/); // Keys stay in the gateway.
  });

  it('is nothing that only a business says, and nothing without its writer', () => {
    const foreign: Content[] = [
      { type: 'interactive', kind: 'cta_url', body: 'x', button: 'y', url: 'https://example.com', from },
      { type: 'template', name: 'n', language: 'en', version: 1, hash: 'a'.repeat(64), parameters: [] },
      { type: 'text', body: 'Hi' },
    ];
    expect(foreign.filter(isInbound)).toEqual([]);
    expect(isInbound({ type: 'text', body: 'Hi', from })).toBe(true);
  });
});
