import { deviceListHash, openDeviceList, protocolVersion, suite25519, type DeviceList } from '../account/device-list.js';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { checkLabelled, hashBytes, keyBytes, labels, signatureBytes, signLabelled, type SigningKeys } from '../primitives/primitives.js';
import { checkBytes, checkId, checkWhole, idPattern, maxU32, prefixedText, readerOf, u32, u53 } from '../wire.js';
import { checkConsistency, checkInclusion, leafHash } from './tree.js';

/** A leaf: that an account had this list, and since when the log has known it. */
export type LogEntry = { readonly accountId: string; readonly accountKey: Uint8Array; readonly listVersion: number; readonly listHash: Uint8Array; readonly at: number };

/** What the log's key signs: so many leaves, this root, at this instant (epoch milliseconds). */
export type LogHead = { readonly logId: string; readonly size: number; readonly root: Uint8Array; readonly at: number };

export type InclusionProof = { readonly index: number; readonly size: number; readonly path: readonly Uint8Array[] };
export type ConsistencyProof = { readonly older: number; readonly size: number; readonly path: readonly Uint8Array[] };

const maxPath = 64;

export function entryOf(list: DeviceList, listHash: Uint8Array, at: number): LogEntry {
  return { accountId: list.accountId, accountKey: list.accountKey, listVersion: list.listVersion, listHash, at };
}

export function encodeEntry({ accountId, accountKey, listVersion, listHash, at }: LogEntry): Uint8Array {
  return concat(
    Uint8Array.of(protocolVersion),
    prefixedText(checkId(accountId, 'accountId')),
    checkBytes(accountKey, keyBytes, 'accountKey'),
    u32(checkWhole(listVersion, maxU32, 'listVersion')),
    checkBytes(listHash, hashBytes, 'listHash'),
    u53(checkWhole(at, Number.MAX_SAFE_INTEGER, 'at')),
  );
}

/** Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  const reader = readerOf(bytes, 'a log entry', 512);
  checkVersion(reader.byte(), 'log entry');
  const entry = { accountId: reader.text(idPattern), accountKey: reader.take(keyBytes), listVersion: reader.u32(), listHash: reader.take(hashBytes), at: reader.u53() };
  reader.finish();
  return entry;
}

export function signHead({ logId, size, root, at }: LogHead, log: SigningKeys): Uint8Array {
  const body = concat(
    Uint8Array.of(protocolVersion, suite25519),
    prefixedText(checkId(logId, 'logId')),
    u53(checkWhole(size, Number.MAX_SAFE_INTEGER, 'size')),
    checkBytes(root, hashBytes, 'root'),
    u53(checkWhole(at, Number.MAX_SAFE_INTEGER, 'at')),
  );
  return concat(body, signLabelled(log.seed, labels.logHead, body));
}

/** A head that this log signed. Throws CryptoError 'malformed', 'unsupported', 'too_large', 'weak_key', 'bad_signature'. */
export function openHead(bytes: Uint8Array, logKey: Uint8Array): LogHead {
  const reader = readerOf(bytes, 'a log head', 512);
  checkVersion(reader.byte(), 'log head');
  if (reader.byte() !== suite25519) throw new CryptoError('unsupported', 'the suite of the log head is not known');
  const head = { logId: reader.text(idPattern), size: reader.u53(), root: reader.take(hashBytes), at: reader.u53() };
  const body = reader.between(0, reader.position);
  const signature = reader.take(signatureBytes);
  reader.finish();
  checkLabelled(logKey, labels.logHead, body, signature);
  return head;
}

/** Either proof as bytes: two numbers, a count, so many hashes. */
function encodePath(first: number, second: number, path: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(protocolVersion), u53(first), u53(second), Uint8Array.of(path.length), ...path);
}

export function encodeInclusion({ index, size, path }: InclusionProof): Uint8Array {
  return encodePath(index, size, path);
}

export function encodeConsistency({ older, size, path }: ConsistencyProof): Uint8Array {
  return encodePath(older, size, path);
}

function decodePath(bytes: Uint8Array): readonly [number, number, readonly Uint8Array[]] {
  const reader = readerOf(bytes, 'a log proof', 18 + maxPath * hashBytes);
  checkVersion(reader.byte(), 'log proof');
  const [first, second, count] = [reader.u53(), reader.u53(), reader.byte()];
  if (count > maxPath) throw new CryptoError('malformed', `a log proof has at most ${maxPath} hashes`);
  const path = Array.from({ length: count }, () => reader.take(hashBytes));
  reader.finish();
  return [first, second, path];
}

/** Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function decodeInclusion(bytes: Uint8Array): InclusionProof {
  const [index, size, path] = decodePath(bytes);
  return { index, size, path };
}

/** Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function decodeConsistency(bytes: Uint8Array): ConsistencyProof {
  const [older, size, path] = decodePath(bytes);
  return { older, size, path };
}

/** Where a list stands in the log, as it comes along with keys. */
export type LoggedList = { readonly list: Uint8Array; readonly entry: Uint8Array; readonly proof: Uint8Array };

/** The list, where every signature in it is right and the log of this head holds it. Throws CryptoError 'bad_proof', and what opening its parts throws. */
export function checkLogged({ list, entry, proof }: LoggedList, head: LogHead): DeviceList {
  const opened = openDeviceList(list);
  const said = decodeEntry(entry);
  const { index, size, path } = decodeInclusion(proof);
  if (!constantTimeEqual(encodeEntry(entryOf(opened, deviceListHash(list), said.at)), entry)) throw new CryptoError('bad_proof', 'the entry is of another list');
  if (size !== head.size) throw new CryptoError('bad_proof', `the proof is for a log of ${size} entries, the head has ${head.size}`);
  checkInclusion(leafHash(entry), index, size, path, head.root);
  return opened;
}

/** The newer head, where its log begins with all that the older one held: the one to remember. Throws CryptoError 'bad_proof', and what opening its parts throws. */
export function followHead(known: LogHead, next: LogHead, proof: Uint8Array): LogHead {
  const { older, size, path } = decodeConsistency(proof);
  if (next.logId !== known.logId) throw new CryptoError('bad_proof', 'the head is of another log');
  if (older !== known.size || size !== next.size) throw new CryptoError('bad_proof', `the proof leads from ${older} to ${size}, the heads from ${known.size} to ${next.size}`);
  checkConsistency(known, next, path);
  return next;
}

function checkVersion(version: number, what: string): void {
  if (version !== protocolVersion) throw new CryptoError('unsupported', `${what} version ${version} is not known`);
}
