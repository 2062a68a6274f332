import { Turns, type RecordDraft, type Records } from '@parley/sdk';
import type { Journal } from '../folder/journal.js';
import type { Fact, RecordChange } from '../state/fact.js';
import type { State } from '../state/state.js';

/** One write of the journal in the making: what the end puts, and the facts that go with it. */
export interface Commit extends RecordDraft {
  readonly facts: Fact[];
}

/**
 * The end's records over the journal. A commit is decided by itself and queued for the disk before the next begins, so that the next one reads what it
 * put; nobody hears of it before it is on disk. The journal keeps its order, and takes nothing more after a write that failed.
 */
export class Commits {
  /** As decided: ahead of the state by what is on its way to the disk. */
  private readonly decided: Map<string, string>;
  private readonly turns = new Turns();

  constructor(
    state: Pick<State, 'records'>,
    private readonly journal: Pick<Journal<Fact>, 'append'>,
  ) {
    this.decided = new Map(state.records);
  }

  readonly records: Records = { get: (key) => Promise.resolve(this.decided.get(key) ?? null) };

  /** Resolves once all that the task put is on disk; where it throws, nothing is. */
  async run<T>(task: (commit: Commit) => Promise<T>): Promise<T> {
    const { result, written } = await this.turns.take(async () => {
      const changes = new Map<string, string | null>();
      const facts: Fact[] = [];
      const commit: Commit = {
        facts,
        get: (key) => Promise.resolve(changes.has(key) ? (changes.get(key) ?? null) : (this.decided.get(key) ?? null)),
        put: (key, value) => void changes.set(key, value),
        remove: (key) => void changes.set(key, null),
      };
      const decided = await task(commit);
      return { result: decided, written: this.write(facts, [...changes].map(([key, value]) => ({ key, value }))) };
    });
    await written;
    return result;
  }

  private async write(facts: readonly Fact[], changes: readonly RecordChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === null) this.decided.delete(key);
      else this.decided.set(key, value);
    }
    const recorded: readonly Fact[] = changes.length === 0 ? [] : [{ type: 'RecordsChanged', changes }];
    if (facts.length + recorded.length > 0) await this.journal.append(...facts, ...recorded);
  }
}
