import { describe, expect, it } from '@jest/globals';
import { beginSession, fromBase64, newAgreementKeys, newSigningKeys, readMessage, sealMessage, signBundle, systemRandom, toBase64 } from '@parley/crypto';
import type { SessionDevice } from '@parley/crypto';
import { contentFor } from './content.js';

const binding = { businessId: 'acme', conversationId: 'acme.c1', messageId: 'm1', category: null, templateHash: null };

function endOf(accountId: string, deviceId: string): { readonly own: SessionDevice; readonly bundle: Uint8Array } {
  const [signing, agreement, prekey] = [newSigningKeys(systemRandom), newAgreementKeys(systemRandom), newAgreementKeys(systemRandom)];
  const identity = { accountId, deviceId, accountKey: signing.publicKey, signingKey: signing.publicKey, agreementKey: agreement.publicKey, listVersion: 1 };
  return { own: { identity, agreement }, bundle: signBundle(identity, signing.seed, { signed: { id: 1, createdAt: 1, publicKey: prekey.publicKey }, oneTime: null }) };
}

const sender = endOf('c1', 'd1').own;
const recipients = ['b1', 'b2'].map((deviceId) => {
  const { own, bundle } = endOf('acme', deviceId);
  return { session: beginSession(sender, own.identity, bundle, systemRandom), listVersion: 1 };
});
const { envelope } = sealMessage({ binding, body: new Uint8Array([1]), lastSeen: null, sender, recipients, random: systemRandom });

describe('what a device is given of an envelope', () => {
  it('is its own wrap, and no other', () => {
    const { envelope: given, reason } = contentFor(envelope, { accountId: 'acme', deviceId: 'b2' });
    expect(reason).toBeNull();
    expect(readMessage(fromBase64(given!)!).wraps.map(({ recipient }) => recipient)).toEqual([{ accountId: 'acme', deviceId: 'b2' }]);
  });

  it('is nothing, and why, where it has none', () => {
    for (const device of [{ accountId: 'acme', deviceId: 'b3' }, { accountId: 'c1', deviceId: 'b1' }]) {
      expect(contentFor(envelope, device)).toEqual({ envelope: null, reason: 'not_a_recipient', detail: expect.stringContaining('without this device') });
    }
  });

  it('is all of it where no device is named, and where it is none', () => {
    expect(contentFor(envelope, null)).toEqual({ envelope: toBase64(envelope), reason: null, detail: null });
    const other = new Uint8Array([9, 9]);
    expect(contentFor(other, { accountId: 'acme', deviceId: 'b9' })).toEqual({ envelope: toBase64(other), reason: null, detail: null });
  });

  it('is nothing without a reason once its time is over', () => {
    expect(contentFor(null, { accountId: 'acme', deviceId: 'b1' })).toEqual({ envelope: null, reason: null, detail: null });
  });
});
