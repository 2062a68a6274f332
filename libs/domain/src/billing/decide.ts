import type { DecisionContext, Payload, PayloadOf, UsageRecorded } from '@parley/contracts';
import { micros, zeroMicros } from '@parley/money';
import { chargeFor, type Charge, type Policy } from '@parley/rating';
import { accountOf, owedWithin } from '../budget/budget.js';
import type { Catalog } from '../catalog/catalog.js';
import { factsOf, findBusiness, policyInForce, rateCardInForce } from '../catalog/lookups.js';
import { MissingFromCatalog, skip } from '../decision.js';
import type { BillingCommand } from './events.js';
import { chargeIdOf, spentOn, type BillingState, type OwnerAccount } from './evolve.js';

/**
 * Prices one used message by the policy and rate card in force when it was first delivered or read. The same usage decided again changes nothing.
 * Throws MissingFromCatalog when the catalog has no policy or no price for it: a charge is never guessed, and never waived for lack of a price.
 */
export function decide(usage: BillingCommand, state: BillingState, { catalog }: DecisionContext<Catalog>): PayloadOf<'ChargePosted' | 'DecisionSkipped'> {
  const { message, deliveredAt } = usage;
  const chargeId = chargeIdOf(message);
  const { own, aside: sessions } = state;
  if (own.charged.includes(chargeId)) return skip(message.ownerId, `message ${message.messageId} was charged before`);

  const business = findBusiness(catalog, message.businessId);
  if (business === null) throw new MissingFromCatalog(`the business ${message.businessId} is not registered`);
  const policy = policyInForce(catalog, business, deliveredAt);
  if (policy === null) throw new MissingFromCatalog(`no policy was in force for the business ${business.businessId} at ${new Date(deliveredAt).toISOString()}`);
  const terms = { policy, card: rateCardInForce(catalog, business, deliveredAt), business: factsOf(catalog, business, deliveredAt) };
  const rated = chargeFor(usage, terms, { counters: own.counters, sessions });
  if (rated.kind === 'unpriced') throw new MissingFromCatalog(`${rated.rule} needs a price in ${business.currency}: ${rated.detail}`);

  return withinReservation(chargePosted(usage, rated, { policy, currency: business.currency }), own);
}

/** What was set aside under a hard cap is the most that is owed: an outcome that was published later, and costs more, is waived beyond it. */
function withinReservation(charge: PayloadOf<'ChargePosted'>, { spent }: OwnerAccount): PayloadOf<'ChargePosted'> {
  const { reservation, amount } = charge;
  const account = accountOf(charge);
  if (reservation === null || account === null) return charge;
  const owed = owedWithin(amount, reservation);
  return { ...charge, amount: owed, waived: amount - owed, spent: micros(spentOn(spent, account) + owed) };
}

/** The charge of a used message as it is posted. */
export function chargePosted(usage: Payload<UsageRecorded>, rated: Charge, { policy, currency }: { readonly policy: Policy; readonly currency: string }): PayloadOf<'ChargePosted'> {
  const { message, market, sentAt, deliveredAt, lastInboundAt, entryPointAt, reservation } = usage;
  return {
    type: 'ChargePosted',
    chargeId: chargeIdOf(message),
    message,
    market,
    sentAt,
    deliveredAt,
    lastInboundAt,
    entryPointAt,
    currency,
    amount: rated.amount,
    unitPrice: rated.unitPrice,
    rule: rated.rule,
    policyId: policy.policyId,
    policyVersion: policy.version,
    rateCardId: rated.price?.rateCardId ?? null,
    rateCardVersion: rated.price?.version ?? null,
    illustrative: rated.illustrative,
    ...counted(rated),
    reservation,
    waived: zeroMicros,
    spent: null,
  };
}

/** What of a charge says how it was counted: the state is folded from these. */
function counted({ category, type, month, price, tier, allowance, session }: Charge) {
  return {
    pricingCategory: category,
    pricingType: type,
    month,
    priceMarket: price?.market ?? null,
    tier: tier && { bounds: tier.bounds, percent: tier.percent, key: tier.key, nth: tier.nth },
    allowance: allowance && { name: allowance.name, key: allowance.key, nth: allowance.nth, count: allowance.count },
    session: session && { ...session.session, opened: session.opened },
  };
}
