import type { Cause, ChargeId, Message } from '@parley/contracts';
import { remember, type RecentIds } from '../recent-ids.js';
import type { BillingEvent } from './events.js';

/** Charges that are remembered per owner. Delivery writes usage once per message already; this catches what a repaired log might repeat. */
export const chargedLimit = 64;

/** What billing knows of one owner. */
export interface BillingState {
  readonly charged: RecentIds;
  /** The receipt on the conversation's log that the usage in hand follows from: evidence for its charge. */
  readonly receipt: Cause | null;
}

export const initial: BillingState = { charged: [], receipt: null };

/** What billing knows once this has happened. */
export function evolve(state: BillingState, event: BillingEvent): BillingState {
  switch (event.type) {
    case 'UsageRecorded':
      return { ...state, receipt: event.meta.cause };
    case 'ChargePosted':
      return { ...state, charged: remember(state.charged, event.chargeId, chargedLimit) };
    case 'DecisionSkipped':
      return state;
    default:
      return event satisfies never;
  }
}

/** One message, one charge: a message id is unique within its conversation only, so both name it. */
export function chargeIdOf({ conversationId, messageId }: Message): ChargeId {
  return `${conversationId}.${messageId}` as ChargeId;
}
