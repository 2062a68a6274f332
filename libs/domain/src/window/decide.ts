import { partiesOf, type ConversationId, type DecisionContext, type MessageRequested, type PayloadOf, type TimerDue } from '@parley/contracts';
import { isInsideWindow, windowClosesAt } from '@parley/rating';
import { beyond } from '../budget/admission.js';
import { reservationFor } from '../budget/reservation.js';
import type { Business, Catalog } from '../catalog/catalog.js';
import { findBusiness, findNumber, policyInForce } from '../catalog/lookups.js';
import { MissingFromCatalog, skip } from '../decision.js';
import { envelopeRetentionMs } from '../delivery/envelope-retention.js';
import type { WindowCommand } from './events.js';
import { closedTimer, expiringTimer, type WindowState } from './evolve.js';
import { objectionTo } from './objection.js';

type WindowDecision = PayloadOf<'MessageAdmitted' | 'MessageRefused' | 'MessageOverBudget' | 'WindowExpiring' | 'WindowClosed' | 'DecisionSkipped'>;

/**
 * Admits or refuses one message, or says what a timer means. The same command decided again changes nothing. Throws MissingFromCatalog when no
 * policy is in force for the business, or nothing is published that its owner's budget could be asked for.
 */
export function decide(command: WindowCommand, state: WindowState, context: DecisionContext<Catalog>): WindowDecision {
  switch (command.type) {
    case 'MessageRequested':
      return decideMessage(command, state, context);
    case 'TimerDue':
      return decideTimer(command, state, context);
    default:
      return command satisfies never;
  }
}

function decideMessage({ message }: MessageRequested, state: WindowState, context: DecisionContext<Catalog>): WindowDecision {
  const { now, catalog } = context;
  if (state.decided.includes(message.messageId)) return skip(message.conversationId, `message ${message.messageId} was decided before`);
  const refuse = (reason: PayloadOf<'MessageRefused'>['reason'], detail: string): WindowDecision => ({ type: 'MessageRefused', message, reason, detail });

  const business = senderOf(message, catalog);
  if (business === null) return refuse('sender_unknown', `The number ${message.numberId} is not registered for the business.`);
  if (now >= message.requestedAt + envelopeRetentionMs) return refuse('expired', 'The request is older than its sealed content is kept (30 days).');
  const policy = policyInForce(catalog, business, now);
  if (policy === null) throw new MissingFromCatalog(`no policy is in force for the business ${business.businessId}; publish one that is effective by now`);

  const { window, market } = state;
  const objection = objectionTo(message, window, policy, now);
  if (objection !== null) return refuse(objection.reason, objection.detail);
  const reservation = reservationFor({ message, business, window, market }, catalog, now);
  const overBudget = reservation && beyond(reservation, message, context);
  if (overBudget) return overBudget;
  const { lastInboundAt, entryPointAt } = window;
  const isOpen = lastInboundAt !== null && isInsideWindow(now, lastInboundAt, policy.document);
  return { type: 'MessageAdmitted', message, lastInboundAt, entryPointAt, windowClosesAt: isOpen ? windowClosesAt(lastInboundAt, policy.document) : null, reservation };
}

function senderOf(message: MessageRequested['message'], catalog: Catalog): Business | null {
  const number = findNumber(catalog, message.numberId);
  return number?.businessId === message.businessId ? findBusiness(catalog, message.businessId) : null;
}

function decideTimer(command: TimerDue, state: WindowState, { now }: DecisionContext<Catalog>): WindowDecision {
  const { lastInboundAt, closesAt, noticeAt } = state.window;
  if (lastInboundAt === null || closesAt === null) return skip(command.key, 'no window is open');
  const notice = { ...partiesOf(command.key as ConversationId), conversationId: command.key as ConversationId, lastInboundAt, closesAt };
  switch (command.name) {
    case expiringTimer:
      if (command.dueAt !== noticeAt) return skip(command.key, 'the window has moved since this timer was set');
      if (state.told.expiring === closesAt) return skip(command.key, 'announced before');
      if (now >= closesAt) return skip(command.key, 'the window has closed already');
      return { type: 'WindowExpiring', ...notice };
    case closedTimer:
      if (command.dueAt !== closesAt) return skip(command.key, 'the window has moved since this timer was set');
      if (state.told.closed === closesAt) return skip(command.key, 'announced before');
      return { type: 'WindowClosed', ...notice };
    default:
      return skip(command.key, `windows has no timer ${command.name}`);
  }
}
