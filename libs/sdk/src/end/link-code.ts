import { concat, fromBase64, toBase64, utf8, fromUtf8, type ListedDevice } from '@parley/crypto';
import { EndError } from './error.js';

const prefix = 'PARLEYLINK1:';
const keysAndSignature = 32 + 32 + 64;

/** A device's own entry for its account's list, as one line of text: what a QR code holds. */
export function linkCodeOf(accountId: string, { deviceId, signingKey, agreementKey, signature }: ListedDevice): string {
  return prefix + toBase64(concat(signingKey, agreementKey, signature, utf8(`${accountId} ${deviceId}`)));
}

/** The device that shows the code, for the list of that account; whether it signed for its keys the list's reader checks. Throws EndError 'bad_link_code'. */
export function openLinkCode(code: string, accountId: string): ListedDevice {
  const text = code.trim();
  const bytes = text.startsWith(prefix) ? fromBase64(text.slice(prefix.length)) : null;
  const ids = bytes === null || bytes.length <= keysAndSignature ? null : fromUtf8(bytes.slice(keysAndSignature))?.split(' ');
  if (bytes === null || ids?.length !== 2) throw new EndError('bad_link_code', `a link code begins with ${prefix}; copy it whole from the new device`);
  if (ids[0] !== accountId) throw new EndError('bad_link_code', 'the code is of a device of another account: register the new device for the same number first');
  return { deviceId: ids[1]!, signingKey: bytes.slice(0, 32), agreementKey: bytes.slice(32, 64), signature: bytes.slice(64, 128) };
}
