import { fromBase64, isSigningKey, isUsablePublicKey } from '@parley/crypto';
import { shape, text } from '@parley/service';
import type { Shape } from '@parley/service';

/** An X25519 public key that may be agreed with, in base64. */
export const agreementKey: Shape<string> = keyShape('An X25519 public key, 32 bytes.', 'must be an X25519 public key, 32 bytes in base64', isUsablePublicKey);

/** An Ed25519 public key that may sign, in base64. */
export const signingKey: Shape<string> = keyShape('An Ed25519 public key, 32 bytes.', 'must be an Ed25519 public key, 32 bytes in base64', isSigningKey);

function keyShape(description: string, hint: string, isOne: (key: Uint8Array) => boolean): Shape<string> {
  return shape({ type: 'string', contentEncoding: 'base64', description }, (value, path, findings) => {
    const key = typeof value === 'string' ? fromBase64(value) : null;
    return key !== null && isOne(key) ? (value as string) : findings.wrong(path, hint);
  });
}

/** A whole number in a query: a list version, a size or a place of the log. */
export const wholeQuery: Shape<string> = text({ max: 15, pattern: /^(0|[1-9]\d{0,14})$/, hint: 'must be a whole number' });

export function numberOf(query: string | null): number | null {
  return query === null ? null : Number(query);
}
