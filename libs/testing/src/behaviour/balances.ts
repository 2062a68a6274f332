import { OverLimitError, type LaneCommit, type LaneRow, type RebuildStore } from '@parley/bus';
import type { BalanceMove } from '@parley/contracts';
import { jest } from './jest.js';

interface Context {
  opened(): { readonly store: RebuildStore };
  lane(): string;
  readonly nothing: Omit<LaneCommit, 'row'>;
}

const reserve = (account: string, reserved: bigint, limit: bigint | null = null): BalanceMove => ({ account, reserved, settled: 0n, limit });

/** What every lane store does with balances that many keys share. Each case has accounts of its own. */
export function balanceCases({ opened, lane, nothing }: Context): void {
  const { expect, it } = jest();
  const begin = async (): Promise<{ name: string; row: LaneRow; move: (...balances: BalanceMove[]) => Promise<unknown> }> => {
    const [name, { store }] = [lane(), opened()];
    const row = await store.claim(name);
    return { name, row, move: (...balances) => store.commit(name, row.epoch, { ...nothing, row, balances }) };
  };

  it('sums an account over the lanes that moved it, beyond what a double holds', async () => {
    const [one, other] = [await begin(), await begin()];
    await one.move(reserve('sum/a', 9_007_199_254_740_993n), reserve('sum/b', 5n));
    await other.move(reserve('sum/a', 2n));
    await one.move({ account: 'sum/b', reserved: -5n, settled: 3n, limit: null });
    expect(await opened().store.balances(['sum/a', 'sum/b'])).toEqual(new Map([['sum/a', 9_007_199_254_740_995n], ['sum/b', 3n]]));
    expect(await opened().store.balances([])).toEqual(new Map());
  });

  it('refuses what would come above a limit, and the whole commit with it', async () => {
    const [one, other] = [await begin(), await begin()];
    const { store } = opened();
    await one.move(reserve('limit/a', 60n, 100n));
    const tooMuch = { ...nothing, row: { ...other.row, offset: 7 }, states: [{ key: 'k', businessId: 'biz', state: '{}' }], balances: [reserve('limit/a', 41n, 100n), reserve('limit/b', 1n, 100n)] };
    await expect(store.commit(other.name, other.row.epoch, tooMuch)).rejects.toThrow(OverLimitError);
    expect(await store.states(other.name, ['k'])).toEqual(new Map());
    expect((await store.load(other.name))?.offset).toBe(0);
    expect((await store.balances(['limit/a', 'limit/b'])).get('limit/b') ?? 0n).toBe(0n);
    await other.move(reserve('limit/a', 40n, 100n));
    expect((await store.balances(['limit/a'])).get('limit/a')).toBe(100n);
  });

  it('never refuses to give back, whatever the limit has become', async () => {
    const one = await begin();
    await one.move(reserve('back/a', 60n, 100n));
    await one.move({ account: 'back/a', reserved: -60n, settled: 50n, limit: 10n });
    expect((await opened().store.balances(['back/a'])).get('back/a')).toBe(50n);
  });

  it('holds a limit among many lanes at once', async () => {
    const lanes = await Promise.all(Array.from({ length: 12 }, begin));
    const moves = lanes.map(({ move }) => move(reserve('race/a', 10n, 70n), reserve('race/b', 1n, 5n)));
    const outcomes = await Promise.allSettled(moves);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(OverLimitError);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await opened().store.balances(['race/a', 'race/b'])).toEqual(new Map([['race/a', 50n], ['race/b', 5n]]));
  });

  it("shows a lane's own part in its dump, keeps it when the lane is reset, and shows nothing that came to nothing", async () => {
    const [one, other] = [await begin(), await begin()];
    const { store } = opened();
    await one.move(reserve('dump/a', 7n), reserve('dump/b', 7n));
    await other.move(reserve('dump/a', 5n));
    await one.move(reserve('dump/b', -7n));
    await store.reset(one.name);
    expect(await store.balancesOf(one.name)).toEqual(new Map([['dump/a', { reserved: 7n, settled: 0n }], ...((await store.balancesOf(one.name)).has('dump/b') ? [['dump/b', { reserved: 0n, settled: 0n }] as const] : [])]));
    expect(await store.dump(one.name)).toContain('dump/a');
    expect(await store.dump(one.name)).not.toContain('dump/b');
    expect((await store.balances(['dump/a'])).get('dump/a')).toBe(12n);
  });
}
