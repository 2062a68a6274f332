import type { LaneEnd } from '@parley/bus';
import type { LaneBoard } from '../observation/board.js';

export interface Supervision {
  readonly lane: string;
  readonly board: LaneBoard;
  run(signal: AbortSignal): Promise<LaneEnd>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  log(line: string): void;
}

const firstPauseMs = 250;
const longestPauseMs = 15_000;
/** A lane that ran this long before it failed starts again after the shortest pause. */
const calmMs = 60_000;

/**
 * Runs a lane until it stops, is superseded or halts, and starts it again, after longer and longer pauses, when it throws: a database
 * that is away comes back. A halted or superseded lane is never started again by itself.
 */
export async function supervise(supervision: Supervision, signal: AbortSignal): Promise<LaneEnd> {
  const { lane, board } = supervision;
  let pauseMs = firstPauseMs;
  for (;;) {
    const startedAt = performance.now();
    try {
      const end = await supervision.run(signal);
      board.ended(lane, end);
      return end;
    } catch (error) {
      if (signal.aborted) return stopped(board, lane);
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (performance.now() - startedAt > calmMs) pauseMs = firstPauseMs;
      board.failed(lane, message);
      supervision.log(`lane ${lane} failed and starts again in ${pauseMs} ms: ${message}`);
    }
    await supervision.sleep(pauseMs, signal);
    if (signal.aborted) return stopped(board, lane);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function stopped(board: LaneBoard, lane: string): LaneEnd {
  const end: LaneEnd = { kind: 'stopped' };
  board.ended(lane, end);
  return end;
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
