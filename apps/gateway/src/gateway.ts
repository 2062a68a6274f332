import { EndError, PlatformError } from '@parley/sdk';
import { Archive } from './archive/archive.js';
import { FolderError } from './folder/error.js';
import { openFolder, type OpenFolder } from './folder/folder.js';
import { settle, type GatewayOptions, type SettledOptions } from './options.js';
import { placeOf, type Log } from './log.js';
import { assemble, type Parts } from './parts.js';
import { Pause } from './pause.js';
import type { Callback, Fact } from './state/fact.js';
import { State } from './state/state.js';
import { wants } from './webhook/batch.js';
import { shakeHands, type Refusal } from './webhook/handshake.js';
import { waitAfter } from './webhook/retry.js';
import { WireFault } from './wire/fault.js';

/** Signed prekeys turn once a week; the others are counted as they are used. */
const tendEveryMs = 3_600_000;
const tidyEveryMs = 3_600_000;

/** How the gateway is, in counts. */
export interface Condition {
  /** Why it takes nothing, as a sentence; null while it works. */
  readonly problem: string | null;
  readonly waitingWebhooks: number;
  readonly waitingCalls: number;
  /** Why nothing is sent to the callback, as a sentence; null while it is not disabled. */
  readonly webhooksProblem: string | null;
  /** What webhooks that were sent take on disk. */
  readonly keptBytes: number;
  /** Since the start: events acknowledged, requests to the callback that failed, events given up. */
  readonly webhookCounts: { readonly acknowledged: number; readonly failed: number; readonly givenUp: number };
  /** With the business's broker: outcomes that it has not acknowledged, and why commands are read no more (null while they are). Null where there is none. */
  readonly broker: { readonly waitingOutcomes: number; readonly problem: string | null } | null;
}

/** The business's end: opens its folder, follows the platform, brings webhooks, and stops without losing anything. */
export class Gateway {
  private readonly options: SettledOptions;
  private readonly stopping = new AbortController();
  private readonly pauses = new Set<Pause>();
  private folder: OpenFolder<Fact> | null = null;
  private parts: Parts | null = null;
  private background: Promise<unknown> = Promise.resolve();
  private problem: string | null = 'The gateway is starting.';
  /** Why the business's list does not have the gateway, and what to do. */
  private unlisted: string | null = null;

  constructor(
    options: GatewayOptions,
    private readonly log: Log,
  ) {
    this.options = settle(options);
  }

  get startsWithApp(): boolean {
    return this.options.startsWithApp;
  }

  /** Where the business's software reaches it; null: as it did when it asked. */
  get publicUrl(): string | null {
    return this.options.publicUrl;
  }

  /** Opens the folder and goes on where the last run stopped. Rejects with FolderError, whose message names the fix. */
  async start(): Promise<void> {
    const { options, log } = this;
    const state = new State();
    const folder = await openFolder(options.folder, options.secret, state, options.random);
    let archive: Archive | null = null;
    try {
      const broken = (error: unknown) => this.fail(error);
      const { journal, path, key } = folder;
      const { random, now } = options;
      archive = options.archive === null ? null : await Archive.open({ folder: path, key, limits: options.archive, random, now, log });
      const parts = assemble({ options, state, journal, archive, log, stopping: this.stopping.signal, broken });
      // Set to keep nothing, it does not keep what an earlier run was set to keep.
      if (!options.keepsConversations && state.conversations.messages.size > 0) await journal.append({ type: 'ConversationsForgotten' });
      [this.folder, this.parts, this.problem] = [folder, parts, null];
      parts.courier.start();
      parts.replayer?.start();
      parts.templateWatch.start();
      parts.outbox.start();
      parts.exchange?.start();
      this.background = Promise.all([this.follow(parts), this.greet(parts), this.tidy(parts)]).catch(broken);
    } catch (error) {
      await archive?.close();
      await folder.close();
      throw error;
    }
  }

  /** Calls off what is on its way, writes down what has come, and gives the folder back. What was not answered is kept. */
  async stop(): Promise<void> {
    this.problem ??= 'The gateway is stopping.';
    this.stopping.abort();
    for (const pause of this.pauses) pause.end();
    await this.background;
    await Promise.all([this.parts?.inbox.stop(), this.parts?.courier.stop(), this.parts?.replayer?.stop(), this.parts?.templateWatch.stop(), this.parts?.outbox.stop(), this.parts?.exchange?.stop()]);
    await this.parts?.archive?.close();
    await this.folder?.close();
    this.folder = null;
  }

  /** What requests work with. Throws WireFault 'unavailable' while it does not run. */
  get running(): Parts {
    if (this.parts === null || this.problem !== null) throw new WireFault('unavailable', this.problem ?? 'The gateway is starting.');
    return this.parts;
  }

  get condition(): Condition {
    const { events, calls, outcomes, callbackCondition } = this.parts?.state ?? new State();
    const { disabled } = callbackCondition;
    const webhooksProblem = disabled === null ? null : `The callback is disabled since ${new Date(disabled.at).toISOString()}. ${disabled.reason} Webhooks are kept; POST it to subscribed_apps again once it works.`;
    const exchange = this.parts?.exchange ?? null;
    const unregistered = this.parts?.own.deviceId == null ? (this.unlisted ?? 'The gateway is not yet registered on the platform. It goes on trying.') : null;
    const webhookCounts = this.parts?.courier.counts ?? { acknowledged: 0, failed: 0, givenUp: 0 };
    return { problem: this.problem ?? unregistered, webhookCounts, keptBytes: this.parts?.archive?.bytes ?? 0, waitingWebhooks: events.size, waitingCalls: calls.size, webhooksProblem, broker: exchange === null ? null : { waitingOutcomes: outcomes.size, problem: exchange.problem } };
  }

  /** Sends webhooks there from now on, if it answers the handshake; else resolves to why not, and nothing changes. Null ends webhooks. */
  async setCallback(callback: Callback | null): Promise<Refusal> {
    const { journal, courier, replayer, fetchPublic, state } = this.running;
    const { random, timeoutMs } = this.options;
    const challenge = Buffer.from(random(16)).toString('hex');
    const refusal = callback === null ? null : await shakeHands({ ...callback, challenge, timeoutMs, fetchPublic });
    if (refusal !== null) return refusal;
    const unwanted = callback === null ? [] : [...state.events.values()].filter((event) => !wants(callback, event)).map(({ id }) => id);
    await journal.append({ type: 'CallbackSet', callback }, ...(unwanted.length === 0 ? [] : [{ type: 'EventsSettled', ids: unwanted } as const]));
    courier.retarget();
    replayer?.wake();
    return null;
  }

  private async follow(parts: Parts): Promise<void> {
    await this.persist('The gateway cannot be registered on the platform', async () => (this.unlisted = await parts.own.register(this.options.takeOver)));
    if (parts.own.deviceId === null || this.stopping.signal.aborted) return;
    parts.inbox.start();
    while (!this.stopping.signal.aborted) {
      await this.rest(tendEveryMs);
      await this.persist('The gateway\'s prekeys cannot be renewed', () => parts.own.tend().then(() => null));
    }
  }

  /** Clears away media whose time is over, and what a crash left of them: at the start, then every hour. */
  private async tidy({ media }: Parts): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await media.sweep();
      await this.rest(tidyEveryMs);
    }
  }

  private async greet({ state }: Parts): Promise<void> {
    const { callback: known, callbackCondition } = state;
    const callback = this.options.callback ?? (callbackCondition.disabled === null ? null : known);
    if (callback === null) return;
    const isKnown = known?.url === callback.url && known.verifyToken === callback.verifyToken;
    if (isKnown && callbackCondition.disabled === null) return;
    // What it has subscribed to is not in the settings: it stays.
    await this.persist('The callback is refused', () => this.setCallback(isKnown ? known : callback));
  }

  /** Tries until it succeeds (null) or the gateway stops. */
  private async persist(what: string, attempt: () => Promise<string | null>): Promise<void> {
    const { backoff, chance } = this.options;
    for (let failures = 1; !this.stopping.signal.aborted; failures++) {
      const problem = await attempt().catch((error: unknown) => {
        if (error instanceof PlatformError || error instanceof EndError) return error.message;
        throw error;
      });
      if (problem === null || this.stopping.signal.aborted) return;
      const waitMs = waitAfter(failures, backoff, chance());
      if (Number.isInteger(Math.log2(failures))) this.log.warn(`${what}, attempt ${failures}: ${problem} Next in ${waitMs} ms.`);
      await this.rest(waitMs);
    }
  }

  private async rest(ms: number): Promise<void> {
    const pause = new Pause();
    this.pauses.add(pause);
    if (!this.stopping.signal.aborted) await pause.wait(ms);
    this.pauses.delete(pause);
  }

  private fail(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    // Who asks over HTTP learns that it does not work; where the folder lies, and why, is for the log.
    this.problem = 'The gateway has stopped working. Its log says why, and what to do.';
    this.log.error(error instanceof FolderError ? error.message : `The gateway has stopped working: ${placeOf(error)}`);
  }
}
