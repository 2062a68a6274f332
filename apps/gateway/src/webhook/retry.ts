/** How long to wait between attempts: doubling from the first to the longest. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * The wait after the n-th failed attempt in a row, n from 1. Half of it is jitter (`chance` from 0 to 1), so that many who failed together do
 * not come back together.
 */
export function waitAfter(failures: number, { firstMs, longestMs }: Backoff, chance: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(whole / 2 + (whole / 2) * chance);
}
