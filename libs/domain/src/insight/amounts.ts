import { formatDecimal, micros, microsToText, zeroMicros, type Micros, type MicrosText } from '@parley/money';

/** So many messages, and what they cost in one currency. */
export interface Cost {
  readonly currency: string;
  readonly count: number;
  /** Micros of `currency`. */
  readonly amount: Micros;
}

/** A cost as HTTP says it: a bigint has no JSON. */
export interface CostText {
  readonly currency: string;
  readonly count: number;
  readonly amount: string;
  readonly amountMicros: MicrosText;
}

export function costText({ currency, count, amount }: Cost): CostText {
  return { currency, count, amount: formatDecimal(amount), amountMicros: microsToText(amount) };
}

/** Costs by currency: amounts of two are never added up. */
export class Costs {
  readonly #byCurrency = new Map<string, { count: number; amount: Micros }>();

  add(currency: string, amount: Micros): void {
    const known = this.#byCurrency.get(currency) ?? { count: 0, amount: zeroMicros };
    this.#byCurrency.set(currency, { count: known.count + 1, amount: micros(known.amount + amount) });
  }

  /** One entry per currency, by its code. */
  list(): readonly Cost[] {
    return [...this.#byCurrency].map(([currency, cost]) => ({ currency, ...cost })).sort((one, other) => (one.currency < other.currency ? -1 : 1));
  }
}
