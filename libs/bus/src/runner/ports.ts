import type { Instant } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Log } from '../port/log.js';

/** What every part of the runner needs of the outside: all time, randomness and waiting come through here. */
export interface RunnerPorts {
  readonly log: Log;
  readonly codec: Codec;
  clock(): Instant;
  /** A new event id (UUID). */
  newId(): string;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  report(report: Report): void;
}

/** What a lane or slot tells of itself, for metrics, log lines and health. Never content. */
export type Report =
  | { readonly kind: 'claimed'; readonly lane: string; readonly epoch: number; readonly offset: number; readonly waitingKeys: number }
  | { readonly kind: 'batch'; readonly lane: string; readonly records: number; readonly decided: number; readonly offset: number; /** Whether the read was cut by its limit: there is more. */ readonly full: boolean; readonly cachedKeys: number; readonly waitingKeys: number }
  | { readonly kind: 'waiting'; readonly lane: string; readonly key: string; readonly offset: number; readonly error: string }
  | { readonly kind: 'paused'; readonly lane: string; readonly offset: number; readonly error: string }
  | { readonly kind: 'resumed'; readonly lane: string }
  | { readonly kind: 'redriven'; readonly lane: string; readonly key: string; readonly records: number; readonly done: boolean; readonly error: string }
  | { readonly kind: 'timers'; readonly lane: string; readonly fired: number }
  | { readonly kind: 'catalog-late'; readonly lane: string; readonly offset: number; readonly waitedMs: number }
  | { readonly kind: 'append-failed'; readonly lane: string; readonly error: string }
  | { readonly kind: 'commit-failed'; readonly lane: string; readonly error: string }
  | { readonly kind: 'requests'; readonly lane: string; readonly taken: number; readonly repeated: number; readonly conflicts: number; readonly queued: number }
  | { readonly kind: 'superseded'; readonly lane: string }
  | { readonly kind: 'halted'; readonly lane: string; readonly error: string }
  | { readonly kind: 'stopped'; readonly lane: string };

/** How a lane ended. 'superseded': another process runs it. 'halted': going on would damage; a person has to look, the reason names the fix. */
export type LaneEnd = { readonly kind: 'stopped' } | { readonly kind: 'superseded' } | { readonly kind: 'halted'; readonly reason: string };

/** Sizes and pauses of a lane; the defaults suit both the embedded log and Kafka. */
export interface LaneLimits {
  /** Records per read, and so per commit. */
  readonly batchRecords: number;
  /** States kept in memory per lane. */
  readonly cachedKeys: number;
  /** Records per append request. */
  readonly appendRecords: number;
  /** Waiting records handled per redrive commit. */
  readonly redriveRecords: number;
  /** Timers fired per commit. */
  readonly timersPerCommit: number;
  /** How often an otherwise idle lane looks for redrive requests while a key waits. */
  readonly redrivePollMs: number;
  /** The longest wait for new records before looking at timers again. */
  readonly idleMs: number;
  /** Pause after an append or commit that failed. */
  readonly retryMs: number;
  /** A catalog later than this is reported. */
  readonly catalogLateMs: number;
}

export const laneLimits: LaneLimits = {
  batchRecords: 2_000,
  cachedKeys: 20_000,
  appendRecords: 1_000,
  redriveRecords: 200,
  timersPerCommit: 500,
  redrivePollMs: 1_000,
  idleMs: 5_000,
  retryMs: 200,
  catalogLateMs: 30_000,
};

/** Going on would lose or double something. The message says what was found and what to do. */
export class HaltError extends Error {
  override readonly name = 'HaltError';
}

/** The work was told to stop; what was committed stays pending for the next claim. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
