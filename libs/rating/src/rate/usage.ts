import type { Instant, Message } from '@parley/contracts';
import type { CountBook } from '../allowance/count-book.js';
import type { Counters } from '../allowance/counters.js';
import type { Policy } from '../policy/policy.js';
import type { RateCard } from '../rate-card.js';
import type { Sessions } from '../sessions/sessions.js';
import { localDay, type LocalDate, type LocalMonth } from '../zone.js';

/** What rating reads of a used message; a UsageRecorded is one. Instants are epoch ms, UTC. */
export interface Usage {
  readonly message: Pick<Message, 'businessId' | 'numberId' | 'lane' | 'kind' | 'category'>;
  readonly market: string;
  /** Release to the contact's devices. */
  readonly sentAt: Instant;
  /** First of delivered or read. */
  readonly deliveredAt: Instant;
  readonly lastInboundAt: Instant | null;
  /** The contact's last message that came through an advertisement. */
  readonly entryPointAt: Instant | null;
}

/** What rating has to know of the business. */
export interface BusinessFacts {
  /** IANA name. */
  readonly zone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Null for a business that is not eligible for international authentication prices. */
  readonly international: {
    /** Market of its primary country. */
    readonly homeMarket: string;
    /** Those that it is eligible for. */
    readonly markets: readonly string[];
  } | null;
}

/** Under what the message is priced: all three as they stand at `decidingInstants(…).priced`. */
export interface Terms {
  readonly policy: Policy;
  /** Null when none is in force, which only matters to a line that is not free. */
  readonly card: RateCard | null;
  readonly business: BusinessFacts;
}

/** What was counted before, by the usage log in its order: the owner's counters, the sessions of the message's conversation. */
export interface Tally {
  readonly counters: Counters;
  readonly sessions: Sessions;
}

/** What `chargeFor` reads of a tally, however the owner's counts are kept. */
export interface TallyRead {
  readonly counters: Counters | CountBook;
  readonly sessions: Sessions;
}

/** Which instant chooses what. */
export interface DecidingInstants {
  /** Chooses inside or outside the window, and whether an entry point was answered in time. */
  readonly window: Instant;
  /** Chooses policy, rate card and sessions. */
  readonly priced: Instant;
  /** The local day of `priced`: policy and card are those in force on it. */
  readonly day: LocalDate;
  /** Its local month: that of the bill, of allowances and tiers. */
  readonly month: LocalMonth;
}

/** The one rule: the window is judged at dispatch, everything else at the first of delivered or read, in the zone of the business. */
export function decidingInstants({ sentAt, deliveredAt }: Pick<Usage, 'sentAt' | 'deliveredAt'>, zone: string): DecidingInstants {
  const { date: day, month } = localDay(deliveredAt, zone);
  return { window: sentAt, priced: deliveredAt, day, month };
}
