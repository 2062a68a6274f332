import { concat } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { keyBytes } from '../primitives/primitives.js';
import type { Reader } from '../reader.js';
import { checkWhole, readerOf, u16, u32, u53 } from '../wire.js';
import { protocolVersion, suite25519 } from './device-list.js';
import { prekeyRules, type Prekeys } from './prekey.js';

const maxSigned = 64;
const entryBytes = 4 + 2 * keyBytes;
const maxPrekeysBytes = 2 + 4 + 1 + maxSigned * (entryBytes + 8 + 1 + 8) + 2 + prekeyRules.mostOneTime * entryBytes;

/** A device's prekeys as bytes for a store, which has to keep them secret. One spelling. Throws CryptoError 'invalid_argument'. */
export function encodePrekeys({ nextId, signed, oneTime }: Prekeys): Uint8Array {
  const entry = ({ id, keys }: Prekeys['oneTime'][number]) => [u32(id), keys.secretKey, keys.publicKey];
  const ended = (retiredAt: number | null) => (retiredAt === null ? [Uint8Array.of(0)] : [Uint8Array.of(1), u53(retiredAt)]);
  checkWhole(signed.length, maxSigned, 'the number of signed prekeys');
  checkWhole(oneTime.length, prekeyRules.mostOneTime, 'the number of one-time prekeys');
  return concat(
    Uint8Array.of(protocolVersion, suite25519),
    u32(nextId),
    Uint8Array.of(signed.length),
    ...signed.flatMap((prekey) => [...entry(prekey), u53(prekey.createdAt), ...ended(prekey.retiredAt)]),
    u16(oneTime.length),
    ...oneTime.flatMap(entry),
  );
}

/** The prekeys that a store kept. Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function decodePrekeys(bytes: Uint8Array): Prekeys {
  const reader = readerOf(bytes, 'prekeys', maxPrekeysBytes);
  const [version, suite] = [reader.byte(), reader.byte()];
  if (version !== protocolVersion || suite !== suite25519) throw new CryptoError('unsupported', `prekeys of version ${version}, suite ${suite} are not known`);
  const nextId = reader.u32();
  const signedCount = reader.byte();
  if (signedCount > maxSigned) throw malformed(`at most ${maxSigned} signed prekeys are held`);
  const signed = Array.from({ length: signedCount }, () => ({ ...readEntry(reader), createdAt: reader.u53(), retiredAt: readEnd(reader) }));
  const count = reader.u16();
  if (count > prekeyRules.mostOneTime) throw malformed(`at most ${prekeyRules.mostOneTime} one-time prekeys are held`);
  const oneTime = Array.from({ length: count }, () => readEntry(reader));
  reader.finish();
  const ids = [...signed.map(({ id }) => id).reverse(), ...oneTime.map(({ id }) => id)];
  const ordered = ids.every((id, at) => id > 0 && id < nextId && (at === 0 || at === signedCount || ids[at - 1]! < id));
  if (!ordered || new Set(ids).size !== ids.length || nextId === 0) throw malformed('ids are in their order, none twice, and below the next one');
  if (signed.some(({ retiredAt }, at) => (retiredAt === null) !== (at === 0))) throw malformed('the newest signed prekey, and no other, is in use');
  return { nextId, signed, oneTime };
}

function readEntry(reader: Reader) {
  const id = reader.u32();
  const secretKey = reader.take(keyBytes);
  return { id, keys: { secretKey, publicKey: reader.take(keyBytes) } };
}

function readEnd(reader: Reader): number | null {
  const has = reader.byte();
  if (has > 1) throw malformed('a signed prekey is in use or retired');
  return has === 1 ? reader.u53() : null;
}

function malformed(why: string): CryptoError {
  return new CryptoError('malformed', `prekeys: ${why}`);
}
