import { concat, constantTimeEqual, fromUtf8, utf8 } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { maxPlaintextBytes } from '../padding.js';
import { hashBytes } from '../primitives/primitives.js';
import type { Reader } from '../reader.js';
import { templateHash, type TemplateText } from '../template.js';
import { checkBytes, prefixed, prefixedText, readerOf, u16 } from '../wire.js';
import { encodeKind, readKind, type MessageBinding } from './header.js';

/** Bytes whose meaning the two ends agree on, or a template that the receiving end fills in. */
export type MessageBody =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'template'; readonly language: string; readonly parameters: readonly string[] };

/** What is inside: what the header says once more, the last message that the sender saw, and the body. */
export type Content = {
  readonly binding: Pick<MessageBinding, 'messageId' | 'category' | 'templateHash'>;
  /** `contentHash` of the last message of this conversation that the sender had opened; null for none. */
  readonly lastSeen: Uint8Array | null;
  readonly body: MessageBody;
};

const contentVersion = 1;
const kinds = { bytes: 0, template: 1 } as const;
const languagePattern = /^[A-Za-z0-9_-]{1,35}$/;

/** Throws CryptoError 'invalid_argument' or 'too_large'. */
export function encodeContent({ binding, lastSeen, body }: Content): Uint8Array {
  const bytes = concat(
    Uint8Array.of(contentVersion),
    prefixedText(binding.messageId),
    encodeKind(binding),
    prefixed(lastSeen === null ? new Uint8Array(0) : checkBytes(lastSeen, hashBytes, 'lastSeen')),
    encodeBody(body, binding.templateHash),
  );
  if (bytes.length > maxPlaintextBytes) {
    throw new CryptoError('too_large', `a message's text is at most ${maxPlaintextBytes} bytes with what goes along; this one has ${bytes.length}: send it as an attachment`);
  }
  return bytes;
}

function encodeBody(body: MessageBody, hash: string | null): Uint8Array {
  if (body.type === 'bytes') {
    if (!(body.bytes instanceof Uint8Array)) throw new CryptoError('invalid_argument', 'a body is a Uint8Array');
    return concat(Uint8Array.of(kinds.bytes), body.bytes);
  }
  if (hash === null) throw new CryptoError('invalid_argument', 'a template needs its hash');
  if (!languagePattern.test(body.language)) throw new CryptoError('invalid_argument', 'a language is 1 to 35 letters, digits, "_" or "-"');
  if (body.parameters.length > 255) throw new CryptoError('invalid_argument', 'a template has at most 255 parameters');
  const parameters = body.parameters.map((parameter) => {
    const text = utf8(parameter);
    if (!parameter.isWellFormed() || text.length > maxPlaintextBytes) throw new CryptoError('invalid_argument', 'a parameter is well-formed text of at most 32,767 bytes');
    return concat(u16(text.length), text);
  });
  return concat(Uint8Array.of(kinds.template), prefixedText(body.language), Uint8Array.of(parameters.length), ...parameters);
}

/** Throws CryptoError 'malformed' or 'unsupported'. */
export function decodeContent(bytes: Uint8Array): Content {
  const reader = readerOf(bytes, 'a message\'s content', maxPlaintextBytes);
  const version = reader.byte();
  if (version !== contentVersion) throw new CryptoError('unsupported', `content version ${version} is not known`);
  const messageId = reader.text(/^[A-Za-z0-9_.-]{1,160}$/);
  const kind = readKind(reader);
  const lastSeen = reader.prefixed();
  if (lastSeen.length !== 0 && lastSeen.length !== hashBytes) throw new CryptoError('malformed', 'a hash of the last message is 64 bytes');
  const body = readBody(reader, kind.templateHash);
  reader.finish();
  return { binding: { messageId, ...kind }, lastSeen: lastSeen.length === 0 ? null : lastSeen, body };
}

function readBody(reader: Reader, hash: string | null): MessageBody {
  const type = reader.byte();
  if (type === kinds.bytes) return { type: 'bytes', bytes: reader.take(reader.left) };
  if (type !== kinds.template || hash === null) throw new CryptoError('malformed', 'no such body, or a template without its hash');
  const language = reader.text(languagePattern);
  const parameters = Array.from({ length: reader.byte() }, () => fromUtf8(reader.take(reader.u16())));
  if (parameters.includes(null)) throw new CryptoError('malformed', 'a parameter is not UTF-8');
  return { type: 'template', language, parameters: parameters as readonly string[] };
}

/** Whether the content says of itself what the header says of it. */
export function isBoundTo({ binding }: Content, header: MessageBinding): boolean {
  return binding.messageId === header.messageId && binding.category === header.category && binding.templateHash === header.templateHash;
}

/**
 * Checks that a template's text is the one that was sent: by its hash, which covers text, version and category, by its language, and by the category
 * the message was sent (and will be billed) under. Throws CryptoError 'binding_mismatch'.
 */
export function checkTemplate({ binding, body }: Content, text: TemplateText): void {
  const refuse = (why: string) => new CryptoError('binding_mismatch', why);
  if (body.type !== 'template' || binding.templateHash !== templateHash(text)) throw refuse('the text does not have the hash that was sealed');
  if (text.language !== body.language) throw refuse(`the text is in ${text.language}, and was sent in ${body.language}`);
  if (text.category !== binding.category) throw refuse(`a template of category ${text.category} was sent as ${binding.category ?? 'none'}`);
}

/** Whether the sender had seen a message of ours, or none yet where we sent none: else the bus dropped or reordered, or they crossed on the way. */
export function hasSeen({ lastSeen }: Content, contentHashes: readonly Uint8Array[]): boolean {
  return lastSeen === null ? contentHashes.length === 0 : contentHashes.some((hash) => constantTimeEqual(hash, lastSeen));
}
