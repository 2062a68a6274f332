import { formatDecimal, isCurrency, micros, microsFromText, minorUnitDecimals } from '@parley/money';
import type { Micros } from '@parley/money';

/** Decimals that an amount is written with: those of its currency, or as many more as it needs to be exact. At most six. */
export function decimalsOf(amount: Micros, code: string): number {
  const [, decimals = ''] = formatDecimal(amount).split('.');
  return Math.max(decimals.length, isCurrency(code) ? minorUnitDecimals(code) : 0);
}

/** The most decimals that any of the amounts needs: what a column is written with, so that its points stand below one another. */
export function columnDecimals(amounts: Iterable<Micros>, code: string): number {
  let decimals = isCurrency(code) ? minorUnitDecimals(code) : 0;
  for (const amount of amounts) decimals = Math.max(decimals, decimalsOf(amount, code));
  return decimals;
}

/** The exact amount with its thousands apart: 1234055000n in USD → "1,234.055". `decimals` pads with zeros and never cuts. */
export function writeAmount(amount: Micros, code: string, decimals = 0): string {
  const [units = '', rest = ''] = formatDecimal(amount).split('.');
  const grouped = units.replace(/\B(?=(\d{3})+$)/g, ',');
  const padded = rest.padEnd(Math.max(decimals, decimalsOf(amount, code)), '0');
  return padded === '' ? grouped : `${grouped}.${padded}`;
}

/** The same with its currency: "USD 1,234.055". */
export function writeMoney(amount: Micros, code: string, decimals = 0): string {
  return `${code} ${writeAmount(amount, code, decimals)}`;
}

/** The sum of amounts in one currency. Throws a RangeError beyond 64 bits. */
export function total(amounts: Iterable<Micros>): Micros {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return micros(sum);
}

/** How long a bar is: for drawing only, never to be read as an amount. */
export function drawnSize(amount: Micros): number {
  return Number(amount);
}

/** The marks of an axis from 0 to at least `most`: at most five steps of 1, 2, 2.5 or 5 times a power of ten. */
export function axisMarks(most: bigint): readonly bigint[] {
  const least = most <= 5n ? 1n : (most + 4n) / 5n;
  const power = 10n ** BigInt(least.toString().length - 1);
  const steps = [power, 2n * power, ...(power > 1n ? [(25n * power) / 10n] : []), 5n * power, 10n * power];
  const step = steps.find((candidate) => candidate >= least) ?? power;
  const marks = [0n];
  while (marks.at(-1)! < most) marks.push(BigInt(marks.length) * step);
  return marks;
}

/** Micros as the platform writes them: a whole number as text. Throws a SyntaxError for other text. */
export const readMicros = microsFromText;

/** A count with its thousands apart: 12345 → "12,345". */
export function writeCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A part of a whole in percent, to the nearest tenth and without a float: 1 of 3 → "33.3 %"; of nothing it is "–". */
export function writeShare(part: number | bigint, whole: number | bigint): string {
  if (BigInt(whole) === 0n) return '–';
  const permille = (BigInt(part) * 2_000n + BigInt(whole)) / (BigInt(whole) * 2n);
  return `${permille / 10n}.${permille % 10n} %`;
}
