import type { Instant } from '@parley/contracts';
import type { EntryPointTerms } from '../policy/document.js';
import { hourMs } from '../policy/policy.js';
import type { Session, Sessions } from './sessions.js';

/** What an entry point depends on. */
export interface Answer {
  readonly sentAt: Instant;
  readonly deliveredAt: Instant;
  readonly entryPointAt: Instant | null;
}

/** The entry-point session a message is in, and whether it is the one that opens it. */
export interface EnteredBy {
  readonly session: Session;
  readonly opens: boolean;
}

/**
 * The entry-point session that the message is in. It is open from the delivery of the first message, of whatever kind or lane, that was sent
 * within the hours to answer (strictly, as the window is). One advertisement opens one session, and none opens while another is open. An answer
 * whose receipt was overtaken by that of a later one belongs to the session all the same. Null when there is none.
 */
export function entryPointOf(sessions: Sessions, answer: Answer, terms: EntryPointTerms): EnteredBy | null {
  const { deliveredAt, entryPointAt } = answer;
  const inTime = isAnsweredInTime(answer, terms);
  let used = false;
  for (const session of sessions) {
    if (session.entryPointAt === null) continue;
    const own = inTime && session.entryPointAt === entryPointAt;
    if (deliveredAt < session.closesAt && (deliveredAt >= session.openedAt || own)) return { session, opens: false };
    used ||= session.entryPointAt === entryPointAt;
  }
  if (used || !inTime || entryPointAt === null) return null;
  const closesAt = deliveredAt + terms.hours * hourMs;
  return { session: { category: terms.session, type: 'free_entry_point', openedAt: deliveredAt, closesAt, entryPointAt }, opens: true };
}

function isAnsweredInTime({ sentAt, entryPointAt }: Answer, { answerWithinHours }: EntryPointTerms): boolean {
  return entryPointAt !== null && sentAt >= entryPointAt && sentAt < entryPointAt + answerWithinHours * hourMs;
}
