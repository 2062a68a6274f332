import type { ChargePosted, DecisionSkipped, InParts, RowChange, Table, Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { column, put } from '../row.js';
import { counted, noQuarters, utcDayOf, type Quarters } from './quarters.js';

/** Replies of a business that were sent after the window had closed and cost something, on one day in UTC (days since 1970-01-01, by `sentAt`), as running sums. */
export const lateReplyTable = {
  name: 'late_reply_day',
  key: ['business_id', 'utc_day', 'currency', 'illustrative'],
  columns: {
    business_id: column('text'),
    utc_day: column('integer'),
    currency: column('text'),
    illustrative: column('boolean'),
    quarters: column('integer[]'),
    messages: column('integer[]'),
    micros: column('bigint[]'),
  },
} as const satisfies Table;

export type LateRepliesState = InParts<null, Quarters>;

/** A free-form reply that would have been free in the window. The rule's name says so, whatever the policy. */
function isLateAndPaid({ rule, amount }: ChargePosted): boolean {
  return rule.endsWith('/late-free-form') && amount !== 0n;
}

function evolve(state: LateRepliesState, charge: ChargePosted): LateRepliesState {
  return isLateAndPaid(charge) ? { ...state, aside: counted(state.aside, charge.sentAt, 1, charge.amount) } : state;
}

function project(charge: ChargePosted, { aside }: LateRepliesState): readonly RowChange[] {
  if (!isLateAndPaid(charge)) return [];
  const { message, sentAt, currency, illustrative } = charge;
  return [put(lateReplyTable, { business_id: message.businessId, utc_day: utcDayOf(sentAt), currency, illustrative, ...aside })];
}

function asideOf(charge: ChargePosted): string | null {
  const { message, sentAt, currency, illustrative } = charge;
  return isLateAndPaid(charge) ? JSON.stringify([message.businessId, utcDayOf(sentAt), currency, illustrative]) : null;
}

/** What late replies cost, by when they were sent. A topology of its own: an event has one part aside, and spend is told by when it was delivered. */
export const lateRepliesTopology: Topology<LateRepliesState, ChargePosted, never, Catalog> = {
  name: 'late',
  source: 'parley.ledger.v1',
  folds: typesOf<ChargePosted>({ ChargePosted: true }),
  commands: [],
  decisions: null,
  initial: { own: null, aside: noQuarters },
  evolve,
  asideOf,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tables: [lateReplyTable],
  project,
  businessOf: () => '*',
  waitingLimit: 100,
};
