import { countOne, type Counters } from '../allowance/counters.js';
import { withOpened, type Sessions } from '../sessions/sessions.js';
import type { LocalMonth } from '../zone.js';
import type { Charge, Counted } from './outcome.js';

/** What of a charge counts: a `Charge`, or a posted one. */
export interface CountedCharge {
  readonly month: LocalMonth;
  readonly allowance: Pick<Counted, 'key'> | null;
  readonly tier: Pick<Counted, 'key'> | null;
}

/** The owner's counters once this charge stands; the same object where it counts nothing. */
export function countedBy(counters: Counters, { month, allowance, tier }: CountedCharge): Counters {
  const counted = allowance ?? tier;
  return counted === null ? counters : countOne(counters, month, counted.key);
}

/** The conversation's sessions once this charge stands; the same object where it opens none. */
export function trackedBy(sessions: Sessions, { session }: Pick<Charge, 'session'>): Sessions {
  return session?.opened ? withOpened(sessions, session.session) : sessions;
}
