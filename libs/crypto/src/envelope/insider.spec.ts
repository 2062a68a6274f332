import { describe, expect, it } from '@jest/globals';
import nacl from 'tweetnacl';
import { generateDeviceKeys } from '../agreement.js';
import { concat, utf8 } from '../bytes.js';
import { systemRandom } from '../random.js';
import { contentKeys, encodeWrap, parseEnvelope, tagOf, type Wrap } from './layout.js';
import { open } from './open.js';
import { pad, unpad } from './padding.js';
import { seal } from './seal.js';

const device = (deviceId: string) => ({ deviceId, keys: generateDeviceKeys(systemRandom) });
const [sender, phone, tablet] = [device('gw'), device('phone'), device('tablet')];
const binding = { businessId: 'b', conversationId: 'b.c', messageId: 'm', category: null, templateHash: null };
const recipients = [phone, tablet].map(({ deviceId, keys }) => ({ deviceId, publicKey: keys.publicKey }));

// Whoever may read a message knows its content secret: the second thing that sealing draws, after the ephemeral key.
const drawn: Uint8Array[] = [];
const envelope = seal({ plaintext: utf8('pay 10'), binding, sender, recipients, random: (n) => drawn[drawn.push(systemRandom(n)) - 1]! });
const parsed = parseEnvelope(envelope);
const { boxKey, tagKey } = contentKeys(drawn[1]!, parsed.headerBytes);

function rewritten(wraps: readonly Wrap[], content: Uint8Array): Uint8Array {
  const tagged = concat(parsed.headerBytes, Uint8Array.of(wraps.length), ...wraps.map(encodeWrap), content);
  return concat(tagged, tagOf(tagKey, tagged));
}
const openOn = (bytes: Uint8Array) => open({ envelope: bytes, recipient: phone, expected: binding, sender: sender.keys.publicKey });
const refused = expect.objectContaining({ code: 'refused' });

describe('one who knows the content secret', () => {
  it('can rebuild the envelope as it was: the test holds the right secret', () => {
    expect(rewritten(parsed.wraps, parsed.content)).toEqual(envelope);
  });

  it('cannot rewrite the text for another recipient', () => {
    const nonce = systemRandom(24);
    const content = concat(nonce, nacl.secretbox(pad(utf8('pay 99')), nonce, boxKey));
    expect(() => openOn(rewritten(parsed.wraps, content))).toThrow(refused);
  });

  it('cannot leave a wrap whose commitment is not that of its key', () => {
    const wraps = parsed.wraps.map((wrap) => ({ ...wrap, commitment: wrap.commitment.with(0, wrap.commitment[0]! ^ 1) }));
    expect(() => openOn(rewritten(wraps, parsed.content))).toThrow(refused);
  });

  it('cannot list a device twice, so that two implementations take different wraps', () => {
    const malformed = expect.objectContaining({ code: 'malformed' });
    expect(() => openOn(rewritten([...parsed.wraps, parsed.wraps[0]!], parsed.content))).toThrow(malformed);
  });

  it('cannot pad in another way', () => {
    const others = [new Uint8Array(256), new Uint8Array(256).fill(0x7f), concat(pad(utf8('x')), new Uint8Array(256))];
    for (const padded of others) expect(() => unpad(padded)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
