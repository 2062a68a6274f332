import type { Instant } from '@parley/contracts';
import { endedSessionsKeptHours, localMonth, type CountBook, type Sessions } from '@parley/rating';
import type { Tallies } from '../repricing/tallies.js';

const hourMs = 3_600_000;
/** A receipt counts from when it reached us: so long it may be held up on its way to billing, and then counts in a month that is over. */
const heldUpMs = 7 * 24 * hourMs;

/** Whether two ways to count may price a message differently that is delivered from now on: by an allowance, a tier or a session. */
export function isDrifting(one: Tallies, other: Tallies, now: Instant): boolean {
  return haveOtherCounts(one, other, now) || haveOtherCounts(other, one, now);
}

function haveOtherCounts(one: Tallies, other: Tallies, now: Instant): boolean {
  const month = localMonth(now - heldUpMs, 'UTC');
  for (const [owner, counters] of one.counters) if (!holdsAll(other.counters.get(owner), counters, month)) return true;
  for (const [conversation, sessions] of one.sessions) if (!sameOpen(sessions, other.sessions.get(conversation) ?? [], now)) return true;
  return false;
}

/** Whether these counters count the same wherever those count anything, in that month and after it. */
function holdsAll(these: CountBook | undefined, those: CountBook, month: string): boolean {
  for (const [counted, keys] of those.months()) {
    if (counted < month) continue;
    for (const [key, { times }] of keys) if ((these?.of(counted, key) ?? 0) !== times) return false;
  }
  return true;
}

function sameOpen(one: Sessions, other: Sessions, now: Instant): boolean {
  const remembered = (sessions: Sessions): string => JSON.stringify(sessions.filter(({ closesAt }) => closesAt >= now - endedSessionsKeptHours * hourMs));
  return one === other || remembered(one) === remembered(other);
}
