import { describe, expect, it } from '@jest/globals';
import { shareOf } from './share.js';

const lanesOf = (name: string, count: number): string[] => Array.from({ length: count }, (_, partition) => `${name}/${partition}`);

/** Members take turns until nobody has anything to do. Returns the leases and how many lanes were given back on the way. */
function settle(topologies: readonly (readonly string[])[], members: readonly string[], leases: Map<string, string>): { leases: Map<string, string>; given: number } {
  let given = 0;
  for (let round = 0; round < 10; round += 1) {
    let quiet = true;
    for (const me of members) {
      const { give, take } = shareOf(me, { topologies, members, leases });
      for (const lane of give) leases.delete(lane);
      for (const lane of take) leases.set(lane, me);
      given += give.length;
      quiet &&= give.length + take.length === 0;
    }
    if (quiet) return { leases, given };
  }
  throw new Error('never came to rest');
}

const counts = (leases: ReadonlyMap<string, string>, members: readonly string[]): number[] => members.map((member) => [...leases.values()].filter((holder) => holder === member).length);

describe('sharing lanes', () => {
  it('one member runs all of them', () => {
    const { leases } = settle([lanesOf('a', 48), lanesOf('b', 12)], ['x'], new Map());
    expect(leases.size).toBe(60);
  });

  it.each([
    [[48, 48, 48], 2], [[48, 48, 48], 5], [[4, 4, 2], 3], [[1, 1, 1], 3], [[12], 7], [[2], 4],
  ])('of %j lanes, %i members have as many as one another, and every lane is run', (sizes, size) => {
    const topologies = sizes.map((count, index) => lanesOf(`t${index}`, count));
    const members = Array.from({ length: size }, (_, index) => `m${index}`);
    const { leases } = settle(topologies, members, new Map());
    expect(leases.size).toBe(topologies.flat().length);
    const held = counts(leases, members);
    expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
  });

  it('who joins gets a part, and no lane moves that need not', () => {
    const topologies = [lanesOf('a', 48)];
    const { leases } = settle(topologies, ['x', 'y'], new Map());
    const { given } = settle(topologies, ['x', 'y', 'z'], leases);
    expect([counts(leases, ['x', 'y', 'z']), given]).toEqual([[16, 16, 16], 16]);
  });

  it('what one who is gone held is taken by the others, who keep their own', () => {
    const topologies = [lanesOf('a', 48)];
    const { leases } = settle(topologies, ['x', 'y', 'z'], new Map());
    for (const [lane, holder] of [...leases]) if (holder === 'y') leases.delete(lane);
    const { given } = settle(topologies, ['x', 'z'], leases);
    expect([counts(leases, ['x', 'z']), given]).toEqual([[24, 24], 0]);
  });
});
