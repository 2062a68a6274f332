import type { AdjustmentId, AdjustmentPosted, AnyEvent, ChargePosted, Instant, Payload, UsageRecorded } from '@parley/contracts';
import { localMonth } from '@parley/rating';
import { isDrifting } from './drift.js';
import type { PublishedCorrection, PublishedHistory } from './published.js';
import { Truth, type Due } from './truth.js';

/** What a correction changes of one business. Micros. */
export interface SettledBusiness {
  readonly businessId: string;
  readonly ownerId: string;
  readonly currency: string;
  adjustments: number;
  /** Sum of the adjustments. */
  change: bigint;
}

/**
 * The adjustments that follow from one correction: a pure function of the catalog and of usage with its charges, in order, so that whoever folds them
 * again finds the same ones. A charge that the correction reaches is adjusted by the difference between what it should have been with this
 * correction and what it came to with those before it. A charge is reached until it is stamped with the next correction, which answers for the rest.
 *
 * Charges stamped after the correction are priced by it, but counted on from allowances, tiers and sessions as they were charged: these are adjusted
 * too, until counts agree again (`drifting`).
 */
export class Settlement {
  readonly correction: PublishedCorrection;
  readonly businesses = new Map<string, SettledBusiness>();
  /** Why corrected rules had no price, by the reason, and how often. What was charged stands. */
  readonly reasons = new Map<string, number>();
  charges = 0;
  adjustments = 0;
  /** Used but not charged yet. */
  pending = 0;
  /** Charges that do not follow from their own stamp: adjusted by nothing, since no correction made the difference. */
  unexplained = 0;
  readonly #charged: Truth;
  readonly #before: Truth | null;
  readonly #after: Truth;
  /** First catalog offset that is the next correction's. */
  readonly #until: number;

  /** @param index of the correction in `history.corrections`. */
  constructor(history: PublishedHistory, index: number) {
    const [previous, correction, next] = [history.corrections[index - 1], history.corrections[index]!, history.corrections[index + 1]];
    this.correction = correction;
    this.#charged = new Truth(history, -1);
    this.#before = previous === undefined ? null : new Truth(history, previous.catalogOffset);
    this.#after = new Truth(history, correction.catalogOffset);
    this.#until = next === undefined ? Infinity : next.catalogOffset + 1;
  }

  /** @param decision what billing made of it; null where it has not come to it yet. Null: nothing is to be adjusted. */
  take(usage: UsageRecorded, decision: AnyEvent | null): Payload<AdjustmentPosted> | null {
    if (decision === null) this.pending += 1;
    if (decision?.type !== 'ChargePosted' || decision.meta.catalogOffset >= this.#until) return null;
    this.charges += 1;
    const charged = this.#charged.due(usage, decision);
    const before = this.#before?.due(usage, decision) ?? charged;
    const after = this.#after.due(usage, decision);
    if (charged.amount !== decision.amount) {
      this.unexplained += 1;
      return null;
    }
    if (after.unpriced !== null) this.reasons.set(after.unpriced, (this.reasons.get(after.unpriced) ?? 0) + 1);
    // One that was stamped after this correction was beyond the reach of those before it.
    const came = decision.meta.catalogOffset <= this.correction.catalogOffset ? before.amount : decision.amount;
    return after.amount === came ? null : this.#adjusted(decision, after, after.amount - came);
  }

  /** Whether charges still to come may be counted otherwise than they should be. Ask at the end of the log. */
  drifting(now: Instant): boolean {
    return this.#until === Infinity && isDrifting(this.#charged.tallies, this.#after.tallies, now);
  }

  /** Whether the next correction answers for all that is still to come. */
  get isBounded(): boolean {
    return this.#until !== Infinity;
  }

  #adjusted(charge: ChargePosted, due: Due, amount: bigint): Payload<AdjustmentPosted> {
    const { chargeId, message, currency, market, tier } = charge;
    const { businessId, ownerId } = message;
    const business = this.businesses.get(businessId) ?? { businessId, ownerId, currency, adjustments: 0, change: 0n };
    business.adjustments += 1;
    business.change += amount;
    this.businesses.set(businessId, business);
    this.adjustments += 1;
    const { kind, id, version, catalogOffset, reason } = this.correction;
    return {
      type: 'AdjustmentPosted',
      adjustmentId: adjustmentIdOf(this.correction, chargeId),
      chargeId, ownerId, businessId, currency, amount, reason,
      causedBy: `${kind === 'policy' ? 'policy' : 'rate card'} ${id} version ${version}`,
      month: charge.month ?? localMonth(charge.deliveredAt, 'UTC'),
      market,
      pricingCategory: charge.pricingCategory ?? message.category,
      tier: tier?.bounds ?? null,
      illustrative: charge.illustrative || due.illustrative,
      correction: { kind, id, version, catalogOffset },
    };
  }
}

/** One adjustment at the most of a correction and a charge: both name it. */
export function adjustmentIdOf({ catalogOffset }: Pick<PublishedCorrection, 'catalogOffset'>, chargeId: string): AdjustmentId {
  return `correction-${catalogOffset}.${chargeId}` as AdjustmentId;
}
