import type { DecisionContext, FailureReason, Instant, MessageAdmitted, Payload, PayloadOf, ReceiptReported, TimerDue } from '@parley/contracts';
import { fallbackMarket, windowClosesAt } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { findBusiness, policyInForce } from '../catalog/lookups.js';
import { MissingFromCatalog, skip } from '../decision.js';
import { objectionTo, type Objection } from '../window/objection.js';
import { envelopeRetentionMs } from './envelope-retention.js';
import type { DeliveryCommand, DeliveryEvent } from './events.js';
import { expiryTimer, findTracked, reservationOf, type DeliveryState } from './evolve.js';
import { advances } from './status.js';
import { undeliveredLimit, type Tracked } from './tracked.js';

type DeliveryDecision = PayloadOf<'MessageSent' | 'MessageDelivered' | 'MessageRead' | 'MessageFailed' | 'DecisionSkipped'>;

/**
 * Releases an admitted message or fails it, or says what a receipt changes. The same command decided again changes nothing. Throws
 * MissingFromCatalog when the business or a policy for it is missing.
 */
export function decide(command: DeliveryCommand, state: DeliveryState, context: DecisionContext<Catalog>): DeliveryDecision {
  switch (command.type) {
    case 'MessageAdmitted':
      return decideDispatch(command, state, context);
    case 'ReceiptReported':
      return command.by === 'business' ? decideBusinessReceipt(command, state) : decideContactReceipt(command, state);
    case 'TimerDue':
      return decideExpiry(command, state, context);
    default:
      return command satisfies never;
  }
}

function decideDispatch({ message, reservation }: MessageAdmitted, state: DeliveryState, { now, catalog }: DecisionContext<Catalog>): DeliveryDecision {
  if (findTracked(state, message.messageId) !== null) return skip(message.conversationId, `message ${message.messageId} was dispatched before`);
  const fail = (reason: FailureReason, detail: string): DeliveryDecision => ({ type: 'MessageFailed', message, reason, detail, reservation });
  if (now >= message.requestedAt + envelopeRetentionMs) return fail('envelope_expired', 'The request is older than its sealed content is kept (30 days).');

  if (state.tracked.filter(({ status }) => status === 'sent').length >= undeliveredLimit) {
    return fail('undeliverable', `${undeliveredLimit} messages wait for the contact's devices already: no more are kept.`);
  }

  const business = findBusiness(catalog, message.businessId);
  if (business === null) throw new MissingFromCatalog(`the business ${message.businessId} is not registered`);
  const policy = policyInForce(catalog, business, now);
  if (policy === null) throw new MissingFromCatalog(`no policy is in force for the business ${business.businessId}; publish one that is effective by now`);

  const objection = objectionTo(message, state.window, policy, now);
  if (objection !== null) return fail(failureReason(objection), objection.detail);
  const { lastInboundAt, entryPointAt } = state.window;
  const closesAt = lastInboundAt === null ? null : windowClosesAt(lastInboundAt, policy.document);
  return { type: 'MessageSent', message, market: state.market?.name ?? fallbackMarket, lastInboundAt, entryPointAt, windowClosesAt: closesAt, reservation };
}

/** Consent was there at admission, so where it lacks at dispatch it was taken back. */
function failureReason({ reason }: Objection): FailureReason {
  return reason === 'window_closed' ? 'window_closed' : 'consent_revoked';
}

function decideContactReceipt(command: ReceiptReported, state: DeliveryState): DeliveryDecision {
  const { businessId, contactId, conversationId, messageId, status } = command;
  const tracked = findTracked(state, messageId);
  if (tracked === null) return skip(conversationId, `message ${messageId} is not known here, or no longer`);
  if (tracked.sentAt === null || !advances(tracked.status, status)) return skip(conversationId, `message ${messageId} is ${tracked.status} already`);

  switch (status) {
    case 'delivered':
      return { type: 'MessageDelivered', ...usedFacts(tracked, tracked.sentAt, command), first: tracked.firstStatus === null };
    case 'read': {
      const billable = tracked.firstStatus === null ? usedFacts(tracked, tracked.sentAt, command) : null;
      return { type: 'MessageRead', messageId, businessId, contactId, conversationId, by: 'contact', billable };
    }
    case 'failed':
      return { type: 'MessageFailed', message: tracked.message, reason: 'rejected_by_device', detail: "The contact's device could not open the message.", reservation: reservationOf(tracked) };
    default:
      return status satisfies never;
  }
}

function usedFacts({ message, market, lastInboundAt, entryPointAt, ...tracked }: Tracked, sentAt: Instant, receipt: ReceiptReported): NonNullable<PayloadOf<'MessageRead'>['billable']> {
  // Where nobody knew the market at dispatch (the contact opted in and never wrote), the directory says it with the first receipt.
  return { message, market: market === fallbackMarket ? (receipt.market ?? market) : market, sentAt, lastInboundAt, entryPointAt, reservation: reservationOf(tracked) };
}

/** A message that no device has fetched while its content was kept has failed: what was set aside for it is given back. */
function decideExpiry({ key, name, subject }: TimerDue, state: DeliveryState, { now }: DecisionContext<Catalog>): DeliveryDecision {
  if (name !== expiryTimer) return skip(key, `delivery has no timer ${name}`);
  const tracked = findTracked(state, subject);
  if (tracked === null || tracked.status !== 'sent' || tracked.sentAt === null) return skip(key, `message ${subject} waits no longer`);
  if (now < tracked.sentAt + envelopeRetentionMs) return skip(key, `message ${subject} may still be fetched`);
  const detail = 'No device of the contact fetched it for 30 days, and its sealed content is gone.';
  return { type: 'MessageFailed', message: tracked.message, reason: 'envelope_expired', detail, reservation: reservationOf(tracked) };
}

function decideBusinessReceipt(command: ReceiptReported, state: DeliveryState): DeliveryDecision {
  const { businessId, contactId, conversationId, messageId, status } = command;
  if (status !== 'read') return skip(conversationId, `of the contact's messages only "read" is kept, not "${status}"`);
  if (!state.unread.includes(messageId)) return skip(conversationId, `message ${messageId} is not waiting to be read`);
  return { type: 'MessageRead', messageId, businessId, contactId, conversationId, by: 'business', billable: null };
}

/** A receipt counts from when it reached us, though never from before the dispatch; all else from the moment of deciding. */
export function happenedAt(command: DeliveryCommand, decision: Payload<DeliveryEvent>): Instant | null {
  if (command.type !== 'ReceiptReported' || decision.type === 'DecisionSkipped') return null;
  if (decision.type === 'MessageDelivered') return Math.max(command.reportedAt, decision.sentAt);
  if (decision.type === 'MessageRead' && decision.billable !== null) return Math.max(command.reportedAt, decision.billable.sentAt);
  return command.reportedAt;
}
