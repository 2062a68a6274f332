import type { BusinessId } from '@parley/contracts';
import { Problem } from '../http/problem.js';
import type { Runtime } from '../process/runtime.js';
import type { Caller } from './key-ring.js';

/** Looks a business up on a catalog; null where it is not there. What either is, is the domain's to say. */
export type FindBusiness<Business extends object = object> = (catalog: never, businessId: BusinessId) => Business | null;

/** The businesses that keys are of, as the catalog has them now. */
export class Businesses<Business extends object = object> {
  constructor(
    private readonly runtime: Runtime,
    private readonly find: FindBusiness<Business>,
  ) {}

  /** The caller's. Throws `not-found` where it is not on the catalog; the operator's key is of none. */
  of({ businessId }: Caller): Business {
    const business = this.find(this.runtime.catalog.view().state as never, businessId as BusinessId);
    if (business === null) throw new Problem('not-found', 'The business of this key is not registered: ask with a key of a business.');
    return business;
  }
}
