import { describe, expect, it } from '@jest/globals';
import { LaneBoard } from './board.js';

const batch = (lane: string) => ({ kind: 'batch', lane, records: 3, decided: 1, offset: 12, full: false, cachedKeys: 2, waitingKeys: 1 }) as const;

describe('the board', () => {
  it('knows a lane from the moment it is expected', () => {
    const board = new LaneBoard();
    board.expect('windows/0');
    expect(board.all()).toMatchObject([{ lane: 'windows/0', state: 'starting' }]);
  });

  it('counts what a lane does', () => {
    const board = new LaneBoard();
    board.report({ kind: 'claimed', lane: 'windows/0', epoch: 3, offset: 9, waitingKeys: 0 });
    board.report(batch('windows/0'));
    board.report({ kind: 'commit-failed', lane: 'windows/0', error: 'x' });
    board.report({ kind: 'timers', lane: 'windows/0', fired: 2 });
    expect(board.all()).toEqual([{ lane: 'windows/0', state: 'running', detail: '', offset: 12, waitingKeys: 1, batches: 1, records: 3, timersFired: 2, retries: 1 }]);
  });

  it('keeps why a lane does not run', () => {
    const board = new LaneBoard();
    board.report({ kind: 'halted', lane: 'a/0', error: 'a record is missing. Restore the topic.' });
    board.ended('b/0', { kind: 'superseded' });
    board.failed('c/0', 'Error: connection lost');
    board.report({ kind: 'paused', lane: 'd/0', offset: 4, error: 'x' });
    expect(board.all().map(({ state, detail }) => [state, detail])).toEqual([
      ['halted', 'a record is missing. Restore the topic.'],
      ['superseded', expect.stringContaining('Stop one of the two')],
      ['failing', expect.stringContaining('connection lost')],
      ['paused', expect.stringContaining('redrive')],
    ]);
  });
});
