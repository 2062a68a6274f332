import type { Instant } from '@parley/contracts';
import { windowClosesAt } from '@parley/rating';
import type { Business, Catalog } from '../catalog/catalog.js';
import { policyInForce } from '../catalog/lookups.js';

/** What MessageReceived says of the window it opens. */
export interface WindowHints {
  readonly windowClosesAt: Instant | null;
  readonly windowNoticeAt: Instant | null;
}

/** The hints for a message that the contact wrote at `at`: under the policy in force then, with the notice time of the business (0: never). */
export function windowHints(catalog: Catalog, business: Business, at: Instant): WindowHints {
  const policy = policyInForce(catalog, business, at);
  if (policy === null) return { windowClosesAt: null, windowNoticeAt: null };
  const closesAt = windowClosesAt(at, policy.document);
  return { windowClosesAt: closesAt, windowNoticeAt: business.windowNoticeMs === 0 ? null : closesAt - business.windowNoticeMs };
}
