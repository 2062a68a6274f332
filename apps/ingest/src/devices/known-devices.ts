import type { BusinessId, ContactId } from '@parley/contracts';
import { knowsMore, routeFault, staleAccounts } from '@parley/domain';
import type { Addressed, StaleAccount } from '@parley/domain';
import { everyBusiness, invalidFields } from '@parley/service';
import type { Rows, Runtime } from '@parley/service';
import { presentOf } from './account-devices.js';
import type { AccountIds, PresentOf } from './account-devices.js';

/** How long a sender who knows a newer list than we do is waited for: ours comes by way of the log, and is a little behind. */
const patienceMs = 2_000;
const pauseMs = 50;

/** Lanes read for all businesses at once. */
const everybody = { businessId: everyBusiness };

/** What ingest knows of accounts' devices, from the log. */
export class KnownDevices {
  constructor(
    private readonly runtime: Pick<Runtime, 'sleep' | 'stopping'>,
    private readonly rows: Rows,
  ) {}

  /** Of many accounts, for a lane. */
  presentOf(accounts: AccountIds): Promise<PresentOf> {
    return this.rows.for(everybody, (manager) => presentOf(manager, accounts));
  }

  /** The accounts for whose present devices a business's message was not sealed; none where it can go. Throws `invalid-fields` where it is from or for others altogether. */
  async stale(addressed: Addressed, businessId: BusinessId, contactId: ContactId): Promise<readonly StaleAccount[]> {
    const route = { from: businessId, device: null, to: contactId };
    const wrong = routeFault(addressed, route);
    if (wrong !== null) throw invalidFields([{ path: 'envelope', hint: wrong }]);
    const until = performance.now() + patienceMs;
    for (;;) {
      const devices = await this.rows.for({ businessId }, (manager) => presentOf(manager, { business: [businessId], contact: [contactId] }));
      const present = { from: devices('business', businessId), to: devices('contact', contactId) };
      const stale = staleAccounts(addressed, route, present);
      const isOurs = stale.length > 0 && knowsMore(addressed, route, present) && performance.now() < until;
      if (!isOurs || this.runtime.stopping.signal.aborted) return stale;
      await this.runtime.sleep(pauseMs, this.runtime.stopping.signal);
    }
  }
}
