import type { Instant } from '@parley/contracts';
import type { CorrectionState } from './correction-row.js';
import type { PassTotals } from './pass.js';

/** Usage partitions whose lanes have not decided by a correction yet, and whether it is so old that they would if they decided now. */
export interface Reachable {
  readonly partitions: readonly number[];
  readonly isSeen: boolean;
}

export interface Outcome {
  readonly state: Extract<CorrectionState, 'posted' | 'settled'>;
  /** When it is looked at again. */
  readonly nextAt: Instant;
}

/** A process that has not seen a correction by then has raised an alarm long ago. */
export const seenEverywhereMs = 10 * 60_000;
/** A pass reads the whole usage log: while counts drift, one an hour is enough. */
export const whileDriftingMs = 3_600_000;
const whilePendingMs = 60_000;

/**
 * What becomes of a correction after a pass. It is settled when no charge can follow any more that was not priced by it: neither one under way in a
 * partition whose lane may still decide as before, nor one that counts on from what was corrected.
 */
export function outcomeOf({ pendingIn, drifting }: Pick<PassTotals, 'pendingIn' | 'drifting'>, { partitions, isSeen }: Reachable, now: Instant): Outcome {
  const isPending = partitions.some((partition) => pendingIn.includes(partition));
  const isOpen = isPending || (partitions.length > 0 && !isSeen);
  if (drifting) return { state: 'posted', nextAt: now + whileDriftingMs };
  if (isOpen) return { state: 'posted', nextAt: now + (isPending ? whilePendingMs : seenEverywhereMs) };
  return { state: 'settled', nextAt: now };
}
