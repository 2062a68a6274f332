import { isId } from '@parley/contracts';
import type { DeviceId } from '@parley/contracts';
import { invalidFields, Problem } from '@parley/service';
import type { KeyCaller } from '../keys/account.js';
import type { End } from './end.guard.js';

/** An end as the account whose keys it asks for or changes. Throws `forbidden` for the operator's key, which is of no account. */
export function keyCallerOf(end: End): KeyCaller {
  switch (end.party) {
    case 'contact':
      return { party: 'contact', accountId: end.contactId, deviceId: end.deviceId, tokenAt: end.tokenAt };
    case 'business':
      if (!isId('Business', end.businessId)) throw new Problem('forbidden', 'The operator has no keys: ask with a key of a business.');
      return { party: 'business', accountId: end.businessId };
    default:
      return end satisfies never;
  }
}

/** Which device a request is for: a contact's is its token's, a business says which. */
export function deviceNamed(caller: KeyCaller, named: DeviceId | null): DeviceId {
  if (caller.party === 'business') {
    if (named === null) throw invalidFields([{ path: 'deviceId', hint: 'is required from a business: which of its devices it is' }]);
    return named;
  }
  if (named !== null && named !== caller.deviceId) throw invalidFields([{ path: 'deviceId', hint: 'is another device than the token’s: leave it out' }]);
  return caller.deviceId;
}
