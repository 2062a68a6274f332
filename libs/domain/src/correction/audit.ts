import type { AdjustmentPosted, AnyEvent, ChargeId, UsageRecorded } from '@parley/contracts';
import { checksumOf } from '../invoice/checksum.js';
import type { PublishedHistory } from './published.js';
import { Truth } from './truth.js';

/** What an owner’s charges of one currency should have been changed by, and what corrections changed them by. Micros. */
export interface OwnerDifference {
  readonly ownerId: string;
  readonly currency: string;
  readonly due: bigint;
  readonly posted: bigint;
}

export interface ChargeDifference {
  readonly chargeId: ChargeId;
  readonly due: bigint;
  readonly posted: bigint;
}

interface Account {
  readonly ownerId: string;
  readonly currency: string;
  due: bigint;
  posted: bigint;
  /** Of all charges: what is due less what was posted, times a number made of the charge's id. Zero where each charge agrees. */
  sketch: bigint;
}

/**
 * Holds the ledger against the truth: every charge and the adjustments that corrections made of it are together what it should have been. One owner's
 * events in any order of usage and adjustments; of an owner it keeps three numbers, however many charges there are. Two errors that cancel out in the
 * sum do not in the sketch.
 */
export class CorrectionAudit {
  charges = 0;
  adjustments = 0;
  pending = 0;
  /** Charges that do not follow from their own stamp. */
  unexplained = 0;
  readonly reasons = new Map<string, number>();
  readonly #accounts = new Map<string, Account>();
  readonly #named = new Map<ChargeId, { due: bigint; posted: bigint }>();
  readonly #charged: Truth;
  readonly #corrected: Truth;

  /** @param named owners whose charges are to be told one by one. */
  constructor(
    history: PublishedHistory,
    private readonly named: ReadonlySet<string> = new Set(),
  ) {
    this.#charged = new Truth(history, -1);
    this.#corrected = new Truth(history, history.corrections.at(-1)?.catalogOffset ?? -1);
  }

  /** @param decision what billing made of it; null where it has not come to it yet. */
  charged(usage: UsageRecorded, decision: AnyEvent | null): void {
    if (decision === null) this.pending += 1;
    if (decision?.type !== 'ChargePosted') return;
    this.charges += 1;
    const { message: { ownerId }, currency, chargeId, amount } = decision;
    if (this.#charged.due(usage, decision).amount !== amount) this.unexplained += 1;
    const { amount: due, unpriced } = this.#corrected.due(usage, decision);
    if (unpriced !== null) this.reasons.set(unpriced, (this.reasons.get(unpriced) ?? 0) + 1);
    this.#account({ ownerId, currency, chargeId }, due - amount, 0n);
  }

  /** An adjustment of the ledger; only those that follow from a correction count. */
  adjusted({ correction, chargeId, ownerId, currency, amount }: AdjustmentPosted): void {
    if (correction === null || chargeId === null) return;
    this.adjustments += 1;
    this.#account({ ownerId, currency, chargeId }, 0n, amount);
  }

  /** Owners whose books are not what they should be. */
  get differences(): readonly OwnerDifference[] {
    return [...this.#accounts.values()].filter(({ due, posted, sketch }) => due !== posted || sketch !== 0n).map(({ sketch: _, ...account }) => account);
  }

  /** The charges of the named owners that are not. */
  get chargeDifferences(): readonly ChargeDifference[] {
    return [...this.#named].filter(([, { due, posted }]) => due !== posted).map(([chargeId, amounts]) => ({ chargeId, ...amounts }));
  }

  #account({ ownerId, currency, chargeId }: { readonly ownerId: string; readonly currency: string; readonly chargeId: ChargeId }, due: bigint, posted: bigint): void {
    if (due === posted) return;
    const key = `${ownerId} ${currency}`;
    const account = this.#accounts.get(key) ?? { ownerId, currency, due: 0n, posted: 0n, sketch: 0n };
    account.due += due;
    account.posted += posted;
    account.sketch = BigInt.asIntN(64, account.sketch + (due - posted) * numberOf(chargeId));
    this.#accounts.set(key, account);
    if (!this.named.has(ownerId)) return;
    const one = this.#named.get(chargeId) ?? { due: 0n, posted: 0n };
    this.#named.set(chargeId, { due: one.due + due, posted: one.posted + posted });
  }
}

/** 64 bits that an id gives, odd: no two charges’ differences cancel out but by chance. */
function numberOf(chargeId: ChargeId): bigint {
  return BigInt(`0x${checksumOf([chargeId])}`) | 1n;
}
