import { formatDecimal, micros } from '@parley/money';
import { text } from './shape.js';

/** An amount as a decimal of its currency's main unit, never a binary float. */
export const decimal = text({ max: 32, pattern: /^-?\d+(\.\d+)?$/, hint: 'a decimal, as text' });
export const wholeMicros = text({ max: 20, pattern: /^-?\d+$/, hint: 'millionths, as text' });

/** Each amount twice: `total` as a decimal of the currency, `totalMicros` in whole micros, both as text. */
export function amountsOf(amounts: Readonly<Record<string, bigint>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(amounts).flatMap(([name, amount]) => [[name, formatDecimal(micros(amount))], [`${name}Micros`, amount.toString()]]));
}
