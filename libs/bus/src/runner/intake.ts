import type { Instant, Output, TopicName } from '@parley/contracts';
import type { CatalogView } from '../catalog/view.js';
import { FrameError } from '../codec/errors.js';
import type { LogRecord } from '../port/log.js';
import type { LaneRow, SlotOutcome, SlotRequest } from '../port/store.js';
import { appendPending } from './append.js';
import { laneEnd } from './lane.js';
import { Outbox } from './outbox.js';
import { HaltError, laneLimits, StoppedError, type LaneEnd } from './ports.js';
import { firstTopics, settle, stageRequest, type RequestWriter } from './requests.js';

/** Sizes and pauses of an intake lane. */
export interface IntakeLimits {
  /** Records per read, and so per commit. */
  readonly batchRecords: number;
  /** Bytes of values per commit; a batch has at least one record. */
  readonly batchBytes: number;
  readonly appendRecords: number;
  /** The longest wait for new records. */
  readonly idleMs: number;
  readonly retryMs: number;
  readonly catalogLateMs: number;
}

const { batchRecords, appendRecords, idleMs, retryMs, catalogLateMs } = laneLimits;
export const intakeLimits: IntakeLimits = { batchRecords, batchBytes: 4 * 1_048_576, appendRecords, idleMs, retryMs, catalogLateMs };

/** What a record of an integrator comes to: a request as an HTTP slot takes it, which may as well be to write down why it was refused. */
export interface IntakeRequest {
  /** Whose idempotency key it is; `unattributed` or the like where nobody is believed to have written the record. */
  readonly businessId: string;
  readonly idempotencyKey: string;
  /** Hex SHA-256 of what is asked: the same key with another one is a conflict. */
  readonly bodyHash: string;
  readonly outputs: readonly Output[];
  /** Event time of the outputs; the clock's where null. */
  readonly at: Instant | null;
  /** One word that is kept with the key. */
  readonly answer: string;
  /** What the record comes to instead when its key was used for something else. Its own key tells it from other such records, so it never conflicts. */
  conflicting(): IntakeRequest;
  /** What is written instead when an output does not fit its schema; under the same key. */
  unfit(fault: FrameError): Pick<IntakeRequest, 'outputs' | 'at'>;
}

/** A lane over one partition of a topic that integrators write to. */
export interface IntakeSpec extends RequestWriter {
  /** The lane's name, such as `ingest/requests/3`. */
  readonly lane: string;
  readonly source: TopicName;
  readonly partition: number;
  readonly catalog: CatalogView<unknown>;
  /**
   * What the records come to, one request per record, in order. A record is never a reason to throw, whatever stands in it: a rejection means
   * that something outside is away, and the batch is tried again.
   */
  judge(records: readonly LogRecord[], catalog: unknown, now: Instant): Promise<readonly IntakeRequest[]>;
  readonly limits?: Partial<IntakeLimits>;
}

/**
 * Runs an intake lane until it is stopped, superseded or must halt. Its source promises nothing: no order, no numbers, holes where foreign
 * transactions were. So all that carries over from one record to the next is the row's offset and the idempotency keys, which one commit
 * moves together with the outputs; then they are appended, and only then comes the next batch. Each record has its effect once, and so has
 * each request, however often its integrator writes it and to whichever partition.
 */
export async function runIntake(spec: IntakeSpec, signal: AbortSignal): Promise<LaneEnd> {
  let epoch: number | undefined;
  for (;;) {
    try {
      if (signal.aborted) throw new StoppedError(spec.lane);
      const row = await spec.store.claim(spec.lane, epoch);
      epoch = row.epoch;
      await new IntakeSession(spec, row, signal).serve();
    } catch (error) {
      const end = laneEnd(spec.lane, error, spec);
      if (end) return end;
      await spec.sleep(spec.limits?.retryMs ?? retryMs, signal);
    }
  }
}

/** One claim of an intake lane. */
class IntakeSession {
  readonly #limits: IntakeLimits;
  #row: LaneRow;

  constructor(
    private readonly spec: IntakeSpec,
    row: LaneRow,
    private readonly signal: AbortSignal,
  ) {
    this.#limits = { ...intakeLimits, ...spec.limits };
    this.#row = row;
  }

  async serve(): Promise<never> {
    const { lane, log, source, partition } = this.spec;
    if (this.#row.offset < 0) throw new HaltError(`${lane}: a recovery was interrupted. Run \`parley recover\` again.`);
    this.#row = await settle(lane, this.#row, this.spec, this.#limits.retryMs, this.signal, lane.slice(0, lane.lastIndexOf('/') + 1));
    this.#row = { ...this.#row, offset: firstOffset(lane, this.#row, await log.start(source, partition)) };
    this.spec.report({ kind: 'claimed', lane, epoch: this.#row.epoch, offset: this.#row.offset, waitingKeys: 0 });
    for (;;) {
      if (this.signal.aborted) throw new StoppedError(lane);
      const records = await log.read(source, partition, this.#row.offset, this.#limits.batchRecords);
      if (records.length === 0) await this.#idle();
      else await this.#take(withinBytes(records, this.#limits.batchBytes), records.length >= this.#limits.batchRecords);
    }
  }

  /** Behind the last record there may be marks of foreign transactions, which are offsets but no records: waiting for those would not wait. */
  async #idle(): Promise<void> {
    const { log, source, partition } = this.spec;
    const { offset } = this.#row;
    if ((await log.end(source, partition)) > offset) await this.spec.sleep(this.#limits.retryMs, this.signal);
    else await log.wait(source, partition, offset, this.#limits.idleMs, this.signal);
  }

  async #take(records: readonly LogRecord[], full: boolean): Promise<void> {
    const { lane, catalog, judge } = this.spec;
    // What this lane decided by and stamped once, it never knows less of.
    await catalog.reach(this.#row.catalogOffset, lane, this.#limits.catalogLateMs, this.signal);
    const { state, offset: catalogOffset } = catalog.view();
    const now = this.spec.clock();
    const requests = await judge(records, state, now);
    if (requests.length !== records.length) throw new Error(`${lane}: ${records.length} records were judged as ${requests.length} requests`);
    const outcomes = await this.#commit(records, requests, now, catalogOffset);
    const decided = outcomes.filter(({ kind }) => kind === 'taken').length;
    this.spec.report({ kind: 'batch', lane, records: records.length, decided, offset: this.#row.offset, full, cachedKeys: 0, waitingKeys: 0 });
    await this.#append();
  }

  /**
   * Commits a batch. Which records use a key that stands for another request, only the commit itself can say: it undoes all then, and is tried
   * with what such records come to. They still ask for their key beside that, so that what was a conflict when it was found is one when it is
   * told: between the two another lane may have taken the very same request.
   */
  async #commit(records: readonly LogRecord[], judged: readonly IntakeRequest[], now: Instant, catalogOffset: number): Promise<readonly SlotOutcome[]> {
    const { lane, store } = this.spec;
    let conflicts: ReadonlySet<number> = new Set();
    for (let round = 0; round <= 2 * records.length; round += 1) {
      const entries = entriesOf(judged, conflicts);
      let next: Omit<LaneRow, 'epoch'> = this.#row;
      const build = (_: readonly boolean[], outcomes: readonly SlotOutcome[]): Omit<LaneRow, 'epoch'> => {
        const found = new Set(entries.flatMap(({ index, asks }, entry) => (asks && outcomes[entry]!.kind === 'conflict' ? [index] : [])));
        if (!isSame(found, conflicts)) throw new ConflictsFound(found);
        next = this.#moved(records, entries.filter(({ writes }, entry) => writes && outcomes[entry]!.kind === 'taken'), now, catalogOffset);
        return next;
      };
      try {
        const { outcomes, acked } = await store.commitRequests(lane, this.#row.epoch, entries.map(({ request }) => slotRequest(request, now)), build);
        this.#row = { ...next, epoch: this.#row.epoch, acked: { ...next.acked, ...acked }, pending: store.appendsInCommit ? [] : next.pending };
        return outcomes;
      } catch (error) {
        if (!(error instanceof ConflictsFound)) throw error;
        conflicts = error.found;
      }
    }
    throw new Error(`${lane}: which records are in conflict changes with every look`);
  }

  #moved(records: readonly LogRecord[], taken: readonly Entry[], now: Instant, catalogOffset: number): Omit<LaneRow, 'epoch'> {
    const { lane, codec, log } = this.spec;
    const outbox = new Outbox(lane, codec, log, this.#row.sent);
    for (const { request, index } of taken) this.#stage(request, records[index]!.offset, outbox, now, catalogOffset);
    const pending = outbox.pending(firstTopics, this.#limits.appendRecords);
    const stamped = outbox.size > 0 ? catalogOffset : this.#row.catalogOffset;
    return { offset: records.at(-1)!.offset + 1, sent: outbox.sent(), acked: this.#row.acked, taken: {}, catalogOffset: stamped, pending };
  }

  /** Every output names the record it comes from: its integrator finds it again, and so does who recovers this lane. */
  #stage(request: IntakeRequest, offset: number, outbox: Outbox, now: Instant, catalogOffset: number): void {
    const { source, partition, newId } = this.spec;
    const stage = ({ outputs, at }: Pick<IntakeRequest, 'outputs' | 'at'>): unknown =>
      stageRequest(outputs, outbox, { at: at ?? now, recordedAt: now, cause: { topic: source, partition, offset }, catalogOffset }, newId);
    try {
      stage(request);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      stage(request.unfit(error));
    }
  }

  async #append(): Promise<void> {
    const acked = await appendPending(this.spec.lane, this.#row.pending, this.spec, this.#limits.retryMs, this.signal);
    this.#row = { ...this.#row, acked: { ...this.#row.acked, ...acked }, pending: [] };
  }
}

/** Thrown out of a commit's transaction, and caught by who began it. */
class ConflictsFound extends Error {
  override readonly name = 'ConflictsFound';

  constructor(readonly found: ReadonlySet<number>) {
    super(`${found.size} records use the key of another request`);
  }
}

/** A key to ask for. `index`: of its record. */
interface Entry {
  readonly index: number;
  readonly request: IntakeRequest;
  /** Asks for the request's own key, and so says whether it is in conflict. */
  readonly asks: boolean;
  /** Is what the record comes to. */
  readonly writes: boolean;
}

function entriesOf(judged: readonly IntakeRequest[], conflicts: ReadonlySet<number>): readonly Entry[] {
  return judged.flatMap((request, index): readonly Entry[] => {
    if (!conflicts.has(index)) return [{ index, request, asks: true, writes: true }];
    return [{ index, request, asks: true, writes: false }, { index, request: request.conflicting(), asks: false, writes: true }];
  });
}

function isSame(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return one.size === other.size && [...one].every((index) => other.has(index));
}

function slotRequest({ businessId, idempotencyKey, bodyHash, answer }: IntakeRequest, at: Instant): SlotRequest {
  return { businessId, idempotencyKey, bodyHash, answer: JSON.stringify(answer), at };
}

/** Where to read on. A lane that is claimed for the first time begins with what the topic still keeps; any other must find what it has not read. */
function firstOffset(lane: string, { offset, epoch }: LaneRow, start: number): number {
  if (offset >= start) return offset;
  if (offset === 0 && epoch === 1) return start;
  throw new HaltError(
    `${lane}: requests from offset ${offset} to ${start} were removed with age before anybody read them. Ask their integrators to send them again, and run \`parley recover\` to go on at ${start}.`,
  );
}

/** As many of the first records as fit, and at least one. */
function withinBytes(records: readonly LogRecord[], limit: number): readonly LogRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ value }, index) => (bytes += value.length) > limit && index > 0);
  return end < 0 ? records : records.slice(0, end);
}
