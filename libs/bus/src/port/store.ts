import type { Append } from './log.js';
import type { BalanceMove, RowChange, Tally, Timer, TopicName } from '@parley/contracts';

/** A partition of a topic, as one word: `parley.usage.v1/3`. */
export type Place = `${TopicName}/${number}`;

/** A numbered stretch of a lane's last output: what Claim appends again. */
export interface PendingAppend extends Append {
  /** The link number of the first record; the others follow on. */
  readonly firstNumber: number;
}

/** Per partition, the offset behind the last acknowledged record of a link. */
export type Acked = { readonly [place: Place]: number };

/** A lane's row: everything that must survive a crash, moved by one guarded commit. */
export interface LaneRow {
  readonly epoch: number;
  /** The next source offset to read; 0 for HTTP slots. Below 0: a rebuild or recovery is under way. */
  readonly offset: number;
  /** Last number sent, per partition this lane writes to. */
  readonly sent: { readonly [place: Place]: number };
  /** An offset below which all of this lane's acknowledged records on that partition lie: Claim scans from here for strangers. */
  readonly acked: Acked;
  /** Last number taken, per incoming link. */
  readonly taken: { readonly [link: string]: number };
  /** The highest catalog offset this lane has stamped. */
  readonly catalogOffset: number;
  /** The last commit's outputs, in the order to append them. */
  readonly pending: readonly PendingAppend[];
}

/** A folded state, as JSON text; null removes it. */
export interface StateChange {
  readonly key: string;
  readonly businessId: string;
  readonly state: string | null;
}

/** A record kept because it, or one before it of its key, could not be handled. */
export interface WaitingRecord {
  readonly key: string;
  readonly businessId: string;
  readonly offset: number;
  readonly value: Uint8Array;
  /** Why its key waits; empty on those that merely follow. */
  readonly error: string;
}

/** All timers of a key, in place of those it had. */
export interface TimerChange {
  readonly key: string;
  readonly businessId: string;
  readonly timers: readonly Timer[];
}

export interface DueTimer extends Timer {
  readonly key: string;
  readonly businessId: string;
}

/** So many more of something. */
export interface TallyChange extends Tally {
  readonly count: number;
}

/** What one commit moves. Everything in it happens, or nothing. */
export interface LaneCommit {
  readonly row: Omit<LaneRow, 'epoch'>;
  readonly states: readonly StateChange[];
  readonly rows: readonly RowChange[];
  readonly timers: readonly TimerChange[];
  /** What this lane moves on shared balances: one entry per account, in the order of the accounts. */
  readonly balances: readonly BalanceMove[];
  /** What this lane has counted: one entry per business and word. */
  readonly tallies: readonly TallyChange[];
  /** Timers that fired: removed, their TimerDue is in `row.pending`. */
  readonly fired: readonly DueTimer[];
  readonly waiting: readonly WaitingRecord[];
  /** Waiting records handled by this commit. */
  readonly redriven: readonly { readonly key: string; readonly offset: number }[];
  /** Keys whose redrive request is done, whatever came of it. */
  readonly answered: readonly string[];
}

/** A commit was refused because the lane has a higher epoch: another process has claimed it. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';
}

/** A commit was rolled back because of a value in it (SQLSTATE classes 22 and 23, and 54000, a value too large for its index): trying again cannot help, a smaller batch finds the record. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** A commit was rolled back because it would have moved a balance above its limit: others moved it since the batch was decided. Decided again, it fits. */
export class OverLimitError extends Error {
  override readonly name = 'OverLimitError';
}

/** The lanes of one service in its database. Any rejection other than the three above means: it may or may not have happened. */
export interface LaneStore {
  /**
   * True where a commit also appends `row.pending` to the log in the same transaction (the embedded log). Such a commit is
   * acknowledged as it stands, nothing is ever pending after it, and it brings `row.acked` up to date itself.
   */
  readonly appendsInCommit: boolean;
  /** The row as it is; undefined where the lane never ran. */
  load(lane: string): Promise<LaneRow | undefined>;
  /**
   * Raises the epoch and returns the row, made at its beginning where there is none. With `unless`, refuses (SupersededError) when the
   * epoch is higher than that.
   */
  claim(lane: string, unless?: number): Promise<LaneRow>;
  /** Returns, where it appends in the commit, the offset behind the last record appended per partition; nothing otherwise. */
  commit(lane: string, epoch: number, change: LaneCommit): Promise<Acked>;
  /** States of those of the keys that have one. */
  states(lane: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Reserved and settled together on each of the accounts that has anything, over all lanes, micros. */
  balances(accounts: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
  /** Keys that have waiting records: at most `limit`. */
  waitingKeys(lane: string, limit: number): Promise<readonly string[]>;
  /** The first waiting records of a key, by offset. */
  waitingRecords(lane: string, key: string, limit: number): Promise<readonly WaitingRecord[]>;
  /** Timers due at `now` or before, earliest first. */
  dueTimers(lane: string, now: number, limit: number): Promise<readonly DueTimer[]>;
  /** Keys whose redrive was asked for. */
  redriveRequests(lane: string, limit: number): Promise<readonly string[]>;
  /** Asks the lane's owner to handle a key's waiting records again. */
  requestRedrive(lane: string, key: string): Promise<void>;
}

/** A request that an HTTP slot or an intake lane has taken: what it asks, and what it will be answered. */
export interface SlotRequest {
  readonly businessId: string;
  readonly idempotencyKey: string;
  /** Hex SHA-256 of the body: the same key with another body is refused. */
  readonly bodyHash: string;
  /** JSON of `{status, body}`, given again to whoever repeats the request. */
  readonly answer: string;
  readonly at: number;
}

export type SlotOutcome = { readonly kind: 'taken' } | { readonly kind: 'repeated'; readonly answer: string } | { readonly kind: 'conflict' };

/** The HTTP slots of one service (lane rows without a source), its intake lanes (with one), and the idempotency keys of both. */
export interface SlotStore {
  readonly appendsInCommit: boolean;
  load(lane: string): Promise<LaneRow | undefined>;
  /** Takes a free slot (one whose lease ran out, that nobody holds, or that is the holder's own already) for `holder`, raising its epoch; undefined when all are held. */
  lease(lanes: readonly string[], holder: string, now: number, leaseMs: number): Promise<{ readonly lane: string; readonly row: LaneRow } | undefined>;
  /** As LaneStore.claim, for the holder that lost track of a commit. */
  claim(lane: string, unless?: number): Promise<LaneRow>;
  /** Prolongs or (leaseMs 0) ends the lease. Refuses with SupersededError when the epoch is not ours any more. */
  renew(lane: string, epoch: number, holder: string, now: number, leaseMs: number): Promise<void>;
  /**
   * In one transaction guarded by the epoch: stores the keys that are new, and calls `build` with one flag per request (true: new) and with
   * the outcomes for the row to write; where `build` throws, nothing was stored. Returns an outcome per request, in order; two of one call
   * with the same key resolve to the first.
   */
  commitRequests(
    lane: string,
    epoch: number,
    requests: readonly SlotRequest[],
    build: (taken: readonly boolean[], outcomes: readonly SlotOutcome[]) => Omit<LaneRow, 'epoch'>,
  ): Promise<{ readonly outcomes: readonly SlotOutcome[]; readonly acked: Acked }>;
  /** Whether a request came under this key before, and so has its answer: what is true by now is then no matter. */
  knows(businessId: string, idempotencyKey: string): Promise<boolean>;
  /** Slots of this service that have a row but are not among `lanes`: removed from the settings, to be drained. */
  removed(lanes: readonly string[]): Promise<readonly string[]>;
  /** Removes idempotency keys older than `before`. Returns how many. */
  forgetRequests(before: number): Promise<number>;
}

/** A lane store that can also be refolded, offline. */
export interface RebuildStore extends LaneStore {
  /** Removes the lane's states, timers, waiting records, redrive requests, counts and projection rows. The row stays, and its part of balances: other lanes hold limits by it meanwhile. */
  reset(lane: string): Promise<void>;
  /** The lane's own part of every balance that it has moved. */
  balancesOf(lane: string): Promise<ReadonlyMap<string, Pick<BalanceMove, 'reserved' | 'settled'>>>;
  /** Everything the lane has written, in a canonical order and form: equal texts mean equal contents. */
  dump(lane: string): Promise<string>;
}
