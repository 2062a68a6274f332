import type { DecisionContext, Message, NotificationRequested, ParameterShape, PayloadOf, TimerDue } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { skip } from '../decision.js';
import { envelopeRetentionMs } from '../delivery/envelope-retention.js';
import type { NotificationCommand } from './events.js';
import { findScheduled, scheduledLimit, sendTimer, type NotificationState } from './evolve.js';
import { judgeTemplate } from './template.js';

type Refusal = PayloadOf<'MessageRefused'>;
type NotificationDecision = PayloadOf<'MessageRequested' | 'NotificationScheduled' | 'DecisionSkipped'> | Refusal;

/** Releases a notification, keeps it for its time, or refuses it. The same command decided again changes nothing. */
export function decide(command: NotificationCommand, state: NotificationState, context: DecisionContext<Catalog>): NotificationDecision {
  switch (command.type) {
    case 'NotificationRequested':
      return decideRequest(command, state, context);
    case 'TimerDue':
      return decideTimer(command, state, context);
    default:
      return command satisfies never;
  }
}

function decideRequest(command: NotificationRequested, state: NotificationState, context: DecisionContext<Catalog>): NotificationDecision {
  const { message, parameters, sendAt } = command;
  if (state.decided.includes(message.messageId) || findScheduled(state, message.messageId)?.accepted === true) {
    return skip(message.conversationId, `message ${message.messageId} was decided before`);
  }
  if (sendAt === null || sendAt <= context.now) return release(message, parameters, context);

  const verdict = release(message, parameters, context);
  if (verdict.type === 'MessageRefused') return verdict; // Better told now than when it is due.
  if (sendAt >= message.requestedAt + envelopeRetentionMs) return refusal(message, 'expired', 'The time to send is later than sealed content is kept (30 days).');
  if (state.scheduled.filter(({ accepted }) => accepted).length >= scheduledLimit) {
    return refusal(message, 'schedule_full', `The conversation has ${scheduledLimit} scheduled messages already.`);
  }
  return { type: 'NotificationScheduled', message: verdict.message, dueAt: sendAt };
}

function decideTimer(command: TimerDue, state: NotificationState, context: DecisionContext<Catalog>): NotificationDecision {
  if (command.name !== sendTimer) return skip(command.key, `notifications has no timer ${command.name}`);
  const waiting = findScheduled(state, command.subject);
  if (waiting === null || !waiting.accepted) return skip(command.key, `message ${command.subject} does not wait`);
  if (waiting.sendAt !== command.dueAt) return skip(command.key, `message ${command.subject} waits for another time`);
  return release(waiting.message, waiting.parameters, context);
}

/** The request that windows decides next, or why there is none: the catalog is asked anew each time. */
function release(message: Message, parameters: readonly ParameterShape[], { now, catalog }: DecisionContext<Catalog>): PayloadOf<'MessageRequested'> | Refusal {
  if (now >= message.requestedAt + envelopeRetentionMs) return refusal(message, 'expired', 'The request is older than its sealed content is kept (30 days).');
  switch (message.kind) {
    case 'free_form':
      return { type: 'MessageRequested', message };
    case 'template': {
      const verdict = judgeTemplate(message, parameters, catalog);
      if (verdict.kind === 'refused') return refusal(message, verdict.reason, verdict.detail);
      // What a message is for, and so what it costs, is the template's word, not the sender's.
      return { type: 'MessageRequested', message: { ...message, category: verdict.template.category } };
    }
    default:
      return message.kind satisfies never;
  }
}

function refusal(message: Message, reason: Refusal['reason'], detail: string): Refusal {
  return { type: 'MessageRefused', message, reason, detail };
}
