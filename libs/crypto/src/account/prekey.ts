import { concat } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { checkLabelled, keyBytes, labels, newAgreementKeys, signatureBytes, signLabelled, type AgreementKeys } from '../primitives/primitives.js';
import type { Random } from '../random.js';
import { checkId, checkWhole, idPattern, maxU32, prefixedText, readerOf, u16, u32, u53 } from '../wire.js';
import { protocolVersion, suite25519, type DeviceIdentity } from './device-list.js';

const dayMs = 86_400_000;
/** A signed prekey is the one handed out for 7 days, and opens for 30 more. */
export const prekeyRules = { rotateAfterMs: 7 * dayMs, keepForMs: 30 * dayMs, batch: 100, refillUnder: 20, mostOneTime: 1_000 } as const;

export type SignedPrekey = { readonly id: number; readonly createdAt: number; readonly publicKey: Uint8Array };
export type OneTimePrekey = { readonly id: number; readonly publicKey: Uint8Array };

/** What a directory hands to whoever begins a session; without a one-time prekey where none was left. */
export type PrekeyBundle = { readonly signed: SignedPrekey; readonly oneTime: OneTimePrekey | null };

type Secret = { readonly id: number; readonly keys: AgreementKeys };
/** A device's own prekeys. Ids count up and are never used again. */
export type Prekeys = {
  readonly nextId: number;
  /** The newest first; the others are kept for what was sealed to them. `retiredAt` is null for the one in use. */
  readonly signed: readonly (Secret & { readonly createdAt: number; readonly retiredAt: number | null })[];
  /** The oldest first. */
  readonly oneTime: readonly Secret[];
};

export const noPrekeys: Prekeys = { nextId: 1, signed: [], oneTime: [] };

/** The prekeys at an instant: a new signed one where the newest is 7 days old, and none that was retired 30 days ago. */
export function rotatePrekeys(prekeys: Prekeys, now: number, random: Random): Prekeys {
  const kept = prekeys.signed.filter(({ retiredAt }) => retiredAt === null || now < retiredAt + prekeyRules.keepForMs);
  const [current] = kept;
  if (current !== undefined && current.retiredAt === null && now < current.createdAt + prekeyRules.rotateAfterMs) return { ...prekeys, signed: kept };
  const fresh = { id: takeId(prekeys.nextId), keys: newAgreementKeys(random), createdAt: now, retiredAt: null };
  const retired = kept.map((signed) => (signed.retiredAt === null ? { ...signed, retiredAt: now } : signed));
  return { ...prekeys, nextId: fresh.id + 1, signed: [fresh, ...retired] };
}

/** With a batch of 100 more one-time prekeys where the directory has fewer than 20 left; what was never used is forgotten beyond 1,000. */
export function refillPrekeys(prekeys: Prekeys, left: number, random: Random): { readonly prekeys: Prekeys; readonly added: readonly OneTimePrekey[] } {
  if (left >= prekeyRules.refillUnder) return { prekeys, added: [] };
  const fresh = Array.from({ length: prekeyRules.batch }, (_, index) => ({ id: takeId(prekeys.nextId + index), keys: newAgreementKeys(random) }));
  const oneTime = [...prekeys.oneTime, ...fresh].slice(-prekeyRules.mostOneTime);
  const added = fresh.map(({ id, keys }) => ({ id, publicKey: keys.publicKey }));
  return { prekeys: { ...prekeys, nextId: prekeys.nextId + prekeyRules.batch, oneTime }, added };
}

/** Without the one-time prekey that opened a session: it opens no second one. */
export function withoutPrekey(prekeys: Prekeys, id: number): Prekeys {
  return { ...prekeys, oneTime: prekeys.oneTime.filter((prekey) => prekey.id !== id) };
}

function takeId(id: number): number {
  if (id >= maxU32) throw new CryptoError('exhausted', 'no prekey id is left: register the device anew');
  return id;
}

/** The bytes of a bundle, its signed prekey signed by the device. */
export function signBundle(identity: Pick<DeviceIdentity, 'accountId' | 'deviceId'>, seed: Uint8Array, { signed, oneTime }: PrekeyBundle): Uint8Array {
  const body = concat(
    prefixedText(checkId(identity.accountId, 'accountId')),
    prefixedText(checkId(identity.deviceId, 'deviceId')),
    u32(checkWhole(signed.id, maxU32, 'id')),
    u53(checkWhole(signed.createdAt, Number.MAX_SAFE_INTEGER, 'createdAt')),
    signed.publicKey,
  );
  const vouched = concat(body, signLabelled(seed, labels.signedPrekey, body));
  return concat(Uint8Array.of(protocolVersion, suite25519), u16(vouched.length), vouched, encodeOneTime(oneTime));
}

function encodeOneTime(oneTime: OneTimePrekey | null): Uint8Array {
  return oneTime === null ? Uint8Array.of(0) : concat(Uint8Array.of(1), u32(oneTime.id), oneTime.publicKey);
}

/** The same signed prekey with another one-time prekey, or none: what a directory does, which cannot sign. */
export function withOneTime(bundle: Uint8Array, oneTime: OneTimePrekey | null): Uint8Array {
  const reader = readerOf(bundle, 'a prekey bundle', 1_024);
  reader.take(2);
  const end = reader.u16() + 4;
  reader.take(end - 4);
  return concat(reader.between(0, end), encodeOneTime(oneTime));
}

/** A bundle whose signed prekey this device signed. Throws CryptoError 'malformed', 'too_large', 'unsupported', 'sender_mismatch', 'weak_key', 'bad_signature'. */
export function openBundle(bytes: Uint8Array, identity: DeviceIdentity): PrekeyBundle {
  const reader = readerOf(bytes, 'a prekey bundle', 1_024);
  const [version, suite] = [reader.byte(), reader.byte()];
  if (version !== protocolVersion || suite !== suite25519) throw new CryptoError('unsupported', `prekey bundle version ${version}, suite ${suite} is not known`);
  const length = reader.u16();
  const start = reader.position;
  const [accountId, deviceId] = [reader.text(idPattern), reader.text(idPattern)];
  const signed = { id: reader.u32(), createdAt: reader.u53(), publicKey: reader.take(keyBytes) };
  const body = reader.between(start, reader.position);
  const signature = reader.take(signatureBytes);
  const has = reader.position - start === length ? reader.byte() : 2;
  if (has > 1) throw new CryptoError('malformed', 'a prekey bundle says in one byte, 0 or 1, whether a one-time prekey follows');
  const oneTime = has === 1 ? { id: reader.u32(), publicKey: reader.take(keyBytes) } : null;
  reader.finish();
  if (accountId !== identity.accountId || deviceId !== identity.deviceId) throw new CryptoError('sender_mismatch', 'the prekey bundle is another device\'s');
  checkLabelled(identity.signingKey, labels.signedPrekey, body, signature);
  return { signed, oneTime };
}
