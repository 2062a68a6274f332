import type { Random } from '@parley/crypto';
import { PlatformError } from '@parley/sdk';
import type { Journal } from '../folder/journal.js';
import { Pause } from '../pause.js';
import type { Fact } from '../state/fact.js';
import type { State } from '../state/state.js';
import { updateEventOf } from '../webhook/event.js';
import { seenOf, templateUpdates } from '../webhook/update.js';
import type { Templates } from './templates.js';

export interface TemplateWatchOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly templates: Pick<Templates, 'fresh'>;
  readonly everyMs: number;
  readonly random: Random;
  readonly now: () => number;
  readonly stopping: AbortSignal;
  readonly log: { warn(line: string): void };
  /** Called when the journal takes nothing more. */
  readonly broken: (error: unknown) => void;
}

/** Looks at the templates now and then, and makes webhooks of what has happened to them: the platform tells nobody by itself. */
export class TemplateWatch {
  private readonly pause = new Pause();
  private running: Promise<void> | null = null;
  private failures = 0;

  constructor(private readonly options: TemplateWatchOptions) {}

  start(): void {
    this.running ??= this.run().catch(this.options.broken);
  }

  /** Something has been done to a template. */
  wake(): void {
    this.pause.end();
  }

  /** The signal has to be aborted too. */
  async stop(): Promise<void> {
    this.pause.end();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.options.stopping.aborted) {
      await this.look();
      if (!this.options.stopping.aborted) await this.pause.wait(this.options.everyMs);
    }
  }

  private async look(): Promise<void> {
    const { state, journal, templates, random, now, stopping, log } = this.options;
    try {
      const listed = await templates.fresh();
      this.failures = 0;
      const seen = listed.map(seenOf);
      if (JSON.stringify(seen) === JSON.stringify(state.seenTemplates)) return;
      const updates = templateUpdates(state.seenTemplates, listed, (template) => state.isDeleted(template));
      await journal.append(...updates.map((update) => ({ type: 'EventQueued', event: updateEventOf(update, now(), random) }) as const), { type: 'TemplatesSeen', templates: seen });
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      this.failures += 1;
      if (!stopping.aborted && Number.isInteger(Math.log2(this.failures))) log.warn(`Templates cannot be looked at (${error.message}), attempt ${this.failures}: what happens to them is told once they can.`);
    }
  }
}
