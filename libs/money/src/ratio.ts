/**
 * A part of a whole in basis points (hundredths of a percent), rounded once: a half goes away from zero, so that a rise and the equal fall read
 * alike. For showing a change to people; nothing is charged by it. (1n, 3n) → 3_333n. Throws a RangeError for a whole of zero.
 */
export function ratioHalfUpToBasisPoints(part: bigint, whole: bigint): bigint {
  if (whole === 0n) throw new RangeError('nothing is a part of zero');
  const numerator = magnitude(part) * 10_000n;
  const rounded = (numerator + magnitude(whole) / 2n) / magnitude(whole);
  return part < 0n === whole < 0n ? rounded : -rounded;
}

/** Basis points as a percentage with its sign and two decimals: 1_250n → "+12.50 %", -5n → "-0.05 %", 0n → "0.00 %". */
export function formatBasisPoints(basisPoints: bigint): string {
  const size = magnitude(basisPoints);
  const sign = basisPoints === 0n ? '' : basisPoints < 0n ? '-' : '+';
  return `${sign}${size / 100n}.${(size % 100n).toString().padStart(2, '0')} %`;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
