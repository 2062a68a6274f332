import { describe, expect, it } from '@jest/globals';
import type { LaneEnd } from '@parley/bus';
import { LaneBoard } from '../observation/board.js';
import { sleep, supervise } from './supervised.js';

/** Runs a lane whose runs end as listed, in virtual time; an Error is thrown. */
async function play(ends: readonly (LaneEnd | Error)[], stopAfter = Infinity): Promise<{ end: LaneEnd; pauses: number[]; board: LaneBoard }> {
  const stop = new AbortController();
  const pauses: number[] = [];
  const board = new LaneBoard();
  const left = [...ends];
  const end = await supervise(
    {
      lane: 'windows/0',
      board,
      run: async () => {
        const next = left.shift() ?? { kind: 'stopped' as const };
        if (next instanceof Error) throw next;
        return next;
      },
      sleep: async (ms) => {
        pauses.push(ms);
        if (pauses.length >= stopAfter) stop.abort();
      },
      log: () => undefined,
    },
    stop.signal,
  );
  return { end, pauses, board };
}

describe('a supervised lane', () => {
  it('that throws starts again, after longer and longer pauses', async () => {
    const { end, pauses } = await play([new Error('a'), new Error('b'), new Error('c'), { kind: 'stopped' }]);
    expect([end.kind, pauses]).toEqual(['stopped', [250, 500, 1_000]]);
  });

  it('waits no longer than a quarter of a minute', async () => {
    const { pauses } = await play(Array.from({ length: 12 }, () => new Error('away')));
    expect(Math.max(...pauses)).toBe(15_000);
  });

  it('that is superseded or halted is left alone', async () => {
    for (const end of [{ kind: 'superseded' }, { kind: 'halted', reason: 'look' }] as const) {
      const played = await play([end, new Error('must not run')]);
      expect([played.end, played.pauses]).toEqual([end, []]);
    }
  });

  it('stops while it waits to start again', async () => {
    const { end, board } = await play([new Error('a'), new Error('b'), new Error('must not run')], 2);
    expect([end.kind, board.all()[0]?.state]).toEqual(['stopped', 'stopped']);
  });
});

describe('a sleep', () => {
  it('ends at once when it is called off', async () => {
    const stop = new AbortController();
    const slept = sleep(60_000, stop.signal);
    stop.abort();
    await slept;
    await sleep(60_000, stop.signal);
  });
});
