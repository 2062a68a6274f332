// X3DH (Signal, revision 1) on X25519 and HKDF-SHA512. PROTOCOL.md states it byte by byte.
import { suite25519, type DeviceIdentity } from '../account/device-list.js';
import { openBundle, type OneTimePrekey, type Prekeys, type SignedPrekey } from '../account/prekey.js';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { hkdf, infos, keyBytes, labels, newAgreementKeys, sha512, x25519, type AgreementKeys } from '../primitives/primitives.js';
import type { Random } from '../random.js';
import { prefixedText, u32 } from '../wire.js';
import type { Opening, Session } from './session.js';

export const sessionIdBytes = 16;
const padding = new Uint8Array(keyBytes).fill(0xff);

/** A device's own side: what its list says of it, and the secret half of its agreement key. */
export type OwnDevice = { readonly identity: DeviceIdentity; readonly agreement: AgreementKeys };

function party({ accountId, deviceId, accountKey, signingKey, agreementKey }: DeviceIdentity, listVersion: number): Uint8Array {
  return concat(prefixedText(accountId), prefixedText(deviceId), accountKey, signingKey, agreementKey, u32(listVersion));
}

type Parties = { readonly initiator: DeviceIdentity; readonly responder: DeviceIdentity };

/** SHA-512 of all that both ends have to agree on: it is the salt of the secret, and names the session. */
function associationHash({ initiator, responder }: Parties, opening: Opening, signed: Uint8Array, oneTime: Uint8Array | null): Uint8Array {
  return sha512(
    concat(
      prefixedText(labels.association),
      Uint8Array.of(suite25519),
      party(initiator, opening.initiatorListVersion),
      party(responder, opening.responderListVersion),
      opening.ephemeralKey,
      u32(opening.signedPrekeyId),
      signed,
      ...(oneTime === null ? [Uint8Array.of(0)] : [Uint8Array.of(1), u32(opening.oneTimePrekeyId!), oneTime]),
    ),
  );
}

function secretOf(association: Uint8Array, agreements: readonly Uint8Array[]): Uint8Array {
  return hkdf(concat(padding, ...agreements), association, infos.agreement).slice(0, 32);
}

/**
 * Begins a session with a device: its bundle is what the directory handed out, its identity comes from a verified list. The first message can be
 * sealed at once. Draws 32 bytes. Throws CryptoError 'weak_key', 'bad_signature', 'sender_mismatch', 'malformed', 'unsupported'.
 */
export function beginSession(own: OwnDevice, peer: DeviceIdentity, bundle: Uint8Array, random: Random): Session {
  const { signed, oneTime } = openBundle(bundle, peer);
  return begin(own, peer, signed, oneTime, random);
}

function begin(own: OwnDevice, peer: DeviceIdentity, signed: SignedPrekey, oneTime: OneTimePrekey | null, random: Random): Session {
  const ephemeral = newAgreementKeys(random);
  const opening: Opening = {
    ephemeralKey: ephemeral.publicKey,
    initiatorListVersion: own.identity.listVersion,
    responderListVersion: peer.listVersion,
    signedPrekeyId: signed.id,
    oneTimePrekeyId: oneTime?.id ?? null,
  };
  const association = associationHash({ initiator: own.identity, responder: peer }, opening, signed.publicKey, oneTime?.publicKey ?? null);
  const agreements = [
    x25519(own.agreement.secretKey, signed.publicKey),
    x25519(ephemeral.secretKey, peer.agreementKey),
    x25519(ephemeral.secretKey, signed.publicKey),
    ...(oneTime === null ? [] : [x25519(ephemeral.secretKey, oneTime.publicKey)]),
  ];
  return {
    id: association.slice(0, sessionIdBytes),
    peer: { accountId: peer.accountId, deviceId: peer.deviceId },
    root: secretOf(association, agreements),
    pair: null,
    peerKey: signed.publicKey,
    sendingKey: null,
    sent: 0,
    previous: 0,
    receivingKey: null,
    received: 0,
    opening,
    skipped: [],
  };
}

/** A session as the other end begins it: it has to open a message before it may be kept. */
export type AcceptedSession = Omit<Session, 'peerKey' | 'pair'> & { readonly peerKey: null; readonly pair: AgreementKeys };

/**
 * The session that a peer began with one of our prekeys. Throws CryptoError 'unknown_prekey', 'weak_key', and 'refused' where both ends do not mean
 * the same identities, list versions and prekeys.
 */
export function acceptSession(own: OwnDevice, peer: DeviceIdentity, opening: Opening, id: Uint8Array, prekeys: Prekeys): AcceptedSession {
  const signed = prekeys.signed.find((prekey) => prekey.id === opening.signedPrekeyId);
  if (signed === undefined) throw new CryptoError('unknown_prekey', `signed prekey ${opening.signedPrekeyId} is not held any more`);
  const oneTime = opening.oneTimePrekeyId === null ? null : prekeys.oneTime.find((prekey) => prekey.id === opening.oneTimePrekeyId);
  if (oneTime === undefined) throw new CryptoError('unknown_prekey', `one-time prekey ${opening.oneTimePrekeyId} is not held, or was used`);
  const association = associationHash({ initiator: peer, responder: own.identity }, opening, signed.keys.publicKey, oneTime?.keys.publicKey ?? null);
  if (!constantTimeEqual(association.subarray(0, sessionIdBytes), id)) throw new CryptoError('refused', 'the session is not between these identities and prekeys');
  const agreements = [
    x25519(signed.keys.secretKey, peer.agreementKey),
    x25519(own.agreement.secretKey, opening.ephemeralKey),
    x25519(signed.keys.secretKey, opening.ephemeralKey),
    ...(oneTime === null ? [] : [x25519(oneTime.keys.secretKey, opening.ephemeralKey)]),
  ];
  return {
    id,
    peer: { accountId: peer.accountId, deviceId: peer.deviceId },
    root: secretOf(association, agreements),
    pair: signed.keys,
    peerKey: null,
    sendingKey: null,
    sent: 0,
    previous: 0,
    receivingKey: null,
    received: 0,
    opening: null,
    skipped: [],
  };
}
