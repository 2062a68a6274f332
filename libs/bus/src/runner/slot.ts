import type { AnyEvent, Instant, Meta, Output, TopicName } from '@parley/contracts';
import type { CatalogView } from '../catalog/view.js';
import { SupersededError, type LaneRow, type SlotOutcome, type SlotRequest, type SlotStore } from '../port/store.js';
import { appendPending } from './append.js';
import { Outbox } from './outbox.js';
import { messageOf, StoppedError, type RunnerPorts } from './ports.js';
import { firstTopics, settle, stageRequest } from './requests.js';

/** Sizes and pauses of an HTTP slot. */
export interface SlotLimits {
  /** Requests per commit. */
  readonly groupRequests: number;
  /** Requests that may wait for their commit before `busy` is answered. */
  readonly queuedRequests: number;
  /** How long a slot stays ours after the last sign of life. */
  readonly leaseMs: number;
  readonly appendRecords: number;
  readonly retryMs: number;
}

export const slotLimits: SlotLimits = { groupRequests: 500, queuedRequests: 5_000, leaseMs: 15_000, appendRecords: 1_000, retryMs: 200 };

export interface SlotSpec extends RunnerPorts {
  /** The service; its slots are `<service>/http/0`, `/1`, … */
  readonly service: string;
  /** How many slots the service has, over all its processes. */
  readonly slots: number;
  /** Who we are, among the processes that share the slots. */
  readonly holder: string;
  readonly store: SlotStore;
  readonly catalog: CatalogView<unknown>;
  /** Topics this service's requests may write to. */
  readonly topics: readonly TopicName[];
  readonly limits?: Partial<SlotLimits>;
}

/** A request to be committed: what it appends and what it is answered. */
export interface Submission {
  readonly businessId: string;
  readonly idempotencyKey: string;
  /** Hex SHA-256 of the request's body. */
  readonly bodyHash: string;
  readonly outputs: readonly Output[];
  readonly answer: SlotAnswer;
  /** Event time of the outputs; the clock's where absent. */
  readonly at?: Instant;
  /** Answer when the outputs are on the log, for who reads them there next; otherwise once they are committed. */
  readonly onLog?: boolean;
}

export interface SlotAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** `conflict`: the key was used with another body. `busy`: too many wait already; nothing was kept. */
export type Submitted = (SlotAnswer & { readonly kind: 'answered'; readonly repeated: boolean }) | { readonly kind: 'conflict' } | { readonly kind: 'busy' };

interface Queued {
  readonly submission: Submission;
  resolve(submitted: Submitted): void;
  /** Already tried in a commit whose outcome is unknown: finding its own key is then no repetition. */
  tried: boolean;
}

export function slotName(service: string, slot: number): string {
  return `${service}/http/${slot}`;
}

/**
 * One HTTP slot: turns requests into records, a group per commit. The idempotency key, the answer and the outputs are one commit; the answer
 * is given after it, the append follows, and the next commit waits for the append. Whatever is killed, an answered request has its records
 * on the log exactly once, because the slot's next holder appends what is pending.
 */
export class HttpSlot {
  readonly #limits: SlotLimits;
  readonly #queue: Queued[] = [];
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;
  #wake: () => void = () => undefined;
  #closing = false;
  #drained = false;

  constructor(private readonly spec: SlotSpec) {
    this.#limits = { ...slotLimits, ...spec.limits };
    this.#running = this.#run();
  }

  /** Rejects with a FrameError where an output cannot be encoded: that is known before anything is kept. */
  async submit(submission: Submission): Promise<Submitted> {
    for (const output of submission.outputs) this.spec.codec.encode({ ...output.event, meta: largestMeta } as AnyEvent);
    if (this.#closing || this.#queue.length >= this.#limits.queuedRequests) return { kind: 'busy' };
    return new Promise((resolve) => {
      this.#queue.push({ submission, resolve, tried: false });
      this.#wake();
    });
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Commits what is queued, appends it, gives the slot back. With `drainMs` passed, what is still queued is answered `busy`. */
  async close(drainMs = 5_000): Promise<void> {
    this.#closing = true;
    this.#wake();
    const done = new AbortController();
    await Promise.race([this.#running, this.spec.sleep(drainMs, done.signal)]);
    done.abort();
    this.#abort.abort();
    this.#wake();
    await this.#running;
    for (const queued of this.#queue.splice(0)) queued.resolve({ kind: 'busy' });
  }

  async #run(): Promise<void> {
    const { store, service, slots, holder, clock, sleep, report } = this.spec;
    const names = Array.from({ length: slots }, (_, slot) => slotName(service, slot));
    const signal = this.#abort.signal;
    while (!signal.aborted && !(this.#closing && this.#queue.length === 0)) {
      try {
        await this.#drainRemoved(names);
        const leased = await store.lease(names, holder, clock(), this.#limits.leaseMs);
        if (leased) await this.#hold(leased.lane, leased.row);
        else await sleep(this.#limits.retryMs, signal);
      } catch (error) {
        if (error instanceof StoppedError) return;
        if (error instanceof SupersededError) report({ kind: 'superseded', lane: service });
        else report({ kind: 'commit-failed', lane: `${service}/http`, error: messageOf(error) });
        await sleep(this.#limits.retryMs, signal);
      }
    }
  }

  /** What a slot that is no longer configured left pending goes to the log before anything else. */
  async #drainRemoved(names: readonly string[]): Promise<void> {
    const { store } = this.spec;
    if (this.#drained) return;
    for (const lane of await store.removed(names)) {
      const { epoch, ...row } = await this.#settle(lane, await store.claim(lane));
      await store.commitRequests(lane, epoch, [], () => row);
    }
    this.#drained = true;
  }

  #settle(lane: string, row: LaneRow): Promise<LaneRow> {
    return settle(lane, row, this.spec, this.#limits.retryMs, this.#abort.signal);
  }

  /** Serves a slot until we close or lose it. */
  async #hold(lane: string, claimed: LaneRow): Promise<void> {
    const { store, holder, clock, report } = this.spec;
    let row = await this.#settle(lane, claimed);
    report({ kind: 'claimed', lane, epoch: row.epoch, offset: 0, waitingKeys: 0 });
    let renewedAt = clock();
    for (;;) {
      if (this.#abort.signal.aborted || (this.#closing && this.#queue.length === 0)) {
        await store.renew(lane, row.epoch, holder, clock(), 0);
        return;
      }
      if (clock() - renewedAt >= this.#limits.leaseMs / 3) {
        await store.renew(lane, row.epoch, holder, clock(), this.#limits.leaseMs);
        renewedAt = clock();
      }
      if (this.#queue.length === 0) await this.#idle();
      else row = await this.#commitGroup(lane, row);
    }
  }

  async #idle(): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const done = new AbortController();
    if (this.#queue.length > 0 || this.#closing) return;
    await Promise.race([woken, this.spec.sleep(this.#limits.leaseMs / 3, done.signal)]);
    done.abort();
  }

  async #commitGroup(lane: string, row: LaneRow): Promise<LaneRow> {
    const { store, catalog, log, codec, report } = this.spec;
    const group = this.#queue.slice(0, this.#limits.groupRequests);
    const now = this.spec.clock();
    const catalogOffset = Math.max(catalog.view().offset, row.catalogOffset);
    let next: Omit<LaneRow, 'epoch'> = row;
    const build = (taken: readonly boolean[]): Omit<LaneRow, 'epoch'> => {
      const outbox = new Outbox(lane, codec, log, row.sent);
      group.forEach(({ submission }, index) => taken[index] && this.#stage(submission, outbox, now, catalogOffset));
      const pending = outbox.pending(firstTopics, this.#limits.appendRecords);
      next = { offset: 0, sent: outbox.sent(), acked: row.acked, taken: {}, catalogOffset, pending };
      return next;
    };
    const requests = group.map(({ submission }) => slotRequest(submission, now));
    const before = group.map(({ tried }) => tried);
    for (const queued of group) queued.tried = true;
    const { outcomes, acked } = await store.commitRequests(lane, row.epoch, requests, build);
    this.#queue.splice(0, group.length);
    const answer = (onLog: boolean): void =>
      group.forEach((queued, index) => (queued.submission.onLog ?? false) === onLog && queued.resolve(submitted(queued.submission, outcomes[index]!, before[index]!)));
    answer(false);
    report({
      kind: 'requests', lane, queued: this.#queue.length,
      taken: outcomes.filter(({ kind }) => kind === 'taken').length,
      repeated: outcomes.filter(({ kind }) => kind === 'repeated').length,
      conflicts: outcomes.filter(({ kind }) => kind === 'conflict').length,
    });
    try {
      const appended = store.appendsInCommit ? {} : await appendPending(lane, next.pending, this.spec, this.#limits.retryMs, this.#abort.signal);
      answer(true);
      return { ...next, epoch: row.epoch, acked: { ...next.acked, ...acked, ...appended }, pending: [] };
    } catch (error) {
      // Told to stop: it is committed, and whoever holds the slot next appends it. Who asks again under the same key is answered then.
      for (const { submission, resolve } of group) if (submission.onLog) resolve({ kind: 'busy' });
      throw error;
    }
  }

  #stage({ outputs, at }: Submission, outbox: Outbox, now: Instant, catalogOffset: number): void {
    stageRequest(outputs, outbox, { at: at ?? now, recordedAt: now, cause: null, catalogOffset }, () => this.spec.newId());
  }
}

/** Metadata at its longest, to try an output's size and values before it has its own. */
const largestMeta: Meta = {
  eventId: 'ffffffff-ffff-4fff-bfff-ffffffffffff',
  at: 4_000_000_000_000,
  recordedAt: 4_000_000_000_000,
  link: 'notifications/http/999',
  number: 2 ** 50,
  cause: null,
  catalogOffset: 2 ** 50,
};

function slotRequest({ businessId, idempotencyKey, bodyHash, answer }: Submission, at: Instant): SlotRequest {
  return { businessId, idempotencyKey, bodyHash, answer: JSON.stringify(answer), at };
}

function submitted(submission: Submission, outcome: SlotOutcome, tried: boolean): Submitted {
  switch (outcome.kind) {
    case 'taken':
      return { kind: 'answered', ...submission.answer, repeated: false };
    case 'repeated':
      return { kind: 'answered', ...(JSON.parse(outcome.answer) as SlotAnswer), repeated: !tried };
    case 'conflict':
      return { kind: 'conflict' };
    default:
      return outcome satisfies never;
  }
}
