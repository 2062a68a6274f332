// The books in which messages are counted, so that none is ever lost between services: accepted = charged + free + refused + failed + pending.
import type { AnyEvent, Message, Payload, Tally } from '@parley/contracts';
import type { BillingEvent } from '../billing/events.js';
import type { DeliveryEvent } from '../delivery/events.js';
import type { FeedEvent } from '../delivery/feed.js';
import type { NotificationEvent } from '../notification/events.js';
import type { WindowEvent } from '../window/events.js';

/** Everything that is counted, by the topology that counts it. A message is counted once in each of the stages that it passes. */
export const counted = {
  /** Requests on the log, by a reader that decides nothing. */
  feed: ['accepted'],
  /** `waiting` and `no_longer_waiting`: for the time to send. */
  notifications: ['waiting', 'no_longer_waiting', 'refused', 'repeated'],
  windows: ['admitted', 'refused', 'repeated'],
  /** `not_arrived`: of those failed, the ones that had been sent. */
  delivery: ['sent', 'arrived', 'not_arrived', 'failed', 'repeated'],
  billing: ['charged', 'free', 'repeated'],
} as const;

type Decision = Payload<AnyEvent> | null;
type Word<Topology extends keyof typeof counted> = (typeof counted)[Topology][number];

function of<Topology extends keyof typeof counted>({ businessId }: Pick<Message, 'businessId'>, ...words: readonly Word<Topology>[]): readonly Tally[] {
  return words.map((what) => ({ businessId, what }));
}

/** What notifications releases is a request once more, and was accepted before. */
export function feedTallies(event: FeedEvent): readonly Tally[] {
  const isAccepted = event.type === 'NotificationRequested' || (event.type === 'MessageRequested' && event.meta.link.startsWith('ingest/'));
  return isAccepted ? of<'feed'>(event.message, 'accepted') : [];
}

export function notificationTallies(command: NotificationEvent, decision: Decision): readonly Tally[] {
  if (decision === null || (command.type !== 'NotificationRequested' && command.type !== 'TimerDue')) return [];
  const waited = command.type === 'TimerDue';
  switch (decision.type) {
    case 'NotificationScheduled':
      return of<'notifications'>(decision.message, 'waiting');
    case 'MessageRequested':
      return waited ? of<'notifications'>(decision.message, 'no_longer_waiting') : [];
    case 'MessageRefused':
      return waited ? of<'notifications'>(decision.message, 'no_longer_waiting', 'refused') : of<'notifications'>(decision.message, 'refused');
    default:
      return waited ? [] : of<'notifications'>(command.message, 'repeated');
  }
}

export function windowTallies(command: WindowEvent, decision: Decision): readonly Tally[] {
  if (decision === null || command.type !== 'MessageRequested') return [];
  switch (decision.type) {
    case 'MessageAdmitted':
      return of<'windows'>(command.message, 'admitted');
    case 'MessageRefused':
    case 'MessageOverBudget':
      return of<'windows'>(command.message, 'refused');
    default:
      return of<'windows'>(command.message, 'repeated');
  }
}

export function deliveryTallies(command: DeliveryEvent, decision: Decision): readonly Tally[] {
  if (decision === null) return [];
  const isDispatch = command.type === 'MessageAdmitted';
  switch (decision.type) {
    case 'MessageSent':
      return of<'delivery'>(decision.message, 'sent');
    case 'MessageFailed':
      return isDispatch ? of<'delivery'>(decision.message, 'failed') : of<'delivery'>(decision.message, 'not_arrived', 'failed');
    case 'MessageDelivered':
      return decision.first ? of<'delivery'>(decision.message, 'arrived') : [];
    case 'MessageRead':
      return decision.billable === null ? [] : of<'delivery'>(decision.billable.message, 'arrived');
    default:
      return isDispatch ? of<'delivery'>(command.message, 'repeated') : [];
  }
}

export function billingTallies(usage: BillingEvent, decision: Decision): readonly Tally[] {
  if (decision === null || usage.type !== 'UsageRecorded') return [];
  if (decision.type !== 'ChargePosted') return of<'billing'>(usage.message, 'repeated');
  return of<'billing'>(usage.message, decision.amount === 0n ? 'free' : 'charged');
}
