import type { Archive } from '../archive/archive.js';
import type { Journal } from '../folder/journal.js';
import { Pause } from '../pause.js';
import type { Fact, PendingEvent } from '../state/fact.js';
import type { State } from '../state/state.js';
import { Aside } from './aside.js';
import { bodyOf, nextBatch, nextSize } from './batch.js';
import type { Post } from './post.js';
import { waitAfter, type Backoff } from './retry.js';

export interface CourierOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  /** Where webhooks go that were sent, or given up; null: nowhere. */
  readonly archive: Archive | null;
  readonly post: Post;
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly backoff: Backoff;
  /** How long an event is tried before it is given up, ms. */
  readonly horizonMs: number;
  /** How long a callback may fail, and do nothing else, before nothing more is sent to it, ms. */
  readonly disableAfterMs: number;
  /** Calls off what is on its way. */
  readonly stopping: AbortSignal;
  readonly log: CourierLog;
  /** Called when the journal takes nothing more: the courier has ended then. */
  readonly broken: (error: unknown) => void;
}

export interface CourierLog {
  error(line: string): void;
  warn(line: string): void;
  log(line: string): void;
}

const limits = { events: 50, characters: 256 * 1024 };
/** An event that failed alone waits so many times longer than an endpoint that failed. */
const asideFactor = 8;
const longestAsideMs = 3_600_000;

/** Brings webhooks to the business's software, in their order, until each is answered with 200. One request is in flight at a time. */
export class Courier {
  /** Since this run began. */
  readonly counts = { acknowledged: 0, failed: 0, givenUp: 0 };
  private readonly aside = new Aside();
  private readonly pause = new Pause();
  private running: Promise<void> | null = null;
  private size = limits.events;
  private failures = 0;
  private openAt = 0;
  private toldWaiting = false;

  constructor(private readonly options: CourierOptions) {}

  start(): void {
    const { callbackCondition } = this.options.state;
    if (callbackCondition.disabled !== null) this.alert(callbackCondition.disabled.reason);
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

  /** The signal has to be aborted too: a request on its way is called off by it. */
  async stop(): Promise<void> {
    this.pause.end();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.options.stopping.aborted) {
      const waitMs = await this.step();
      if (waitMs !== 0 && !this.options.stopping.aborted) await this.pause.wait(waitMs);
    }
  }

  /** Does the next thing; resolves to how long to wait then, ms (null: until woken, an hour at most). */
  private async step(): Promise<number | null> {
    const { state, now, log, archive, post } = this.options;
    await archive?.expire();
    if (state.callbackCondition.disabled !== null) return null;
    if (await this.giveUpOld()) return 0;
    if (state.callback === null) {
      if (!this.toldWaiting && state.events.size > 0) log.warn('Webhooks are waiting: no callback URL is set. POST one to /gateway/{version}/{waba-id}/subscribed_apps (a gateway of its own also takes PARLEY_GATEWAY_WEBHOOK_URL).');
      this.toldWaiting ||= state.events.size > 0;
      return null;
    }
    if (now() < this.openAt) return this.openAt - now(); // A new event does not hurry a callback that is down.
    const next = nextBatch(state.events.values(), (id) => this.aside.dueAt(id), { ...limits, events: this.size }, now());
    if (next.kind === 'wait') return this.aside.release() ? 0 : next.until === null ? null : Math.max(1, next.until - now());
    const { callback } = state;
    const body = bodyOf(state.account?.wabaId ?? '', next.batch);
    const problem = await post(callback, body);
    if (problem === null) return this.acknowledged(next.batch, body);
    // Called off, or for another callback: that says nothing about this one.
    return this.options.stopping.aborted || state.callback !== callback ? 0 : this.failed(next.batch, problem);
  }

  private async acknowledged(batch: readonly PendingEvent[], body: string): Promise<number> {
    if (this.failures > 0) this.options.log.log(`The callback answers again, after ${this.failures} failed attempts.`);
    this.failures = 0;
    this.counts.acknowledged += batch.length;
    this.size = nextSize(batch.length, true, limits.events);
    this.aside.acknowledged(batch.map(({ id }) => id));
    // Kept before it is settled: killed in between, it is sent and kept again rather than missing.
    await this.options.archive?.append({ outcome: 'delivered', body });
    await this.settle(batch, this.options.state.callbackCondition.failingSince === null ? [] : [{ type: 'CallbackFailing', since: null }]);
    return 0;
  }

  private async failed(batch: readonly PendingEvent[], problem: string): Promise<number> {
    const { state, backoff, chance, log, now, journal, disableAfterMs, horizonMs } = this.options;
    this.failures += 1;
    this.counts.failed += 1;
    this.size = nextSize(batch.length, false, limits.events);
    const [only] = batch;
    const own = { firstMs: asideFactor * backoff.firstMs, longestMs: Math.max(longestAsideMs, backoff.longestMs) };
    if (batch.length === 1 && only !== undefined) this.aside.failedAlone(only.id, now(), (convictions) => waitAfter(convictions, own, chance()));
    const since = state.callbackCondition.failingSince;
    if (since === null) await journal.append({ type: 'CallbackFailing', since: now() });
    else if (now() - since >= Math.min(disableAfterMs, horizonMs)) return this.disable(`It has acknowledged nothing for ${hoursOf(now() - since)} h; last: ${problem}.`);
    const waitMs = waitAfter(this.failures, backoff, chance());
    this.openAt = now() + waitMs;
    // Once when it begins, then ever more rarely: 1, 2, 4, 8, …
    if (Number.isInteger(Math.log2(this.failures))) log.warn(`The callback did not acknowledge ${batch.length} webhooks (${problem}), attempt ${this.failures}; next in ${waitMs} ms. They are kept.`);
    return waitMs;
  }

  /** Nothing is sent any more; what comes is kept, up to the bound of all that waits. */
  private async disable(reason: string): Promise<number> {
    await this.options.journal.append({ type: 'CallbackDisabled', at: this.options.now(), reason });
    this.alert(reason);
    return 0;
  }

  private alert(reason: string): void {
    this.options.log.error(`The callback is disabled. ${reason} Webhooks are kept, ${this.options.state.events.size} so far, and are sent once it is set again: POST it to /gateway/{version}/{waba-id}/subscribed_apps, or start the gateway again.`);
  }

  /**
   * What was tried for too long although others got through, or what nobody has asked for so long: the archive keeps it. While nothing gets
   * through the fault is the callback's: that is disabled, and what waits for it goes on waiting.
   */
  private async giveUpOld(): Promise<boolean> {
    const { state, now, horizonMs, log, archive } = this.options;
    const old: PendingEvent[] = [];
    for (const event of state.events.values()) {
      if (event.at > now() - horizonMs || old.length === limits.events) break; // They are in the order they came.
      if (state.callback === null || this.aside.isConvicted(event.id)) old.push(event);
    }
    if (old.length === 0) return false;
    // Each by itself: they are asked for, and may fail, one by one.
    for (const event of old) await archive?.append({ outcome: 'given_up', body: bodyOf(state.account?.wabaId ?? '', [event]) });
    await this.settle(old, []);
    this.counts.givenUp += old.length;
    log.warn(`${old.length} webhooks were not acknowledged within ${hoursOf(horizonMs)} h and are given up.${archive === null ? '' : ' They can be asked for: POST /gateway/v1/webhooks/replay.'}`);
    return true;
  }

  private async settle(events: readonly PendingEvent[], more: readonly Fact[]): Promise<void> {
    const ids = events.map(({ id }) => id);
    await this.options.journal.append({ type: 'EventsSettled', ids }, ...more);
    this.aside.forget(ids);
  }
}

function hoursOf(ms: number): number {
  return Math.round(ms / 3_600_000);
}
