import type { ConversationId, OwnerId, Payload, PayloadOf, UsageRecorded } from '@parley/contracts';
import { noCounters, noSessions, rate, type Charge, type Counters, type Rating, type Sessions } from '@parley/rating';
import { chargePosted } from '../billing/decide.js';
import type { Business, Catalog } from '../catalog/catalog.js';
import { findBusiness } from '../catalog/lookups.js';
import { skip } from '../decision.js';
import { publishedRules, type RepricingRules } from '../repricing/rules.js';
import { differingFields, type Said } from './agreement.js';
import type { ArchivedMessage, BilledFailure } from './archived-message.js';
import { ourWord, type Difference, type DifferingField } from './difference.js';
import { explain } from './explain.js';
import { Findings } from './findings.js';
import { SeenSessions } from './seen-sessions.js';
import { termsOf, type Priced } from './trial.js';

/** An archived message, priced: what stands on the log of usage, what on the ledger, and where the operator says otherwise. */
export interface Compared {
  readonly usage: Payload<UsageRecorded>;
  readonly decision: PayloadOf<'ChargePosted' | 'DecisionSkipped'>;
  readonly difference: Difference | null;
}

/**
 * Prices archived messages in the order of usage, by what is published on the catalog, and holds each against what the operator said. Each message
 * comes once. It goes on by our own counts, whatever the operator says: one difference does not make others.
 */
export class Comparison {
  readonly findings = new Findings();
  readonly #rules: RepricingRules;
  readonly #counters = new Map<OwnerId, Counters>();
  readonly #sessions = new Map<ConversationId, Sessions>();
  readonly #seen = new SeenSessions();

  constructor(private readonly catalog: Catalog) {
    this.#rules = publishedRules(catalog);
  }

  take(archived: ArchivedMessage): Compared {
    const { message, deliveredAt } = archived.usage;
    const opensSession = this.#seen.opens(message.conversationId, archived.said.session, deliveredAt);
    const said = archived.said.pricing && { pricing: archived.said.pricing, opensSession };
    this.findings.countMessage(said !== null);
    const business = findBusiness(this.catalog, message.businessId);
    const policy = business && this.#rules.policyAt(business, deliveredAt);
    if (!business || !policy) return this.#unpriced(archived.usage, 'no policy is in force');
    const terms = termsOf(business, policy, this.#rules.cardAt(business, deliveredAt));
    const tally = { counters: this.#counters.get(message.ownerId) ?? noCounters, sessions: this.#sessions.get(message.conversationId) ?? noSessions };
    const { priced, rated } = likeliest(archived, { usage: archived.usage, terms, tally }, said);
    if (rated.outcome.kind === 'unpriced') return this.#unpriced(priced.usage, rated.outcome.detail);
    if (rated.counters !== tally.counters) this.#counters.set(message.ownerId, rated.counters);
    if (rated.sessions !== tally.sessions) this.#sessions.set(message.conversationId, rated.sessions);
    this.findings.countCharge(business.currency, rated.outcome.amount, rated.outcome.illustrative);
    if (said !== null) this.findings.countCompared();
    const difference = said && this.#difference(archived, priced, rated.outcome, said, business);
    if (difference !== null) this.findings.countDifference(difference);
    return { usage: priced.usage, decision: chargePosted(priced.usage, rated.outcome, { policy, currency: business.currency }), difference };
  }

  /** A message that reached nobody and is called billable. */
  takeFailure({ message, market, failedAt, pricing, source }: BilledFailure): Difference {
    const difference: Difference = {
      message, market, sentAt: message.requestedAt, deliveredAt: null, ours: null, theirs: pricing, fields: ['billable'], cause: 'not_delivered',
      detail: `Failed at ${new Date(failedAt).toISOString()}: only what is delivered or read is charged.`,
      currency: findBusiness(this.catalog, message.businessId)?.currency ?? '', ourAmount: 0n, theirAmount: null, source,
    };
    this.findings.countDifference(difference);
    return difference;
  }

  #unpriced(usage: Payload<UsageRecorded>, reason: string): Compared {
    this.findings.countUnpriced(reason);
    return { usage, decision: skip(usage.message.ownerId, `no price: ${reason}`), difference: null };
  }

  #difference(archived: ArchivedMessage, priced: Priced, charge: Charge, said: Said, business: Business): Difference | null {
    const { usage, terms: { policy } } = priced;
    const fields = differingFields(charge, policy, said);
    const word = fields.length > 0 ? explain({ ...priced, archived, charge, said, business, rules: this.#rules }) : otherwiseSaid(archived, charge);
    if (word === null) return null;
    const { message, market, sentAt, deliveredAt } = usage;
    const { cause, detail, theirAmount } = word;
    const differing: readonly DifferingField[] = fields.length > 0 ? fields : cause === 'billed_twice' ? ['times'] : ['billable'];
    return { message, market, sentAt, deliveredAt, ours: ourWord(charge, policy), theirs: said.pricing, fields: differing, cause, detail, currency: business.currency, ourAmount: charge.amount, theirAmount, source: archived.source };
  }
}

/** What the message most likely was: as told, or where that is not sure, the other if only then the operator's word is ours. */
function likeliest({ alternative }: ArchivedMessage, priced: Priced, said: Said | null): { readonly priced: Priced; readonly rated: Rating } {
  const rated = rate(priced.usage, priced.terms, priced.tally);
  if (alternative === null || said === null || agrees(rated, priced, said)) return { priced, rated };
  const other = { ...priced, usage: { ...priced.usage, message: { ...priced.usage.message, ...alternative } } };
  const otherwise = rate(other.usage, other.terms, other.tally);
  return agrees(otherwise, other, said) ? { priced: other, rated: otherwise } : { priced, rated };
}

function agrees({ outcome }: Rating, { terms: { policy } }: Priced, said: Said): boolean {
  return outcome.kind === 'charge' && differingFields(outcome, policy, said).length === 0;
}

/** What is wrong with the operator's word although its last word is ours. */
function otherwiseSaid({ said: { isBilledTwice, sentPricing, pricing } }: ArchivedMessage, charge: Charge) {
  if (isBilledTwice) return { cause: 'billed_twice' as const, detail: 'Both delivered and read carry a price; one of them is the one it is billed by.', theirAmount: charge.amount * 2n };
  const isSame = sentPricing === null || pricing === null || (sameOrUnsaid(sentPricing.billable, pricing.billable) && sameOrUnsaid(sentPricing.type, pricing.type));
  if (isSame) return null;
  return { cause: 'contradiction' as const, detail: `Sent says ${sentPricing.type ?? `billable ${sentPricing.billable}`}, the receipt ${pricing.type ?? `billable ${pricing.billable}`}, which is what ours says.`, theirAmount: charge.amount };
}

function sameOrUnsaid(one: unknown, other: unknown): boolean {
  return one === null || other === null || one === other;
}
