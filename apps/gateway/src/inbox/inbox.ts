import { PlatformError, type InboxPage } from '@parley/sdk';
import type { Journal } from '../folder/journal.js';
import { Pause } from '../pause.js';
import type { Platform } from '../platform/platform.js';
import type { Call, Fact } from '../state/fact.js';
import type { State } from '../state/state.js';
import { waitAfter, type Backoff } from '../webhook/retry.js';
import type { Prices } from './prices.js';
import type { Reception } from './reception.js';

export interface InboxOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly platform: Pick<Platform, 'inbox'>;
  readonly reception: Pick<Reception, 'receive'>;
  readonly prices: Pick<Prices, 'added'>;
  readonly waitSeconds: number;
  readonly backoff: Backoff;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  /** Calls were journaled, to be sent. */
  readonly takeCalls: (calls: readonly Call[]) => void;
  readonly log: { warn(line: string): void; log(line: string): void };
  /** Called when the journal takes nothing more. */
  readonly broken: (error: unknown) => void;
}

const lookAgainMs = 1_000;
const quietMs = 100; // A platform that does not hold its answers back is not asked without end.

/** Follows the platform's inbox. What a page brings and the cursor behind it are journaled in one write: nothing is lost or handed on twice. */
export class Inbox {
  private readonly pause = new Pause();
  private stopping = false;
  private running: Promise<void> | null = null;
  private failures = 0;

  constructor(private readonly options: InboxOptions) {}

  start(): void {
    this.running ??= this.run().catch(this.options.broken);
  }

  /** The platform's signal has to be aborted too: a waiting request is called off by it. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.end();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const waitMs = this.options.state.holdsTooManyEvents ? lookAgainMs : await this.step();
      if (waitMs > 0 && !this.stopping) await this.pause.wait(waitMs);
    }
  }

  /** Takes one page; resolves to how long to wait then, ms. */
  private async step(): Promise<number> {
    const { platform, state, waitSeconds, log } = this.options;
    try {
      const page = await platform.inbox(state.cursor, waitSeconds);
      await this.take(page);
      if (this.failures > 0) log.log(`The platform's inbox answers again, after ${this.failures} failed attempts.`);
      this.failures = 0;
      return page.items.length > 0 ? 0 : quietMs;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      return this.stopping ? 0 : this.failed(error);
    }
  }

  private failed(error: PlatformError): number {
    const { backoff, chance, log } = this.options;
    this.failures += 1;
    const waitMs = Math.max(waitAfter(this.failures, backoff, chance()), error.retryAfterMs ?? 0);
    if (Number.isInteger(Math.log2(this.failures))) log.warn(`The platform's inbox cannot be read (${error.message}), attempt ${this.failures}; next in ${waitMs} ms.`);
    return waitMs;
  }

  private async take({ items, skipped, cursor }: InboxPage): Promise<void> {
    const { journal, reception, prices, state, log } = this.options;
    if (skipped > 0) log.warn(`${skipped} items of the inbox are of a kind this gateway does not know; they are left out.`);
    const facts: Fact[] = [];
    for (const item of await prices.added(items)) facts.push(...(await reception.receive(item, facts)));
    if (facts.length === 0 && cursor === state.cursor) return;
    await journal.append(...facts, { type: 'CursorMoved', cursor });
    this.options.takeCalls(facts.flatMap((fact) => (fact.type === 'CallQueued' ? [fact.call] : [])));
  }
}
