import type { Cause, ChargeId, ChargePosted, InParts, Message } from '@parley/contracts';
import { micros, microsToText } from '@parley/money';
import { countedBy, noCounters, noSessions, trackedBy, type Counters, type PricingCategory, type PricingType, type Session, type Sessions } from '@parley/rating';
import { accountOf } from '../budget/budget.js';
import { remember, type RecentIds } from '../recent-ids.js';
import type { BillingEvent } from './events.js';

/** Charges that are remembered per owner. Delivery writes usage once per message already; this catches what a repaired log might repeat. */
export const chargedLimit = 64;

/** What billing knows of one owner. */
export interface OwnerAccount {
  readonly charged: RecentIds;
  /** The receipt on the conversation's log that the usage in hand follows from: evidence for its charge. */
  readonly receipt: Cause | null;
  /** Allowances and volumes of the last months. */
  readonly counters: Counters;
  /** Charged against the budgets of the last months, micros as text by account, the newest last. */
  readonly spent: Spent;
}

/** A short list: an owner has a budget or two, and those of a few months. */
export type Spent = readonly { readonly account: string; readonly micros: string }[];

/** Accounts kept per owner: a charge follows its reservation within 30 days, so in this month or the one before. */
const spentLimit = 12;

export function spentOn(spent: Spent, account: string): bigint {
  return BigInt(spent.find((known) => known.account === account)?.micros ?? '0');
}

/** An owner's account, and aside of it the sessions of the conversation that a message belongs to. */
export type BillingState = InParts<OwnerAccount, Sessions>;

export const initial: BillingState = { own: { charged: [], receipt: null, counters: noCounters, spent: [] }, aside: noSessions };

/** What billing knows once this has happened. What was counted is what charges say was counted: no policy is asked again. */
export function evolve(state: BillingState, event: BillingEvent): BillingState {
  switch (event.type) {
    case 'UsageRecorded':
      return { ...state, own: { ...state.own, receipt: event.meta.cause } };
    case 'ChargePosted':
      return charged(state, event);
    case 'DecisionSkipped':
      return state;
    default:
      return event satisfies never;
  }
}

function charged({ own, aside }: BillingState, charge: ChargePosted): BillingState {
  const { chargeId, month, allowance, tier, session } = charge;
  const counters = month === null ? own.counters : countedBy(own.counters, { month, allowance, tier });
  return {
    own: { ...own, charged: remember(own.charged, chargeId, chargedLimit), counters, spent: withSpent(own.spent, charge) },
    aside: session === null ? aside : trackedBy(aside, { session: { session: sessionOf(session), opened: session.opened } }),
  };
}

function withSpent(spent: Spent, { spent: now, ...charge }: ChargePosted): Spent {
  const account = accountOf(charge);
  if (account === null || now === null) return spent;
  return [...spent.filter((known) => known.account !== account), { account, micros: microsToText(micros(now)) }].slice(-spentLimit);
}

/** Words that rating wrote, and reads again. */
function sessionOf({ category, type, openedAt, closesAt, entryPointAt }: NonNullable<ChargePosted['session']>): Session {
  return { category: category as PricingCategory, type: type as PricingType, openedAt, closesAt, entryPointAt };
}

/** One message, one charge: a message id is unique within its conversation only, so both name it. */
export function chargeIdOf({ conversationId, messageId }: Message): ChargeId {
  return `${conversationId}.${messageId}` as ChargeId;
}
