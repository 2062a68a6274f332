import { minorUnitDecimals, type Currency } from './currency.js';
import { formatDecimal, micros, parseDecimal, type Micros } from './micros.js';

/** An exact amount of one currency. */
export interface Money {
  readonly currency: Currency;
  readonly micros: Micros;
}

export function money(currency: Currency, amount: Micros): Money {
  return { currency, micros: amount };
}

/** Money from a decimal number, see `parseDecimal`: ("USD", "0.0008") → 800 micros. */
export function parseMoney(currency: Currency, text: string): Money {
  return { currency, micros: parseDecimal(text) };
}

/** For people and logs: "0.0008 USD". Exact, never rounded. */
export function formatMoney(amount: Money): string {
  return `${formatDecimal(amount.micros)} ${amount.currency}`;
}

/** The sum. Throws a TypeError on two currencies: there is no such sum, and no rate to guess. */
export function add(one: Money, other: Money): Money {
  if (one.currency !== other.currency) throw new TypeError(`cannot add ${other.currency} to ${one.currency}`);
  return { currency: one.currency, micros: micros(one.micros + other.micros) };
}

/** The sum of any number of amounts of one currency; zero of none. */
export function sum(currency: Currency, amounts: Iterable<Money>): Money {
  let total: Money = { currency, micros: micros(0n) };
  for (const amount of amounts) total = add(total, amount);
  return total;
}

/** A number of times the amount. Whole numbers only, so nothing is rounded; throws a RangeError when the product exceeds 64 bits. */
export function multiply(amount: Money, times: bigint): Money {
  return { currency: amount.currency, micros: micros(amount.micros * times) };
}

export function negate(amount: Money): Money {
  return multiply(amount, -1n);
}

/**
 * Rounds to a whole number of the currency's minor unit (cents of USD, yen of JPY); a half goes away from zero, so that a charge and its
 * reversal round alike.
 */
export function roundHalfUpToMinorUnit(amount: Money): Money {
  const step = 10n ** BigInt(6 - minorUnitDecimals(amount.currency));
  const magnitude = amount.micros < 0n ? -amount.micros : amount.micros;
  const rounded = ((magnitude + step / 2n) / step) * step;
  return { currency: amount.currency, micros: micros(amount.micros < 0n ? -rounded : rounded) };
}
