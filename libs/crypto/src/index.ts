export { concat, constantTimeEqual, fromBase64, fromHex, fromUtf8, toBase32, toBase64, toHex, utf8 } from './bytes.js';
export { SealError, sealErrorCodes, type SealErrorCode } from './errors.js';
export { systemRandom, type Random } from './random.js';
export {
  folderScryptCost,
  hmacSha256,
  hmacSha256Hex,
  keyedHash,
  scryptKey,
  sha256,
  sha256Hex,
  type ScryptCost,
} from './hash.js';
export { requestSignature, signingSecretOf } from './signing.js';
export { deviceKeysOf, generateDeviceKeys, isUsablePublicKey, type DeviceKeys } from './agreement.js';
export { decryptRecord, encryptRecord, recordOverheadBytes } from './record.js';
export { contactIdOf, newId, newToken, parseToken, phoneDigitsOf, tokenHash, type Token, type TokenKind } from './identity.js';
export { canonicalJson, templateHash, type Json, type TemplateText } from './template.js';
export { bucketSizes, type Binding, type DeviceAddress, type EnvelopeHeader } from './envelope/header.js';
export { envelopeHash, maxEnvelopeBytes, maxRecipients } from './envelope/layout.js';
export { maxPlaintextBytes } from './envelope/padding.js';
export { seal, type OwnDevice, type SealRequest } from './envelope/seal.js';
export { open, readHeader, type ExpectedBinding, type Opened, type OpenRequest } from './envelope/open.js';
