// The one place where quotes and insight call rating: a message that does not exist, as if it were sent and delivered at one instant.
import type { Category, Instant, Lane, MessageKind, NumberId } from '@parley/contracts';
import { admitsLateReply, chargeFor, isInsideWindow, noCounters, noSessions, windowClosesAt, type Charge, type Policy, type Unpriced } from '@parley/rating';
import type { Business, Catalog } from '../catalog/catalog.js';
import { factsOf, policyInForce, rateCardInForce } from '../catalog/lookups.js';

/** A message that might be sent. Instants are epoch ms, UTC. */
export interface Asked {
  readonly lane: Lane;
  readonly kind: MessageKind;
  readonly category: Category;
  readonly market: string;
  readonly lastInboundAt: Instant | null;
  readonly entryPointAt: Instant | null;
}

/** What the policy in force says of it, and which of the owner's counters were taken to be at their start. */
export interface Priced {
  readonly policy: Policy;
  readonly rated: Charge | Unpriced | Refused;
  /** What only the owner's usage knows and is taken for granted here: an allowance not used up, the first tier. */
  readonly assumes: readonly string[];
}

/** The policy does not let it be sent. */
export interface Refused {
  readonly kind: 'refused';
}

/** Null: no policy is in force for the business at that instant. */
export function priceAt(asked: Asked, business: Business, catalog: Catalog, at: Instant): Priced | null {
  const policy = policyInForce(catalog, business, at);
  if (policy === null) return null;
  const { lane, kind, category, market, lastInboundAt, entryPointAt } = asked;
  const isTooLate = kind === 'free_form' && !isInsideWindow(at, lastInboundAt, policy.document) && !admitsLateReply(lane, policy.document);
  if (isTooLate) return { policy, rated: { kind: 'refused' }, assumes: [] };
  const usage = { message: { businessId: business.businessId, numberId: noNumber, lane, kind, category }, market, sentAt: at, deliveredAt: at, lastInboundAt, entryPointAt };
  const terms = { policy, card: rateCardInForce(catalog, business, at), business: factsOf(catalog, business, at) };
  const rated = chargeFor(usage, terms, { counters: noCounters, sessions: noSessions });
  return { policy, rated, assumes: assumptionsOf(rated, policy) };
}

/** A quote asks for no number: an allowance is taken as unused whichever it is. */
const noNumber = '' as NumberId;

function assumptionsOf(rated: Charge | Unpriced, { document }: Policy): readonly string[] {
  if (rated.kind === 'unpriced') return [];
  const { allowance, tier, session } = rated;
  return [
    ...(allowance === null ? [] : [`the allowance ${allowance.name} (${allowance.count} a month) is not used up`]),
    ...(tier === null ? [] : [`the first tier, ${tier.bounds}`]),
    ...(session === null && document.sessions === null ? [] : ['no session of the conversation is open']),
  ];
}

/** When a window that is open under the policy closes; null where the contact has not written. */
export function closingOf({ lastInboundAt }: Pick<Asked, 'lastInboundAt'>, { document }: Policy): Instant | null {
  return lastInboundAt === null ? null : windowClosesAt(lastInboundAt, document);
}
