import type { Instant, Message } from '@parley/contracts';
import { admitsLateReply, isInsideWindow, type Policy } from '@parley/rating';
import { permits, standing } from '../consent/consent.js';
import type { Window } from './window.js';

/** Why consent or window forbids a message. */
export interface Objection {
  readonly reason: 'no_consent' | 'consent_revoked' | 'window_closed';
  /** One sentence for the business. */
  readonly detail: string;
}

/**
 * Whether anything speaks against sending this message at this instant. Asked twice: at admission, and again at dispatch, since between the two
 * a window may have closed and a contact said STOP.
 *
 * @param policy in force for the business at `now`.
 */
export function objectionTo(message: Message, window: Window, policy: Policy, now: Instant): Objection | null {
  if (!permits(window.consent, message.category)) return consentObjection(message, window);
  if (message.kind === 'free_form' && !isInsideWindow(now, window.lastInboundAt, policy.document) && !admitsLateReply(message.lane, policy.document)) {
    return { reason: 'window_closed', detail: windowDetail(window, policy) };
  }
  return null;
}

function windowDetail({ lastInboundAt }: Window, { document }: Policy): string {
  const why = lastInboundAt === null ? 'The contact has not written' : `${document.freeWindowHours} hours have passed since the contact's last message`;
  return `${why}, and late replies are not sent: send a template instead.`;
}

function consentObjection({ category }: Message, window: Window): Objection {
  if (standing(window.consent, category) === 'revoked') {
    return { reason: 'consent_revoked', detail: `The contact opted out of ${category} messages and has not opted in again.` };
  }
  const detail =
    window.consent.wroteAt === null
      ? `The contact has neither written to this business nor opted in to ${category} messages.`
      : `The contact wrote, which does not permit ${category} messages: they need an opt-in.`;
  return { reason: 'no_consent', detail };
}
