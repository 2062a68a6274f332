import { EndError, KeysNeeded, PlatformError, type InboxPage, type LookedUpContact } from '@parley/sdk';
import type { OwnEnd } from '../end/own-end.js';
import { Pause } from '../pause.js';
import type { Directory } from '../platform/directory.js';
import { isRefusal, type Platform } from '../platform/platform.js';
import type { Call } from '../state/fact.js';
import type { State } from '../state/state.js';
import { waitAfter, type Backoff } from '../webhook/retry.js';
import type { Prices } from './prices.js';
import { PageNeeds, type Reception } from './reception.js';

export interface InboxOptions {
  readonly state: State;
  readonly platform: Pick<Platform, 'inbox'>;
  readonly own: Pick<OwnEnd, 'end' | 'deviceId' | 'wantsTending' | 'tend'>;
  readonly directory: Pick<Directory, 'find' | 'findFresh'>;
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
    const { platform, state, waitSeconds, log, own } = this.options;
    try {
      const page = await platform.inbox(state.cursor, waitSeconds, own.deviceId!);
      await this.take(page);
      if (this.failures > 0) log.log(`The platform's inbox answers again, after ${this.failures} failed attempts.`);
      this.failures = 0;
      return page.items.length > 0 ? 0 : quietMs;
    } catch (error) {
      if (!(error instanceof PlatformError) && !(error instanceof EndError)) throw error;
      return this.stopping ? 0 : this.failed(error);
    }
  }

  private failed(error: PlatformError | EndError): number {
    const { backoff, chance, log } = this.options;
    this.failures += 1;
    const waitMs = Math.max(waitAfter(this.failures, backoff, chance()), error instanceof PlatformError ? (error.retryAfterMs ?? 0) : 0);
    if (Number.isInteger(Math.log2(this.failures))) log.warn(`The platform's inbox cannot be read (${error.message}), attempt ${this.failures}; next in ${waitMs} ms.`);
    return waitMs;
  }

  private async take({ items, skipped, cursor }: InboxPage): Promise<void> {
    const { own, prices, state, log, takeCalls } = this.options;
    if (skipped > 0) log.warn(`${skipped} items of the inbox are of a kind this gateway does not know; they are left out.`);
    if (items.length === 0 && cursor === state.cursor) return;
    const priced = await prices.added(items);
    const calls = await this.read(priced, cursor);
    takeCalls(calls);
    if (own.wantsTending) await own.tend();
  }

  /** Reads the page and journals what it brings with the cursor behind it, after asking for what that needs. */
  private async read(items: InboxPage['items'], cursor: string): Promise<readonly Call[]> {
    const { own, reception } = this.options;
    const numbers = new Map<string, LookedUpContact | null>();
    for (;;) {
      try {
        return await own.end.with(async (commit, fetched) => {
          const facts = await reception.receive(commit, items, fetched, numbers).catch(keysFirst);
          commit.facts.push(...facts, { type: 'CursorMoved', cursor });
          return facts.flatMap((fact) => (fact.type === 'CallQueued' ? [fact.call] : []));
        });
      } catch (error) {
        if (!(error instanceof PageNeeds)) throw error;
        for (const phone of error.phones) numbers.set(phone, await this.lookUp(phone));
      }
    }
  }

  /** The number's contact. Null also where the directory does not take what a contact calls its number. Throws PlatformError. */
  private async lookUp(phone: string): Promise<LookedUpContact | null> {
    const { directory } = this.options;
    try {
      // One that was not there a moment ago may have registered since: it has written.
      return (await directory.find(phone)) ?? (await directory.findFresh(phone));
    } catch (error) {
      if (isRefusal(error) && ![401, 403].includes(error.status)) return null;
      throw error;
    }
  }
}

/** The end fetches keys by itself, in one go. */
function keysFirst(error: unknown): never {
  if (error instanceof PageNeeds && error.keys.length > 0) throw new KeysNeeded(error.keys);
  throw error;
}
