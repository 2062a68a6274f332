import { countOne, type Counters } from '../allowance/counters.js';
import { withOpened, type Sessions } from '../sessions/sessions.js';
import type { Charge } from './outcome.js';

/** The owner's counters once this charge stands; the same object where it counts nothing. */
export function countedBy(counters: Counters, { month, allowance, tier }: Pick<Charge, 'month' | 'allowance' | 'tier'>): Counters {
  const counted = allowance ?? tier;
  return counted === null ? counters : countOne(counters, month, counted.key);
}

/** The conversation's sessions once this charge stands; the same object where it opens none. */
export function trackedBy(sessions: Sessions, { session }: Pick<Charge, 'session'>): Sessions {
  return session?.opened ? withOpened(sessions, session.session) : sessions;
}
