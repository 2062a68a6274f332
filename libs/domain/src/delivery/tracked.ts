import type { BillableStatus, FailureReason, Instant, Message, Reservation } from '@parley/contracts';
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
  /** What windows set aside for it of the owner's budget: for its charge, or to be given back. Absent on what was kept before there were budgets. */
  readonly reservation?: TrackedReservation | null;
  readonly failure: { readonly reason: FailureReason; readonly detail: string } | null;
}

/** As plain JSON has it: micros as text. */
export type TrackedReservation = Omit<Reservation, 'amount' | 'cap'> & { readonly amount: string; readonly cap: string };

/** Most messages that may wait for a contact's devices; one more fails at dispatch, so that none is ever forgotten with its outcome unknown. */
export const undeliveredLimit = 512;

/** Most messages kept per conversation once somebody has them or nobody ever will: to say why a repeated receipt changes nothing. */
const endedLimits: Readonly<Record<Exclude<Status, 'sent'>, number>> = { delivered: 256, read: 16, failed: 16 };

/** The messages still worth keeping: all that are under way, and of the others the newest. */
export function pruned(tracked: readonly Tracked[]): readonly Tracked[] {
  const left = { ...endedLimits };
  const kept: Tracked[] = [];
  for (const message of tracked.toReversed()) {
    const { status } = message;
    if (status !== 'sent') {
      if (left[status] === 0) continue;
      left[status] -= 1;
    }
    kept.push(message);
  }
  return kept.length === tracked.length ? tracked : kept.reverse();
}
