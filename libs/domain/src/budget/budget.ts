import type { BudgetPublished, Message, OwnerId, Payload, Reservation } from '@parley/contracts';
import { entries, read } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';

/** What an owner wants to spend in a month. */
export type Budget = Omit<Payload<BudgetPublished>, 'type' | 'cap'> & { /** Micros of the currency, as text. */ readonly cap: string };

/** Parts of the cap, per cent, at which the owner is told. */
const budgetThresholds = [50, 80, 100] as const;

/** The budget in force for what an owner spends in a currency; null where there is none. */
export function findBudget(catalog: Pick<Catalog, 'budgets'>, ownerId: OwnerId, currency: string): Budget | null {
  return read(catalog.budgets, budgetKey(ownerId, currency));
}

/** Every budget in force, by its key and in the order of the keys; of one owner where that is said. */
export function budgetsOf(catalog: Pick<Catalog, 'budgets'>, ownerId?: string): readonly (readonly [string, Budget])[] {
  const all = [...entries(catalog.budgets)].flatMap(([key, budget]) => (budget !== null && (ownerId === undefined || budget.ownerId === ownerId) ? [[key, budget] as const] : []));
  return all.sort(([one], [other]) => (one < other ? -1 : 1));
}

export function budgetKey(ownerId: OwnerId, currency: string): string {
  return `${ownerId}/${currency}`;
}

/** The balance that a month's reservations and charges are held on: `owner/USD/2026-11`. */
export function budgetAccount(ownerId: OwnerId, { currency, month }: Pick<Reservation, 'currency' | 'month'>): string {
  return `${budgetKey(ownerId, currency)}/${month}`;
}

/** What is owed of a price: under a hard cap no more than was set aside. The rest is waived. */
export function owedWithin<Amount extends bigint>(price: Amount, reservation: Reservation | null): Amount {
  return reservation !== null && reservation.hard && price > reservation.amount ? (reservation.amount as Amount) : price;
}

/** The account of what was set aside for a message; null where nothing was. */
export function accountOf({ message, reservation }: { readonly message: Message; readonly reservation: Reservation | null }): string | null {
  return reservation === null ? null : budgetAccount(message.ownerId, reservation);
}

/** The highest threshold that spending passes by a charge, per cent of the cap; null for none. A cap of 0 is passed by anything. */
export function thresholdPassed(before: bigint, after: bigint, cap: bigint): (typeof budgetThresholds)[number] | null {
  return budgetThresholds.findLast((percent) => after > before && before * 100n < cap * BigInt(percent) && after * 100n >= cap * BigInt(percent)) ?? (cap === 0n && before === 0n && after > 0n ? 100 : null);
}
