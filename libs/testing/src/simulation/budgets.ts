// Invariant 11: reserved and settled stay within a hard cap in every committed state, and no charge exceeds its reservation.
import type { AnyEvent, Reservation } from '@parley/contracts';
import type { AcceptedLogs, Violate } from './accepted.js';
import type { World } from './world.js';

interface Entry {
  readonly ownerId: string;
  readonly reservation: Reservation;
  /** What it adds to the account, micros. */
  readonly adds: bigint;
}

/** What an event does to the account it names, said here once more, independently of the topologies. */
function entryOf(event: AnyEvent): Entry | null {
  if (event.type !== 'MessageAdmitted' && event.type !== 'MessageFailed' && event.type !== 'ChargePosted') return null;
  const { reservation, message: { ownerId } } = event;
  if (reservation === null) return null;
  const { amount } = reservation;
  return { ownerId, reservation, adds: event.type === 'MessageAdmitted' ? amount : event.type === 'MessageFailed' ? -amount : event.amount - amount };
}

function accountOf({ ownerId, reservation: { currency, month } }: Entry): string {
  return `${ownerId}/${currency}/${month}`;
}

/** At rest: balances are what the log says, and every charge stays within what was set aside for it. */
export function checkBudgets(world: World, logs: AcceptedLogs, violate: Violate): void {
  const sums = new Map<string, bigint>();
  for (const { event } of logs.all()) {
    const entry = entryOf(event);
    if (entry === null) continue;
    sums.set(accountOf(entry), (sums.get(accountOf(entry)) ?? 0n) + entry.adds);
    if (event.type === 'ChargePosted' && entry.reservation.hard && event.amount > entry.reservation.amount) {
      violate(11, `charge ${event.chargeId} of ${event.amount} exceeds its reservation of ${entry.reservation.amount}`);
    }
  }
  for (const [account, sum] of sums) {
    const held = world.store('windows').balanceOf(account);
    if (held !== sum) violate(11, `${account} holds ${held}, the log says ${sum}`);
  }
}

/** After every commit: an account that the commit moved up stays within the highest hard cap that was ever published for it. */
export class CapWatch {
  readonly #held = new Map<string, bigint>();

  constructor(private readonly caps: ReadonlyMap<string, bigint>) {}

  committed(world: World, violate: Violate): void {
    const store = world.store('windows');
    for (const account of store.accounts()) {
      const held = store.balanceOf(account);
      const before = this.#held.get(account) ?? 0n;
      this.#held.set(account, held);
      const cap = this.caps.get(account.slice(0, account.lastIndexOf('/')));
      if (cap !== undefined && held > before && held > cap) violate(11, `${account} holds ${held}, above its hard cap of ${cap}`);
    }
  }
}
