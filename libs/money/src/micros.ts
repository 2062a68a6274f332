/**
 * An amount in millionths of a currency's main unit, as an exact integer: 1 USD is 1_000_000n. Always within a signed 64-bit integer, the
 * width it has on the log and in the database.
 */
export type Micros = bigint & { readonly __unit: 'micros' };

/** Micros written as a decimal integer ("800", "-5"): how an amount is kept in JSON states and rows, where a bigint cannot go. */
export type MicrosText = string & { readonly __unit: 'micros' };

export const microsPerUnit = 1_000_000n;
export const maxMicros = 2n ** 63n - 1n;
export const minMicros = -(2n ** 63n);

/** The integer as micros. Throws a RangeError outside signed 64 bits: such an amount can be neither written nor stored. */
export function micros(value: bigint): Micros {
  if (value > maxMicros || value < minMicros) throw new RangeError(`${value} micros do not fit into a signed 64-bit integer`);
  return value as Micros;
}

export const zeroMicros = micros(0n);

const decimal = /^(-?)(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,6}))?$/;

/**
 * Exact micros of a decimal number: "0.0008" → 800n, "-12.5" → -12_500_000n. Throws a SyntaxError for anything that is not plainly such a
 * number: an exponent, a sign plus, a thousands separator, a leading zero, a missing digit, NaN, or more than six decimals.
 */
export function parseDecimal(text: string): Micros {
  const match = decimal.exec(text);
  if (!match) throw new SyntaxError(`"${text}" is not a decimal amount with at most six decimals, such as 0.0008`);
  const [, sign, units = '', decimals = ''] = match;
  const magnitude = BigInt(units) * microsPerUnit + BigInt(decimals.padEnd(6, '0'));
  return micros(sign === '-' ? -magnitude : magnitude);
}

/** The shortest decimal number that parses back to the same micros: 800n → "0.0008", 5_000_000n → "5". */
export function formatDecimal(amount: Micros): string {
  const magnitude = amount < 0n ? -amount : amount;
  const decimals = (magnitude % microsPerUnit).toString().padStart(6, '0').replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${magnitude / microsPerUnit}${decimals && `.${decimals}`}`;
}

/** Micros as a decimal integer, for JSON: 800n → "800". */
export function microsToText(amount: Micros): MicrosText {
  return amount.toString() as MicrosText;
}

/** Micros from a decimal integer: "800" → 800n. Throws a SyntaxError for any other text, and a RangeError outside 64 bits. */
export function microsFromText(text: string): Micros {
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) throw new SyntaxError(`"${text}" is not a whole number of micros`);
  return micros(BigInt(text));
}
