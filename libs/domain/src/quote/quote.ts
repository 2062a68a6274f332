import type { Instant, PolicyId, RateCardId } from '@parley/contracts';
import type { Micros } from '@parley/money';
import { localDate, type Policy, type Unpriced } from '@parley/rating';
import { startOfDay } from '../calendar/local-time.js';
import type { Business, Catalog } from '../catalog/catalog.js';
import { eligibilitiesOf } from '../catalog/lookups.js';
import { closingOf, priceAt, type Asked, type Priced } from './price.js';

/** What a message would cost if it were sent and delivered now. Whether the contact's consent permits it is not asked here. */
export type Quote =
  | {
      readonly verdict: 'priced';
      readonly rule: string;
      /** Micros of `currency`. */
      readonly amount: Micros;
      readonly currency: string;
      /** First instant at which the same message would no longer be free; null where it is not free now, or nothing known ends it. */
      readonly freeUntil: Instant | null;
      readonly policy: Version<PolicyId, 'policyId'>;
      readonly rateCard: Version<RateCardId, 'rateCardId'> | null;
      /** Policy or card is an example: no bill may be made of it. */
      readonly illustrative: boolean;
      /** What only the owner's usage knows, and is taken for granted here. */
      readonly assumes: readonly string[];
    }
  | { readonly verdict: 'refused'; readonly reason: 'window_closed'; readonly detail: string; readonly policy: Version<PolicyId, 'policyId'> }
  | { readonly verdict: 'unpriced'; readonly reason: 'no_policy' | Unpriced['reason']; readonly detail: string };

type Version<Id, Name extends string> = { readonly [N in Name]: Id } & { readonly version: number };

/** Prices a message that might be sent at `now`, under policy and card in force then in the zone of the business. Pure, and defined for every input. */
export function quote(asked: Asked, business: Business, catalog: Catalog, now: Instant): Quote {
  const priced = priceAt(asked, business, catalog, now);
  if (priced === null) return { verdict: 'unpriced', reason: 'no_policy', detail: `No policy is in force for the business ${business.businessId}.` };
  const { policy, rated, assumes } = priced;
  const { policyId, version } = policy;
  switch (rated.kind) {
    case 'refused':
      return { verdict: 'refused', reason: 'window_closed', detail: 'The free window is closed, and late replies are not sent: send a template instead.', policy: { policyId, version } };
    case 'unpriced':
      return { verdict: 'unpriced', reason: rated.reason, detail: rated.detail };
    case 'charge': {
      const { rule, amount, price, illustrative } = rated;
      const rateCard = price && { rateCardId: price.rateCardId, version: price.version };
      const freeUntil = isFree(priced) ? endOfFree(asked, business, catalog, now) : null;
      return { verdict: 'priced', rule, amount, currency: business.currency, freeUntil, policy: { policyId, version }, rateCard, illustrative, assumes };
    }
    default:
      return rated satisfies never;
  }
}

/** The first instant at which an advertisement is no longer answered in time. */
function lastAnswerOf({ entryPointAt }: Asked, { document: { entryPoint } }: Policy): readonly Instant[] {
  return entryPointAt === null || entryPoint === null ? [] : [entryPointAt + entryPoint.answerWithinHours * 3_600_000];
}

function isFree(priced: Priced | null): boolean {
  return priced?.rated.kind === 'charge' && priced.rated.amount === 0n;
}

/** Nothing but the close of a window, an advertisement left unanswered and the start of a policy, card or eligibility changes a price: of those ahead, the first at which it is not free. */
function endOfFree(asked: Asked, business: Business, catalog: Catalog, now: Instant): Instant | null {
  const today = localDate(now, business.zone);
  const starts = [...catalog.policies, ...catalog.rateCards, ...eligibilitiesOf(catalog, business.businessId)].flatMap(({ effectiveFrom }) => (effectiveFrom > today ? [startOfDay(effectiveFrom, business.zone)] : []));
  const closings = catalog.policies.flatMap((policy) => [closingOf(asked, policy) ?? [], lastAnswerOf(asked, policy)].flat());
  const ahead = [...new Set([...starts, ...closings])].filter((at) => at > now).sort((one, other) => one - other);
  return ahead.find((at) => !isFree(priceAt(asked, business, catalog, at))) ?? null;
}
