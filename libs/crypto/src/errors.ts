/** Every reason sealing, opening or reading a sealed record can fail. Closed: a new reason is a new line here. */
export const sealErrorCodes = [
  'malformed', // The bytes are not an envelope (or a record) of this format.
  'unsupported', // Another format version, or a suite this build does not know.
  'too_large', // Over the limit the message names.
  'not_a_recipient', // No wrap for this device.
  'binding_mismatch', // The header speaks of another conversation, message, category or template.
  'sender_mismatch', // Sealed by another device than the caller expects.
  'refused', // Authentication failed: changed bytes or the wrong key.
  'weak_key', // A key of the wrong length, of low order, or a shared secret of all zeros.
  'invalid_argument', // The caller's own arguments; never caused by received bytes.
] as const;

export type SealErrorCode = (typeof sealErrorCodes)[number];

/** The only error thrown by sealing and opening, whatever the bytes. The message never holds plaintext or keys. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly code: SealErrorCode;

  constructor(code: SealErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
