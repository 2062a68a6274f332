import { describe, expect, it } from '@jest/globals';
import { generateDeviceKeys, newId, seal, systemRandom, templateHash, utf8 } from '@parley/crypto';
import { encodeContent, type Content } from './content.js';
import { openFromContact, openFromDevice, sealForDevices, type DirectoryEntry } from './sealed.js';
import { checkTemplateText, renderTemplate } from './template.js';

const device = (deviceId: string) => ({ deviceId, keys: generateDeviceKeys(systemRandom) });
const address = ({ deviceId, keys }: ReturnType<typeof device>) => ({ deviceId, publicKey: keys.publicKey });
const [phone, gateway] = [device('d1'), device('gw')];
const place = { businessId: 'b1', conversationId: 'b1.c1', messageId: newId('m', systemRandom) };
const inbound: Content = { type: 'text', body: 'hello', from: { phone: '4915112345678', name: 'Ada' } };
const sealing = { ...place, category: null, sender: phone, recipients: [address(gateway)], random: systemRandom };
const opening = { device: gateway, expected: { ...place, category: null } };
const entry: DirectoryEntry = { contactId: 'c1', devices: [address(device('d0')), address(phone)] };

describe('what a contact sends', () => {
  const envelope = sealForDevices({ ...sealing, content: inbound });
  const answering = (answer: DirectoryEntry | null) => openFromContact({ ...opening, envelope, lookup: () => Promise.resolve(answer) });

  it('opens at the business, with the number that the directory confirms', async () => {
    expect(await answering(entry)).toMatchObject({ content: inbound, phone: '4915112345678', name: 'Ada', sender: { deviceId: 'd1' } });
  });

  it('is not believed where the directory says otherwise', async () => {
    const unknown = expect.objectContaining({ code: 'sender_unknown' });
    await expect(answering(null)).rejects.toEqual(unknown);
    await expect(answering({ ...entry, contactId: 'c2' })).rejects.toEqual(unknown);
    await expect(answering({ ...entry, devices: [] })).rejects.toEqual(unknown);
    await expect(answering({ ...entry, devices: [{ deviceId: 'd1', publicKey: gateway.keys.publicKey }] })).rejects.toEqual(unknown);
    await expect(answering({ ...entry, devices: [{ deviceId: 'd2', publicKey: phone.keys.publicKey }] })).rejects.toEqual(unknown);
    const anonymous = sealForDevices({ ...sealing, content: { type: 'text', body: 'hello' } });
    await expect(openFromContact({ ...opening, envelope: anonymous, lookup: () => Promise.resolve(entry) })).rejects.toEqual(unknown);
  });
});

describe('a template', () => {
  const text = { name: 'parcel', language: 'en', version: 2, category: 'utility', body: 'Hi {{1}}, {{ 2 }} and {{1}}' };
  const hash = templateHash(text);
  const value = (shown: string) => ({ kind: 'text', text: shown });
  const content = { type: 'template', name: 'parcel', language: 'en', version: 2, hash, parameters: [{ component: 'body', values: [value('a'), value('$& {{1}}')] }] } as const;

  it('goes with its hash in the header', () => {
    const envelope = sealForDevices({ ...sealing, content, category: 'utility' });
    expect(openFromDevice({ envelope, device: gateway, expected: { ...place, templateHash: hash } })).toMatchObject({ content, category: 'utility' });
  });

  it('is refused where header and content name different ones', () => {
    const binding = { ...place, category: 'utility', templateHash: '00'.repeat(32) };
    for (const [plaintext, bound] of [[encodeContent(content), binding], [encodeContent(content), { ...binding, templateHash: null }], [encodeContent(inbound), binding]] as const) {
      const envelope = seal({ plaintext, binding: bound, sender: phone, recipients: [address(gateway)], random: systemRandom });
      expect(() => openFromDevice({ envelope, device: gateway, expected: place })).toThrow(expect.objectContaining({ code: 'template_mismatch' }));
    }
    const envelope = seal({ plaintext: utf8('{}'), binding: { ...binding, templateHash: null }, sender: phone, recipients: [address(gateway)], random: systemRandom });
    expect(() => openFromDevice({ envelope, device: gateway, expected: place })).toThrow(expect.objectContaining({ code: 'content_malformed' }));
  });

  it('is filled in place by place; what a value looks like does not matter', () => {
    expect(renderTemplate(text.body, content.parameters)).toBe('Hi a, $& {{1}} and a');
    expect(renderTemplate('No places', [])).toBe('No places');
    const mismatch = expect.objectContaining({ code: 'parameters_mismatch' });
    expect(() => renderTemplate('{{1}} {{2}}', [{ component: 'body', values: [value('a')] }])).toThrow(mismatch);
    expect(() => renderTemplate('{{0}}', [{ component: 'body', values: [value('a')] }])).toThrow(mismatch);
    expect(() => renderTemplate('{{1}}', content.parameters)).toThrow(mismatch);
    expect(() => renderTemplate('{{1}}', [])).toThrow(mismatch);
  });

  it('is checked against the text in every part', () => {
    const mismatch = expect.objectContaining({ code: 'template_mismatch' });
    expect(() => checkTemplateText(content, 'utility', text)).not.toThrow();
    for (const change of [{ name: 'x' }, { language: 'de' }, { version: 3 }, { body: 'x' }, { category: 'marketing' }]) {
      const other = { ...text, ...change };
      expect(() => checkTemplateText(content, other.category, other)).toThrow(mismatch);
      if (!('body' in change)) expect(() => checkTemplateText({ ...content, hash: templateHash(other) }, 'utility', other)).toThrow(mismatch);
    }
    expect(() => checkTemplateText(content, null, text)).toThrow(mismatch);
  });
});
