import { inOrder, type Archive, type ArchivedWebhook } from '../archive/archive.js';
import type { Journal } from '../folder/journal.js';
import { Pause } from '../pause.js';
import type { Fact, Replay, ReplayWanted } from '../state/fact.js';
import type { State } from '../state/state.js';
import type { Post } from './post.js';
import { waitAfter, type Backoff } from './retry.js';

export interface ReplayerOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly archive: Archive;
  readonly post: Post;
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly backoff: Backoff;
  /** How long a replay is tried before it is given up, ms. */
  readonly horizonMs: number;
  readonly stopping: AbortSignal;
  readonly log: { warn(line: string): void; log(line: string): void };
  /** Called when the journal takes nothing more. */
  readonly broken: (error: unknown) => void;
}

/** The headers that tell a replayed webhook from a first one. Its body, ids included, is the same. */
export const replayHeader = 'X-Parley-Replay';
export const webhookHeader = 'X-Parley-Webhook';

export const maxIds = 1_000;
/** So many may wait behind one another. */
export const maxReplays = 20;

/**
 * Sends kept webhooks again, one after the other in the order they were first sent, beside those that are new. How far it is stands in the
 * journal: after a kill it goes on with the one that was not acknowledged.
 */
export class Replayer {
  /** Of the replay that goes on: failures in a row, and the last. */
  trouble: { readonly id: string; readonly failures: number; readonly problem: string } | null = null;
  private readonly pause = new Pause();
  private running: Promise<void> | null = null;

  constructor(private readonly options: ReplayerOptions) {}

  start(): void {
    this.running ??= this.run().catch(this.options.broken);
  }

  /** There is a replay to be done, or another callback. */
  wake(): void {
    this.pause.end();
  }

  /** The signal has to be aborted too. */
  async stop(): Promise<void> {
    this.pause.end();
    await this.running;
  }

  /** Those that go on or wait to. */
  get underWay(): readonly Replay[] {
    return [...this.options.state.replays.values()].filter(({ ended }) => ended === null);
  }

  /** Begins a replay. Resolves once it is in the journal. */
  async ask(id: string, wanted: ReplayWanted): Promise<Replay> {
    const { journal, archive, now } = this.options;
    const total = 'ids' in wanted ? wanted.ids.length : await archive.count(wanted);
    const replay: Replay = { id, askedAt: now(), wanted: 'ids' in wanted ? { ids: inOrder(wanted.ids) } : wanted, total, sent: 0, after: null, ended: null };
    await journal.append({ type: 'ReplaySet', replay });
    this.wake();
    return replay;
  }

  /** Ends a replay where it is. Null where there is none that goes on. */
  async cancel(id: string): Promise<Replay | null> {
    const replay = this.options.state.replays.get(id);
    if (replay === undefined || replay.ended !== null) return null;
    const ended = await this.end(replay, 'cancelled');
    this.wake();
    return ended;
  }

  private async run(): Promise<void> {
    const { stopping, state } = this.options;
    while (!stopping.aborted) {
      const [next] = this.underWay;
      const canSend = state.callback !== null && state.callbackCondition.disabled === null;
      if (next === undefined || !canSend) await this.pause.wait(null);
      else await this.replay(next.id);
    }
  }

  /** Goes on with a replay until it has ended, or cannot go on. */
  private async replay(id: string): Promise<void> {
    for await (const webhook of this.left(this.options.state.replays.get(id)!)) {
      if (!(await this.bring(webhook, id))) return;
    }
    const replay = this.goingOn(id);
    if (replay === null) return;
    await this.end(replay, 'done');
    this.options.log.log(`Replay ${id} is done: ${replay.sent} of ${replay.total} webhooks were acknowledged again.`);
  }

  /** What is still to be sent. Those that have been deleted meanwhile are passed over: `sent` stays below `total` then. */
  private async *left({ wanted, after }: Replay): AsyncGenerator<ArchivedWebhook> {
    const { archive } = this.options;
    if (!('ids' in wanted)) return yield* archive.from(wanted, after);
    for (const id of wanted.ids.slice(after === null ? 0 : wanted.ids.indexOf(after) + 1)) {
      const webhook = await archive.find(id);
      if (webhook !== null) yield webhook;
    }
  }

  /** False where the replay cannot go on: it has ended, or nothing can be sent. */
  private async bring(webhook: ArchivedWebhook, id: string): Promise<boolean> {
    const { state, journal, post, now, horizonMs, backoff, chance, stopping, log } = this.options;
    for (let failures = 1; ; failures++) {
      const replay = this.goingOn(id);
      const { callback } = state;
      if (replay === null || stopping.aborted || callback === null || state.callbackCondition.disabled !== null) return false;
      const problem = await post(callback, webhook.body, { [replayHeader]: id, [webhookHeader]: webhook.id });
      const current = this.goingOn(id); // It may have been cancelled meanwhile.
      if (current === null) return false;
      if (problem === null) {
        this.trouble = null;
        await journal.append({ type: 'ReplaySet', replay: { ...current, sent: current.sent + 1, after: webhook.id } });
        return true;
      }
      if (stopping.aborted) return false;
      this.trouble = { id, failures, problem };
      if (now() - current.askedAt >= horizonMs) {
        log.warn(`Replay ${id} is given up at webhook ${webhook.id}, which was not acknowledged for too long (${problem}).`);
        await this.end(current, 'given_up');
        return false;
      }
      const waitMs = waitAfter(failures, backoff, chance());
      if (Number.isInteger(Math.log2(failures))) log.warn(`Webhook ${webhook.id} of replay ${id} was not acknowledged (${problem}), attempt ${failures}; next in ${waitMs} ms.`);
      await this.pause.wait(waitMs);
    }
  }

  private goingOn(id: string): Replay | null {
    const replay = this.options.state.replays.get(id);
    return replay === undefined || replay.ended !== null ? null : replay;
  }

  private async end(replay: Replay, how: 'done' | 'given_up' | 'cancelled'): Promise<Replay> {
    const ended: Replay = { ...replay, ended: { at: this.options.now(), how } };
    if (this.trouble?.id === replay.id) this.trouble = null;
    await this.options.journal.append({ type: 'ReplaySet', replay: ended });
    return ended;
  }
}
