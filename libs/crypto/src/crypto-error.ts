/** Every reason the end-to-end protocol can fail. Closed: a new reason is a new line here and in PROTOCOL.md. */
export const cryptoErrorCodes = [
  'malformed',
  'unsupported',
  'too_large',
  'not_a_recipient',
  'sender_mismatch',
  'binding_mismatch',
  'unknown_session',
  'unknown_prekey',
  'duplicate',
  'too_far_ahead',
  'refused',
  'weak_key',
  'bad_signature',
  'not_successor',
  'bad_proof',
  'truncated',
  'exhausted',
  'invalid_argument',
] as const;

export type CryptoErrorCode = (typeof cryptoErrorCodes)[number];

/** The only error that the protocol throws, whatever the bytes. The message never holds plaintext or keys. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a reason means, and what helps: one sentence each, for logs and for people. */
export function meaningOf(code: CryptoErrorCode): string {
  switch (code) {
    case 'malformed':
      return 'The bytes are not of this format; they were cut, changed, or never ours: fetch them again.';
    case 'unsupported':
      return 'Another version or suite than this build knows: update it.';
    case 'too_large':
      return 'Over the limit that the message names: send less, or send it as an attachment.';
    case 'not_a_recipient':
      return 'The envelope holds nothing for this device: the sender used a device list without it.';
    case 'sender_mismatch':
      return 'Sent by another account or device than the caller holds keys for: look the sender up and open again.';
    case 'binding_mismatch':
      return 'What is sealed and what is said in clear differ: do not show it, report it.';
    case 'unknown_session':
      return 'The session was never begun here or was dropped: ask the sender to begin a new one.';
    case 'unknown_prekey':
      return 'The prekey was used up or removed: ask the sender to begin a new session.';
    case 'duplicate':
      return 'This message number was opened before, or its key was dropped: nothing is to be done.';
    case 'too_far_ahead':
      return 'More than 1,000 messages are missing before this one: open the older ones first, or begin a new session.';
    case 'refused':
      return 'Authentication failed: the bytes were changed or sealed under another key.';
    case 'weak_key':
      return 'A key of another length, of low order or not canonical, or a shared secret of all zeros: use another key.';
    case 'bad_signature':
      return 'The signature is not of this key over these bytes: do not use what it was to vouch for.';
    case 'not_successor':
      return 'The device list does not follow from the one held: fetch the lists in between, or warn the person.';
    case 'bad_proof':
      return 'The key log does not hold what it claims: do not use the keys, report it.';
    case 'truncated':
      return 'The attachment ended before its last chunk: fetch the rest.';
    case 'exhausted':
      return 'No number is left in this chain or list: begin a new session.';
    case 'invalid_argument':
      return "The caller's own arguments; received bytes never cause it.";
    default:
      return code satisfies never;
  }
}
