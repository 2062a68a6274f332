import { Logger } from '@nestjs/common';
import { FrameError, HttpSlot } from '@parley/bus';
import type { Report, SlotAnswer, SlotStore, Submission, Submitted } from '@parley/bus';
import type { Instant, Output } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto';
import type { Request, Response } from 'express';
import { logReport } from '../lanes/report-line.js';
import type { Runtime } from '../process/runtime.js';
import type { ServiceParts } from '../process/service.js';
import { fingerprint } from './body.js';
import { idempotencyKeyOf, keptMs } from './idempotency.js';
import { Problem } from './problem.js';
import { invalidFields } from './shape.js';

/** A request to be written: who asks, what it appends and what it is answered. */
export interface Write {
  readonly businessId: string;
  /** Whose idempotency keys these are, such as `key` or `device/<id>`: two clients that choose the same key do not meet. */
  readonly client: string;
  readonly outputs: readonly Output[];
  readonly answer: SlotAnswer;
  /** Event time of the outputs where it is not the server's clock. */
  readonly at?: Instant;
}

/** Something to be written that nobody asked for over HTTP. */
export interface Post extends Pick<Write, 'businessId' | 'client' | 'outputs'> {
  /** Unique among the client's. */
  readonly key: string;
}

const sweepEveryMs = 3_600_000;
/** A commit takes milliseconds. Whoever waits this long is better told to come again. */
const answerWithinMs = 10_000;

/**
 * The write side of a service's HTTP: through its slot, so that a 2xx means exactly one record, whatever is killed, and a repeated
 * Idempotency-Key gets the same answer.
 */
export class Writes {
  private readonly logger: Logger;
  private readonly slot: HttpSlot;
  /** The board knows the slot we hold under one name, whichever it is. */
  private readonly lane: string;
  private readonly store: SlotStore;

  constructor(
    private readonly runtime: Runtime,
    service: ServiceParts,
  ) {
    this.logger = new Logger(`${service.name}/http`);
    this.store = runtime.slotStore(service);
    const { slots, holder, catalog } = runtime;
    this.lane = `${service.name}/http`;
    runtime.board.expect(this.lane);
    this.slot = new HttpSlot({ ...runtime.ports((report) => this.tell(report)), service: service.name, slots, holder, store: this.store, catalog, topics: service.writes });
    runtime.closeLater(this);
    runtime.repeat('forgetting old idempotency keys', sweepEveryMs, () => this.store.forgetRequests(runtime.clock() - keptMs));
  }

  /**
   * Writes one request and gives the answer to send. Throws `missing-idempotency-key`, `idempotency-conflict` (the key came with another
   * body), `busy` (nothing was written: repeat it), or `invalid-fields` where a value does not fit the log's schema.
   */
  async submit(request: Request, response: Response, write: Write): Promise<unknown> {
    const [answer] = await this.submitAll(request, response, [write]);
    return answer;
  }

  /** Several writes under one key, such as receipts of different times. Each is exactly once; a repetition completes what is missing. */
  async submitAll(request: Request, response: Response, writes: readonly Write[]): Promise<readonly unknown[]> {
    const key = idempotencyKeyOf(request);
    const bodyHash = fingerprint(request);
    const submitted = await this.hand(writes.map((write, index) => submission(write, key, index, bodyHash)));
    const answered = submitted.map((one) => taken(one));
    if (answered.length > 0 && answered.every(({ repeated }) => repeated)) response.setHeader('Idempotency-Replayed', 'true');
    response.status(answered[0]?.status ?? 200);
    return answered.map(({ body }) => body);
  }

  /**
   * Whether this request was written before, so that `submit` gives its answer again: to be asked before one is refused for what has changed since.
   */
  async repeats(request: Request, { businessId, client }: Pick<Write, 'businessId' | 'client'>): Promise<boolean> {
    return this.store.knows(businessId, keyOf(client, idempotencyKeyOf(request), 0));
  }

  /**
   * Writes what follows from the log itself, not from a request, each under a key of its own: once, however often it is posted within 7 days. Throws
   * `busy` (some may be written: post them again), and `idempotency-conflict` where a key came with other outputs.
   */
  async post(posts: readonly Post[]): Promise<void> {
    const submitted = await this.hand(posts.map((post) => submission({ ...post, answer: { status: 201, body: null } }, post.key, 0, sha256Hex(textOf(post.outputs)))));
    for (const one of submitted) taken(one);
  }

  /** Answers what is queued, and gives the slot back. What cannot be written within `drainMs` is answered `busy`. */
  async close(drainMs: number): Promise<void> {
    await this.slot.close(drainMs);
  }

  /** One patience for all of a request: a timer for each of its writes would cost more than the writes. */
  private async hand(all: readonly Submission[]): Promise<readonly Submitted[]> {
    const done = new AbortController();
    try {
      const late = this.runtime.sleep(answerWithinMs, done.signal).then((): 'late' => 'late');
      const submitted = await Promise.race([Promise.all(all.map((one) => this.slot.submit(one))), late]);
      if (submitted !== 'late') return submitted;
      throw new Problem('busy', 'It is not known yet whether this was written: the database is slow or away. Repeat the request with the same Idempotency-Key.', [], { 'Retry-After': '2' });
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      // The message names the field and the rule, never the value.
      throw invalidFields([{ path: 'body', hint: error.message }]);
    } finally {
      done.abort();
    }
  }

  private tell(report: Report): void {
    this.runtime.board.report({ ...report, lane: this.lane });
    logReport(this.logger, report);
  }
}

function textOf(outputs: readonly Output[]): string {
  return JSON.stringify(outputs, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

function submission(write: Write, key: string, index: number, bodyHash: string): Submission {
  const { businessId, outputs, answer, at } = write;
  // Whoever changes the catalog asks next for what follows from it.
  const onLog = outputs.some(({ topic }) => topic === 'parley.catalog.v1');
  const idempotencyKey = keyOf(write.client, key, index);
  return { businessId, idempotencyKey, bodyHash, outputs, answer, onLog, ...(at === undefined ? {} : { at }) };
}

function keyOf(client: string, key: string, index: number): string {
  return `${client} ${key}${index === 0 ? '' : ` ${index}`}`;
}

function taken(submitted: Submitted): SlotAnswer & { readonly repeated: boolean } {
  switch (submitted.kind) {
    case 'answered':
      return submitted;
    case 'conflict':
      throw new Problem('idempotency-conflict', 'This Idempotency-Key came with another request within the last 7 days. Use a new key for a new request.');
    case 'busy':
      throw new Problem('busy', 'Nothing was written. Repeat the request with the same Idempotency-Key.', [], { 'Retry-After': '1' });
    default:
      return submitted satisfies never;
  }
}
