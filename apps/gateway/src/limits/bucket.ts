/** So many at once, and one more each `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/**
 * A token bucket as one number: the instant at which it is full again, epoch ms. What was taken ahead of the rate is borrowed from later, and a
 * bucket whose instant has passed is as good as none.
 */
export type FullAt = number;

/** The bucket after one was taken from it; null where there was none left. `fullAt` undefined: it was never touched. */
export function take(fullAt: FullAt | undefined, { burst, everyMs }: Rate, now: number): FullAt | null {
  const from = Math.max(fullAt ?? now, now);
  // A clock that was set back must not leave a debt for years: no more can be owed than the burst.
  const owedUntil = Math.min(from, now + burst * everyMs) + everyMs;
  return owedUntil - now > burst * everyMs ? null : owedUntil;
}

/** How long until one can be taken, ms; 0: now. */
export function waitOf(fullAt: FullAt | undefined, { burst, everyMs }: Rate, now: number): number {
  return Math.max(0, Math.min(fullAt ?? now, now + burst * everyMs) + everyMs - burst * everyMs - now);
}
