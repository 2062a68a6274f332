import type { AnyEvent, BusinessId, Instant, OwnerId, UsageRecorded } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { factsOf, findBusiness } from '../catalog/lookups.js';
import type { RepricingRules } from './rules.js';
import { Tallies } from './tallies.js';

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

  constructor(
    private readonly catalog: Catalog,
    private readonly rules: RepricingRules,
    private readonly scope: RepricingScope,
  ) {}

  /** @param decision what billing made of it; null where it has not come to it yet. */
  take(usage: UsageRecorded, decision: AnyEvent | null): void {
    if (decision === null) return void (this.pending += 1);
    if (decision.type !== 'ChargePosted') return; // Charged before: a repeated record counts nowhere.
    this.messages += 1;
    const { message, deliveredAt } = usage;
    const business = findBusiness(this.catalog, message.businessId);
    const policy = business && this.rules.policyAt(business, deliveredAt);
    if (!business || !policy) return this.#unpriced(usage, 'no policy is in force');
    const terms = { policy, card: this.rules.cardAt(business, deliveredAt), business: factsOf(this.catalog, business, deliveredAt) };
    const outcome = this.#tallies.price(usage, terms);
    if (outcome.kind === 'unpriced') return this.#unpriced(usage, outcome.detail);
    if (!this.#isTold(usage)) return;
    const told = this.#business(usage, decision.currency);
    const { amount: priced, illustrative } = outcome;
    const amount = priced > decision.waived ? priced - decision.waived : 0n;
    told.messages += 1;
    told.was += decision.amount;
    told.wouldBe += amount;
    if (decision.amount > 0n) told.paidWas += 1;
    if (amount > 0n) told.paidWouldBe += 1;
    if (illustrative) told.illustrative += 1;
  }

  #isTold({ deliveredAt, message }: UsageRecorded): boolean {
    const { from, to, businesses } = this.scope;
    return (from === null || deliveredAt >= from) && (to === null || deliveredAt < to) && (businesses === null || businesses.has(message.businessId));
  }

  #unpriced(usage: UsageRecorded, reason: string): void {
    if (!this.#isTold(usage)) return;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    const told = this.#business(usage, findBusiness(this.catalog, usage.message.businessId)?.currency ?? '');
    told.unpriced += 1;
  }

  #business({ message: { businessId, ownerId } }: UsageRecorded, currency: string): RepricedBusiness {
    const known = this.businesses.get(businessId);
    if (known) return known;
    const made = { businessId, ownerId, currency, messages: 0, was: 0n, wouldBe: 0n, paidWas: 0, paidWouldBe: 0, illustrative: 0, unpriced: 0 };
    this.businesses.set(businessId, made);
    return made;
  }
}
