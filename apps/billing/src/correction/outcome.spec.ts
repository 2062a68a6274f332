import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './outcome.js';

const nothing = { pendingIn: [], drifting: false };
const minutes = (count: number): number => count * 60_000;

describe('a correction after a pass', () => {
  it.each([
    ['every lane has decided by it, whatever is under way', { ...nothing, pendingIn: [0, 1] }, { partitions: [], isSeen: false }],
    ['a lane is idle that would decide by it, and nothing is under way there', { ...nothing, pendingIn: [0] }, { partitions: [1], isSeen: true }],
  ])('is settled where %s', (_, totals, reachable) => expect(outcomeOf(totals, reachable, 0)).toEqual({ state: 'settled', nextAt: 0 }));

  it.each([
    ['in ten minutes, where a lane is idle that may not have seen it', nothing, { partitions: [1], isSeen: false }, minutes(10)],
    ['in a minute, where something is under way in such a lane', { ...nothing, pendingIn: [1] }, { partitions: [1], isSeen: true }, minutes(1)],
    ['in an hour, where counts drift', { ...nothing, drifting: true }, { partitions: [], isSeen: true }, minutes(60)],
    ['in an hour, where counts drift, whatever is under way', { pendingIn: [1], drifting: true }, { partitions: [1], isSeen: false }, minutes(60)],
  ])('is looked at again %s', (_, totals, reachable, nextAt) => expect(outcomeOf(totals, reachable, 0)).toEqual({ state: 'posted', nextAt }));
});
