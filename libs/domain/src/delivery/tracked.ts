import type { BillableStatus, FailureReason, Instant, Message } from '@parley/contracts';
import { envelopeRetentionMs } from './envelope-retention.js';
import type { Status } from './status.js';

/** A message to the contact, from dispatch until it is read or has failed. Instants are epoch ms, UTC. */
export interface Tracked {
  readonly message: Message;
  /** Region of the rate card; the fallback market as long as none is known. */
  readonly market: string;
  readonly status: Status;
  /** Null when it failed before it was released. */
  readonly sentAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly readAt: Instant | null;
  readonly failedAt: Instant | null;
  /** Which receipt was the first, and so the billable one. */
  readonly firstStatus: BillableStatus | null;
  /** As they stood at dispatch: what the price depends on. */
  readonly lastInboundAt: Instant | null;
  readonly entryPointAt: Instant | null;
  readonly failure: { readonly reason: FailureReason; readonly detail: string } | null;
}

/** Most messages kept per conversation and status, the newest. A receipt for an older one changes nothing, and nothing is charged for it. */
export const trackedLimits: Readonly<Record<Status, number>> = { sent: 512, delivered: 256, read: 16, failed: 16 };

/**
 * The messages still worth keeping at that instant: of each status the newest, and of those sent none whose sealed content is gone. Read and
 * failed ones are kept for a while only to say why a repeated receipt changes nothing.
 */
export function pruned(tracked: readonly Tracked[], now: Instant): readonly Tracked[] {
  const left: Record<Status, number> = { ...trackedLimits };
  const kept: Tracked[] = [];
  for (const message of tracked.toReversed()) {
    if (left[message.status] === 0) continue;
    if (message.status === 'sent' && now >= (message.sentAt ?? now) + envelopeRetentionMs) continue;
    left[message.status] -= 1;
    kept.push(message);
  }
  return kept.length === tracked.length ? tracked : kept.reverse();
}
