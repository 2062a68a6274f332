// How a budget meets the admission of messages: what is asked of it, set aside, refused, and given back.
import type { BalanceMove, DecisionContext, Message, MessageRequested, PayloadOf, Reservation } from '@parley/contracts';
import { formatDecimal, micros } from '@parley/money';
import { localMonth } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { findBusiness } from '../catalog/lookups.js';
import { monthAfter } from '../invoice/month-end.js';
import type { WindowCommand, WindowEvent } from '../window/events.js';
import { accountOf, budgetAccount, findBudget } from './budget.js';

/** The account that the admission of a message looks at, where its owner has a budget. */
export function accountsOf(command: WindowCommand, { now, catalog }: Pick<DecisionContext<Catalog>, 'now' | 'catalog'>): readonly string[] {
  if (command.type !== 'MessageRequested') return [];
  const { businessId, ownerId } = (command satisfies MessageRequested).message;
  const business = findBusiness(catalog, businessId);
  const budget = business && findBudget(catalog, ownerId, business.currency);
  return budget ? [budgetAccount(ownerId, { currency: budget.currency, month: localMonth(now, budget.zone) })] : [];
}

/** Refuses a message that could cost more than a hard cap leaves; null where it fits, or costs nothing whatever happens. */
export function beyond({ month, currency, cap, hard, amount }: Reservation, message: Message, { balance }: DecisionContext<Catalog>): PayloadOf<'MessageOverBudget'> | null {
  if (!hard || amount === 0n) return null;
  const held = balance?.(budgetAccount(message.ownerId, { currency, month })) ?? 0n;
  if (held + amount <= cap) return null;
  const money = (value: bigint): string => `${formatDecimal(micros(value))} ${currency}`;
  const detail = `It could cost ${money(amount)}; of the owner's budget of ${money(cap)} for ${month}, ${money(held)} is spent or set aside already. Raise the cap, or wait for ${monthAfter(month)}.`;
  return { type: 'MessageOverBudget', message, month, currency, cap, held, needed: amount, detail };
}

/** Admission sets aside, failure gives back; a charge gives back and settles, on the ledger. */
export function movesOf(event: WindowEvent): readonly BalanceMove[] {
  switch (event.type) {
    case 'MessageAdmitted': {
      const { reservation } = event;
      const account = accountOf(event);
      return account === null || reservation === null ? [] : [{ account, reserved: reservation.amount, settled: 0n, limit: reservation.hard ? reservation.cap : null }];
    }
    case 'MessageFailed': {
      const account = accountOf(event);
      return account === null ? [] : [{ account, reserved: -(event.reservation?.amount ?? 0n), settled: 0n, limit: null }];
    }
    case 'MessageReceived':
    case 'ConsentGranted':
    case 'ConsentRevoked':
    case 'MessageRequested':
    case 'MessageRefused':
    case 'MessageOverBudget':
    case 'TimerDue':
    case 'WindowExpiring':
    case 'WindowClosed':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}
