import type { AnyEvent, AnyTopology, BalanceMove } from '@parley/contracts';

/** What a batch moves on shared balances so far, over what they were when it began. */
export class BalanceMoves {
  readonly #moved = new Map<string, BalanceMove>();

  constructor(
    private readonly topology: Pick<AnyTopology, 'balances'>,
    private readonly before: ReadonlyMap<string, bigint>,
  ) {}

  /** Reserved and settled together, as this batch sees them. */
  of(account: string): bigint {
    const moved = this.#moved.get(account);
    return (this.before.get(account) ?? 0n) + (moved ? moved.reserved + moved.settled : 0n);
  }

  add(event: AnyEvent): void {
    for (const { account, reserved, settled, limit } of this.topology.balances?.movesOf(event) ?? []) {
      const known = this.#moved.get(account);
      this.#moved.set(account, {
        account,
        reserved: reserved + (known?.reserved ?? 0n),
        settled: settled + (known?.settled ?? 0n),
        limit: lower(known?.limit ?? null, limit),
      });
    }
  }

  /** One entry per account, in the order in which every lane locks them. */
  all(): readonly BalanceMove[] {
    return [...this.#moved.values()].filter(({ reserved, settled }) => reserved !== 0n || settled !== 0n).sort((one, other) => (one.account < other.account ? -1 : 1));
  }
}

function lower(one: bigint | null, other: bigint | null): bigint | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
