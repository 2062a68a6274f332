import { isId, type ContactId, type MessageId } from '@parley/contracts';
import { contactIdOf, keyedHash, toBase32 } from '@parley/crypto';
import type { Reading } from '@parley/domain';

const kept = 200_000;

/** How a history names contacts and messages: opaque under its key, the same in every import into it. */
export function pseudonyms(key: Uint8Array): Pick<Reading, 'contactOf' | 'messageOf'> {
  const contacts = new Map<string, ContactId>();
  return {
    contactOf: (phone) => {
      const known = contacts.get(phone);
      if (known !== undefined) return known;
      if (contacts.size >= kept) contacts.clear();
      const made = contactIdOf(key, phone) as ContactId;
      contacts.set(phone, made);
      return made;
    },
    // The operator's ids contain the contact's number: "wamid." goes on with it in base64, the older "gB…" in its digits.
    messageOf: (id) => (isId('Message', id) && !id.startsWith('gB') ? id : (`m${toBase32(keyedHash(key, 'parley/archived-message/v1', id).subarray(0, 16))}` as MessageId)),
  };
}
