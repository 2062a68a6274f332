import type { Difference, DifferenceCause } from './difference.js';

/** Differences of one cause in one currency. Micros. */
export interface CauseFindings {
  readonly cause: DifferenceCause;
  readonly currency: string;
  messages: number;
  ourAmount: bigint;
  /** Of those where it can be told what the operator's word would cost. */
  theirAmount: bigint;
  /** Messages where it cannot: in neither amount. */
  unknown: number;
}

/** What came of a comparison. */
export class Findings {
  /** Messages that reached their contact. */
  messages = 0;
  /** Of these, priced by ours and with a word of the operator's: what is compared. */
  compared = 0;
  /** With no word of the operator on the price. */
  withoutPrice = 0;
  /** Without a price of ours: not compared. */
  unpriced = 0;
  illustrative = 0;
  differences = 0;
  readonly reasons = new Map<string, number>();
  /** Charged by ours, per currency. */
  readonly charged = new Map<string, bigint>();
  readonly #causes = new Map<string, CauseFindings>();

  /** By how many messages they explain, most first. */
  get causes(): readonly CauseFindings[] {
    return [...this.#causes.values()].sort((one, other) => other.messages - one.messages || (one.cause < other.cause ? -1 : 1));
  }

  countMessage(hasPrice: boolean): void {
    this.messages += 1;
    if (!hasPrice) this.withoutPrice += 1;
  }

  countUnpriced(reason: string): void {
    this.unpriced += 1;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  countCompared(): void {
    this.compared += 1;
  }

  countCharge(currency: string, amount: bigint, illustrative: boolean): void {
    this.charged.set(currency, (this.charged.get(currency) ?? 0n) + amount);
    if (illustrative) this.illustrative += 1;
  }

  countDifference({ cause, currency, ourAmount, theirAmount }: Difference): void {
    this.differences += 1;
    const key = `${cause} ${currency}`;
    const found = this.#causes.get(key) ?? { cause, currency, messages: 0, ourAmount: 0n, theirAmount: 0n, unknown: 0 };
    this.#causes.set(key, found);
    found.messages += 1;
    if (theirAmount === null) return void (found.unknown += 1);
    found.ourAmount += ourAmount;
    found.theirAmount += theirAmount;
  }
}
