import { formatDecimal, micros } from '@parley/money';

/** Each amount twice: `total` as a decimal of the currency, `totalMicros` in whole micros, both as text. */
export function amountsOf(amounts: Readonly<Record<string, bigint>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(amounts).flatMap(([name, amount]) => [[name, formatDecimal(micros(amount))], [`${name}Micros`, amount.toString()]]));
}
