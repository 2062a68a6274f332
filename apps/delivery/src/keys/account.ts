import { isId } from '@parley/contracts';
import type { BusinessId, ContactId, DeviceId, Instant, Party } from '@parley/contracts';
import { everyBusiness } from '@parley/service';
import type { Viewer } from '@parley/service';

/** Whose keys they are: a contact's or a business's. */
export interface Account {
  readonly accountId: string;
  readonly party: Party;
}

/** Who asks for keys, or changes its own. */
export type KeyCaller =
  | { readonly party: 'contact'; readonly accountId: ContactId; readonly deviceId: DeviceId; readonly tokenAt: Instant }
  | { readonly party: 'business'; readonly accountId: BusinessId };

/** On whose behalf an account's rows are read and written: its own, whoever asks. So nobody's request can show another account than the one it is about. */
export function viewerOf({ accountId, party }: Account): Viewer {
  return party === 'contact' ? { contactId: accountId } : { businessId: accountId };
}

/** What every row of an account says of whose it is. Contacts belong to no business. */
export function ownerOf({ accountId, party }: Account): { readonly businessId: string; readonly accountId: string; readonly party: Party } {
  return { businessId: party === 'contact' ? everyBusiness : accountId, accountId, party };
}

/**
 * The account of this id that the caller may see: a contact sees businesses and itself, a business sees itself and contacts. One that is seen may not
 * exist. Null for what is no id: rows are read on behalf of the account, and `*` would be everybody.
 */
export function seenBy(caller: KeyCaller, accountId: string): Account | null {
  if (!isId(caller.party === 'contact' ? 'Business' : 'Contact', accountId)) return null;
  if (caller.accountId === accountId) return { accountId, party: caller.party };
  return { accountId, party: caller.party === 'contact' ? 'business' : 'contact' };
}
