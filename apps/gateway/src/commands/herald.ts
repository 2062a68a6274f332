import type { OutgoingRecord } from '@parley/bus-kafka/business';
import type { Journal } from '../folder/journal.js';
import { Pause } from '../pause.js';
import type { Fact, PendingOutcome } from '../state/fact.js';
import type { State } from '../state/state.js';
import { waitAfter, type Backoff } from '../webhook/retry.js';
import { headersOf } from './outcome.js';

export interface HeraldOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly topic: string;
  readonly wabaId: string;
  /** Resolves once all replicas have the records. */
  readonly append: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly backoff: Backoff;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly log: { warn(line: string): void; log(line: string): void };
  /** Called when the journal takes nothing more. */
  readonly broken: (error: unknown) => void;
}

const limits = { outcomes: 200, characters: 512 * 1024 };

/** Brings outcomes to the business's topic in their order. Each is kept until the broker has acknowledged it, and has the same id if it comes twice. */
export class Herald {
  private readonly pause = new Pause();
  private running: Promise<void> | null = null;
  private stopping = false;
  private failures = 0;

  constructor(private readonly options: HeraldOptions) {}

  start(): void {
    this.running ??= this.run().catch(this.options.broken);
  }

  /** There is a new outcome. While the broker is away that does not hurry it. */
  wake(): void {
    if (this.failures === 0) this.pause.end();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.end();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const waitMs = await this.step();
      if (waitMs !== 0 && !this.stopping) await this.pause.wait(waitMs);
    }
  }

  /** Brings the next ones; resolves to how long to wait then, ms (null: until woken). */
  private async step(): Promise<number | null> {
    const { state, append, journal, wabaId, log } = this.options;
    const batch = nextOf(state.outcomes.values());
    if (batch.length === 0) return null;
    try {
      await append(batch.map((outcome) => ({ key: outcome.key, value: outcome.body, headers: headersOf(outcome, wabaId) })));
    } catch (error) {
      return this.failed(batch.length, error);
    }
    if (this.failures > 0) log.log(`Outcomes reach the topic again, after ${this.failures} failed attempts.`);
    this.failures = 0;
    await journal.append({ type: 'OutcomesSettled', ids: batch.map(({ id }) => id) });
    return 0;
  }

  private failed(count: number, error: unknown): number {
    const { backoff, chance, log, topic } = this.options;
    this.failures += 1;
    const waitMs = waitAfter(this.failures, backoff, chance());
    const reason = error instanceof Error ? error.message : 'no answer';
    if (Number.isInteger(Math.log2(this.failures))) log.warn(`${topic} does not take ${count} outcomes (${reason}), attempt ${this.failures}; next in ${waitMs} ms. They are kept.`);
    return waitMs;
  }
}

function nextOf(outcomes: Iterable<PendingOutcome>): readonly PendingOutcome[] {
  const batch: PendingOutcome[] = [];
  let characters = 0;
  for (const outcome of outcomes) {
    characters += outcome.body.length;
    if (batch.length === limits.outcomes || (batch.length > 0 && characters > limits.characters)) break;
    batch.push(outcome);
  }
  return batch;
}
