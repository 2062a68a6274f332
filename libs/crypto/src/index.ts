export { concat, constantTimeEqual, fromBase64, fromHex, fromUtf8, toBase32, toBase64, toHex, utf8 } from './bytes.js';
export { systemRandom, type Random } from './random.js';
export {
  folderScryptCost,
  hmacSha256,
  hmacSha256Hex,
  keyedHash,
  newSha256,
  scryptKey,
  sha256,
  sha256Hex,
  type ScryptCost,
} from './hash.js';
export { requestSignature, signingSecretOf } from './signing.js';
export { decryptRecord, encryptRecord, recordOverheadBytes } from './record.js';
export { contactIdOf, newId, newToken, parseToken, phoneDigitsOf, tokenHash, type Token, type TokenKind } from './identity.js';
export { canonicalJson, templateHash, type Json, type TemplateText } from './template.js';
export { bucketSizes, maxPlaintextBytes } from './padding.js';

// The end-to-end protocol, version 1: PROTOCOL.md.
export { CryptoError, cryptoErrorCodes, meaningOf, type CryptoErrorCode } from './crypto-error.js';
export {
  agreementKeysOf,
  isAgreementKey,
  isSignature,
  isSigningKey,
  newAgreementKeys,
  newSigningKeys,
  primitives,
  signingKeysOf,
  usePrimitives,
  x25519,
  type AgreementKeys,
  type SigningKeys,
} from './primitives/primitives.js';
export { nodePrimitives } from './primitives/node-crypto.js';
export { tweetnaclPrimitives } from './primitives/tweetnacl.js';
export type { Primitives, StreamHash } from './primitives/port.js';
export {
  deviceListHash,
  followDeviceList,
  identityIn,
  maxDevices,
  newListedDevice,
  nextDeviceList,
  openDeviceList,
  signDeviceList,
  staleDevices,
  type DeviceIdentity,
  type DeviceList,
  type ListedDevice,
} from './account/device-list.js';
export {
  noPrekeys,
  openBundle,
  prekeyRules,
  refillPrekeys,
  rotatePrekeys,
  signBundle,
  withOneTime,
  withoutPrekey,
  type OneTimePrekey,
  type PrekeyBundle,
  type Prekeys,
  type SignedPrekey,
} from './account/prekey.js';
export { decodePrekeys, encodePrekeys } from './account/prekey-state.js';
export { fingerprintOf, matchesSafetyQr, safetyNumber, safetyQr, spelledNumber, type AccountIdentity } from './account/safety-number.js';
export { beginSession, type OwnDevice as SessionDevice } from './session/agreement.js';
export { maxSkipped, maxSkippedOfChain, type DeviceAddress as SessionAddress, type Session } from './session/session.js';
export { decodeSession, encodeSession, maxSessionBytes } from './session/state.js';
export { decodeSessions, encodeSessions, maxSessions, sessionIn, withActive, type PeerSessions } from './session/sessions.js';
export { hasSeen, type Content } from './message/content.js';
export { maxMessageBytes, maxWraps, messageFor, readMessage } from './message/envelope.js';
export type { MessageBinding, MessageHeader, WrapHeader } from './message/header.js';
export { sealMessage, type Recipient, type SealedMessage, type SealMessage } from './message/seal.js';
export { openMessage, type OpenedMessage, type OpenMessage } from './message/open.js';
export { AttachmentOpener, AttachmentSealer, chunkBytes, maxAttachmentBytes, sealedAttachmentBytes, type Attachment } from './attachment/attachment.js';
export {
  checkLogged,
  decodeConsistency,
  decodeEntry,
  decodeInclusion,
  encodeConsistency,
  encodeEntry,
  encodeInclusion,
  entryOf,
  followHead,
  openHead,
  signHead,
  type ConsistencyProof,
  type InclusionProof,
  type LogEntry,
  type LoggedList,
  type LogHead,
} from './key-log/log.js';
export { appendLeaf, consistencyPath, edgeRoot, emptyEdge, inclusionPath, leafHash, rootOf, type Edge, type NodeAt, type WholeNode } from './key-log/tree.js';
