import { hmacSha256Hex, utf8 } from '@parley/crypto';
import { sentUntil } from '../fetch-until.js';
import type { Journal } from '../folder/journal.js';
import { AddressError, startOf, type PublicFetch } from '../network/public-fetch.js';
import { Pause } from '../pause.js';
import type { Callback, Fact, PendingEvent } from '../state/fact.js';
import type { State } from '../state/state.js';
import { Aside } from './aside.js';
import { bodyOf, nextBatch, nextSize } from './batch.js';
import { waitAfter, type Backoff } from './retry.js';

export interface CourierOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly backoff: Backoff;
  /** How long an event is tried before it is given up, ms. */
  readonly horizonMs: number;
  readonly timeoutMs: number;
  readonly fetchPublic: PublicFetch;
  readonly log: CourierLog;
  /** Called when the journal takes nothing more: the courier has ended then. */
  readonly broken: (error: unknown) => void;
}

export interface CourierLog {
  warn(line: string): void;
  log(line: string): void;
}

const limits = { events: 50, characters: 256 * 1024 };
const mostAnswerBytes = 16 * 1024;
/** An event that failed alone waits so many times longer than an endpoint that failed. */
const asideFactor = 8;
const longestAsideMs = 3_600_000;

/** Brings webhooks to the business's software, in their order, until each is answered with 200. One request is in flight at a time. */
export class Courier {
  private readonly aside = new Aside();
  private readonly pause = new Pause();
  private readonly stopping = new AbortController();
  private readonly fetch: PublicFetch;
  private running: Promise<void> | null = null;
  private size = limits.events;
  private failures = 0;
  private openAt = 0;
  private toldWaiting = false;

  constructor(private readonly options: CourierOptions) {
    this.fetch = sentUntil(this.stopping.signal, options.fetchPublic);
  }

  start(): void {
    this.running ??= this.run().catch(this.options.broken);
  }

  /** There is a new event. */
  wake(): void {
    this.pause.end();
  }

  /** There is another callback: what the old one did no longer counts. */
  retarget(): void {
    this.failures = 0;
    this.openAt = 0;
    this.aside.clear();
    this.pause.end();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.pause.end();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const waitMs = await this.step();
      if (waitMs !== 0 && !this.stopping.signal.aborted) await this.pause.wait(waitMs);
    }
  }

  /** Does the next thing; resolves to how long to wait then, ms (null: until woken). */
  private async step(): Promise<number | null> {
    const { state, now, log } = this.options;
    await this.giveUpOld();
    if (state.callback === null) {
      if (!this.toldWaiting && state.events.size > 0) log.warn('Webhooks are waiting: no callback URL is set. POST one to /gateway/{version}/{waba-id}/subscribed_apps (a gateway of its own also takes PARLEY_GATEWAY_WEBHOOK_URL).');
      this.toldWaiting ||= state.events.size > 0;
      return null;
    }
    if (now() < this.openAt) return this.openAt - now(); // A new event does not hurry a callback that is down.
    const next = nextBatch(state.events.values(), (id) => this.aside.dueAt(id), { ...limits, events: this.size }, now());
    if (next.kind === 'wait') return this.aside.release() ? 0 : next.until === null ? null : Math.max(1, next.until - now());
    const problem = await this.deliver(state.callback, next.batch);
    return problem === null ? this.acknowledged(next.batch) : this.failed(next.batch, problem);
  }

  private async acknowledged(batch: readonly PendingEvent[]): Promise<number> {
    if (this.failures > 0) this.options.log.log(`The callback answers again, after ${this.failures} failed attempts.`);
    this.failures = 0;
    this.size = nextSize(batch.length, true, limits.events);
    this.aside.acknowledged(batch.map(({ id }) => id));
    await this.settle(batch);
    return 0;
  }

  private failed(batch: readonly PendingEvent[], problem: string): number {
    const { backoff, chance, log, now } = this.options;
    this.failures += 1;
    this.size = nextSize(batch.length, false, limits.events);
    const [only] = batch;
    const own = { firstMs: asideFactor * backoff.firstMs, longestMs: Math.max(longestAsideMs, backoff.longestMs) };
    if (batch.length === 1 && only !== undefined) this.aside.failedAlone(only.id, now(), (convictions) => waitAfter(convictions, own, chance()));
    const waitMs = waitAfter(this.failures, backoff, chance());
    this.openAt = now() + waitMs;
    // Once when it begins, then ever more rarely: 1, 2, 4, 8, …
    if (Number.isInteger(Math.log2(this.failures))) log.warn(`The callback did not acknowledge ${batch.length} webhooks (${problem}), attempt ${this.failures}; next in ${waitMs} ms. They are kept.`);
    return waitMs;
  }

  /** Null when acknowledged, else what went wrong. */
  private async deliver(callback: Callback, batch: readonly PendingEvent[]): Promise<string | null> {
    const { account } = this.options.state;
    if (account === null) return 'the folder has no account';
    const body = utf8(bodyOf(account.wabaId, batch.map(({ value }) => value)));
    const signature = hmacSha256Hex(utf8(account.appSecret), body);
    const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${signature}` };
    try {
      const response = await this.fetch(callback.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(this.options.timeoutMs) });
      const said = response.status;
      // Read to its end, where that is near, so that the connection can be used again; what becomes of the rest changes nothing.
      await startOf(response, mostAnswerBytes).catch(() => '');
      return said === 200 ? null : `status ${said}`;
    } catch (error) {
      return error instanceof AddressError ? error.message : 'no answer';
    }
  }

  private async giveUpOld(): Promise<void> {
    const { state, now, horizonMs, log } = this.options;
    const old: PendingEvent[] = [];
    for (const event of state.events.values()) {
      if (event.at > now() - horizonMs) break; // They are in the order they came.
      old.push(event);
    }
    if (old.length === 0) return;
    log.warn(`${old.length} webhooks were not acknowledged within ${Math.round(horizonMs / 3_600_000)} h and are given up.`);
    await this.settle(old);
  }

  private async settle(events: readonly PendingEvent[]): Promise<void> {
    const ids = events.map(({ id }) => id);
    await this.options.journal.append({ type: 'EventsSettled', ids });
    this.aside.forget(ids);
  }
}
