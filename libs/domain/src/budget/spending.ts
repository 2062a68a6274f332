// What charges do to a budget: they give back what was set aside, settle what is owed, and tell the owner at 50, 80 and 100 per cent.
import type { BalanceMove, BudgetThresholdReached, ChargePosted, DecisionSkipped, OwnerId, PayloadOf, RowChange, Table, Topology } from '@parley/contracts';
import { micros, microsToText } from '@parley/money';
import type { Catalog } from '../catalog/catalog.js';
import { skip } from '../decision.js';
import { typesOf } from '../event-types.js';
import { column, put } from '../row.js';
import { accountOf, budgetAccount, thresholdPassed } from './budget.js';

export type BudgetEvent = ChargePosted | BudgetThresholdReached | DecisionSkipped;

/** What the owner was told, by account and for which cap; the newest last. */
export interface BudgetState {
  readonly told: readonly { readonly account: string; readonly cap: string; readonly percent: number }[];
}

/** Accounts kept per owner: nothing is charged against older months any more. */
const toldLimit = 12;

/** One row per owner, currency and month that something was charged against. `cap_micros` as it was when the last message charged was admitted. */
export const budgetTable = {
  name: 'budget',
  key: ['owner_id', 'currency', 'month'],
  columns: {
    owner_id: column('text'),
    business_id: column('text'),
    currency: column('text'),
    month: column('text'),
    cap_micros: column('bigint'),
    spent_micros: column('bigint'),
    told_percent: column('integer'),
    changed_at: column('bigint'),
  },
} as const satisfies Table;

function passedBy({ reservation, spent, amount }: ChargePosted): number | null {
  return reservation === null || spent === null ? null : thresholdPassed(spent - amount, spent, reservation.cap);
}

function evolve(state: BudgetState, event: BudgetEvent): BudgetState {
  if (event.type !== 'BudgetThresholdReached') return state;
  const account = budgetAccount(event.ownerId, event);
  const told = { account, cap: microsToText(micros(event.cap)), percent: event.percent };
  return { told: [...state.told.filter((known) => known.account !== account), told].slice(-toldLimit) };
}

function decide(charge: ChargePosted, { told }: BudgetState): PayloadOf<'BudgetThresholdReached' | 'DecisionSkipped'> {
  const { reservation, spent, message } = charge;
  const percent = passedBy(charge);
  const account = accountOf(charge);
  if (percent === null || reservation === null || spent === null) return skip(message.ownerId, 'no part of a budget was passed');
  const { month, currency, cap } = reservation;
  const before = told.find((known) => known.account === account);
  if (before !== undefined && before.cap === microsToText(micros(cap)) && before.percent >= percent) return skip(message.ownerId, `${percent} % of the budget for ${month} was told before`);
  return { type: 'BudgetThresholdReached', ownerId: message.ownerId, month, currency, cap, spent, percent };
}

/** A charge ends its reservation, whatever came of it. */
function movesOf(event: BudgetEvent): readonly BalanceMove[] {
  if (event.type !== 'ChargePosted') return [];
  const account = accountOf(event);
  return account === null ? [] : [{ account, reserved: -(event.reservation?.amount ?? 0n), settled: event.amount, limit: null }];
}

function project(event: BudgetEvent, state: BudgetState): readonly RowChange[] {
  switch (event.type) {
    case 'ChargePosted': {
      const { message, reservation, spent, meta } = event;
      if (reservation === null || spent === null) return [];
      return [rowOf(message.ownerId, { ...reservation, spent, at: meta.at }, state)];
    }
    case 'BudgetThresholdReached':
      return [rowOf(event.ownerId, { ...event, at: event.meta.at }, state)];
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

interface Spending {
  readonly month: string;
  readonly currency: string;
  readonly cap: bigint;
  readonly spent: bigint;
  readonly at: number;
}

function rowOf(ownerId: OwnerId, { month, currency, cap, spent, at }: Spending, { told }: BudgetState): RowChange {
  const account = budgetAccount(ownerId, { month, currency });
  return put(budgetTable, {
    owner_id: ownerId,
    business_id: '*',
    currency,
    month,
    cap_micros: microsToText(micros(cap)),
    spent_micros: microsToText(micros(spent)),
    told_percent: told.find((known) => known.account === account)?.percent ?? 0,
    changed_at: at,
  });
}

/** The windows service's lane on the ledger: what was set aside for a message ends with its charge. */
export const budgetsTopology: Topology<BudgetState, BudgetEvent, ChargePosted, Catalog> = {
  name: 'budgets',
  source: 'parley.ledger.v1',
  folds: typesOf<BudgetEvent>({ ChargePosted: true, BudgetThresholdReached: true, DecisionSkipped: true }),
  commands: ['ChargePosted'],
  decisions: 'parley.ledger.v1',
  initial: { told: [] },
  evolve,
  // Hardly any charge passes a threshold: only those that do are decided.
  accepts: (charge) => passedBy(charge) !== null,
  decide: (charge, state) => decide(charge, state),
  derives: [],
  balances: { accountsOf: () => [], movesOf },
  tables: [budgetTable],
  project,
  // An owner's key spans all their businesses.
  businessOf: () => '*',
  waitingLimit: 100,
};
