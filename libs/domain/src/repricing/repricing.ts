import type { BusinessId, EventPicks, Instant, OwnerId, PickedEvent } from '@parley/contracts';
import { localDate, type LocalDate, type Terms } from '@parley/rating';
import type { Business, Catalog } from '../catalog/catalog.js';
import { factsOf, findBusiness } from '../catalog/lookups.js';
import type { RepricingRules } from './rules.js';
import { Tallies } from './tallies.js';

/** All that repricing reads of usage and of billing's decisions: `take` is content with what `pickedPages` gives of these. */
export const repricingPicks = {
  UsageRecorded: {
    message: { businessId: true, ownerId: true, numberId: true, conversationId: true, lane: true, kind: true, category: true },
    market: true, sentAt: true, deliveredAt: true, lastInboundAt: true, entryPointAt: true,
  },
  ChargePosted: { currency: true, amount: true, waived: true },
  DecisionSkipped: {},
} as const satisfies EventPicks;

export type RepricedUsage = PickedEvent<typeof repricingPicks, 'UsageRecorded'>;
export type RepricedDecision = PickedEvent<typeof repricingPicks>;

/** What of the usage is told of. All of it is counted: an allowance is used up by what came before, too. */
export interface RepricingScope {
  /** First instant of delivery, and the first one no more; null for no bound. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** Null for all. */
  readonly businesses: ReadonlySet<string> | null;
}

/** What one business's messages cost, and would cost. Micros of its currency. */
export interface RepricedBusiness {
  readonly businessId: BusinessId;
  readonly ownerId: OwnerId;
  readonly currency: string;
  messages: number;
  was: bigint;
  /** What a hard cap waived stays waived. */
  wouldBe: bigint;
  /** Messages that cost something, as it was and as it would be. */
  paidWas: number;
  paidWouldBe: number;
  /** Under prices that are examples, as it would be. */
  illustrative: number;
  /** Messages for which the other rules have no price: in neither sum. */
  unpriced: number;
}

/** A business that messages are priced for, what held for it on the day that was last asked for, and what is told of it. */
interface Payer {
  /** Null where it is not registered. */
  readonly business: Business | null;
  day: LocalDate;
  terms: Terms | null;
  told: RepricedBusiness | null;
}

/**
 * Prices used messages again, in the order of the usage log, by other rules than those in force. It reads and changes nothing else: it is a
 * fold, and as long as the order within each owner is kept, the same usage gives the same sums, whatever the pages or processes.
 */
export class Repricing {
  readonly businesses = new Map<string, RepricedBusiness>();
  /** Why messages had no price, by the reason, and how often. */
  readonly reasons = new Map<string, number>();
  /** Used but not charged yet: in no sum. */
  pending = 0;
  messages = 0;
  readonly #tallies = new Tallies();
  readonly #payers = new Map<BusinessId, Payer>();

  constructor(
    private readonly catalog: Catalog,
    private readonly rules: RepricingRules,
    private readonly scope: RepricingScope,
  ) {}

  /** @param decision what billing made of it; null where it has not come to it yet. */
  take(usage: RepricedUsage, decision: RepricedDecision | null): void {
    if (decision === null) return void (this.pending += 1);
    if (decision.type !== 'ChargePosted') return; // Charged before: a repeated record counts nowhere.
    this.messages += 1;
    const payer = this.#payerOf(usage.message.businessId);
    const terms = this.#termsOf(payer, usage.deliveredAt);
    if (terms === null) return this.#unpriced(payer, usage, 'no policy is in force');
    const outcome = this.#tallies.price(usage, terms);
    if (outcome.kind === 'unpriced') return this.#unpriced(payer, usage, outcome.detail);
    if (!this.#isTold(usage)) return;
    const told = payer.told ?? this.#told(payer, usage, decision.currency);
    const { amount: priced, illustrative } = outcome;
    const amount = priced > decision.waived ? priced - decision.waived : 0n;
    told.messages += 1;
    // Most messages are free, and each sum is a new number.
    if (decision.amount !== 0n) told.was += decision.amount;
    if (amount !== 0n) told.wouldBe += amount;
    if (decision.amount > 0n) told.paidWas += 1;
    if (amount > 0n) told.paidWouldBe += 1;
    if (illustrative) told.illustrative += 1;
  }

  #payerOf(businessId: BusinessId): Payer {
    const known = this.#payers.get(businessId);
    if (known !== undefined) return known;
    const made = { business: findBusiness(this.catalog, businessId), day: '', terms: null, told: null };
    this.#payers.set(businessId, made);
    return made;
  }

  /** Null where no policy is in force. All that holds for a business holds from local midnight on, so for a whole day of its zone. */
  #termsOf(payer: Payer, deliveredAt: Instant): Terms | null {
    const { business } = payer;
    if (business === null) return null;
    const day = localDate(deliveredAt, business.zone);
    if (payer.day === day) return payer.terms;
    const policy = this.rules.policyAt(business, deliveredAt);
    payer.terms = policy && { policy, card: this.rules.cardAt(business, deliveredAt), business: factsOf(this.catalog, business, deliveredAt) };
    payer.day = day;
    return payer.terms;
  }

  #isTold({ deliveredAt, message }: RepricedUsage): boolean {
    const { from, to, businesses } = this.scope;
    return (from === null || deliveredAt >= from) && (to === null || deliveredAt < to) && (businesses === null || businesses.has(message.businessId));
  }

  #unpriced(payer: Payer, usage: RepricedUsage, reason: string): void {
    if (!this.#isTold(usage)) return;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    const told = payer.told ?? this.#told(payer, usage, payer.business?.currency ?? '');
    told.unpriced += 1;
  }

  #told(payer: Payer, { message: { businessId, ownerId } }: RepricedUsage, currency: string): RepricedBusiness {
    const made = { businessId, ownerId, currency, messages: 0, was: 0n, wouldBe: 0n, paidWas: 0, paidWouldBe: 0, illustrative: 0, unpriced: 0 };
    this.businesses.set(businessId, made);
    payer.told = made;
    return made;
  }
}
