import type { Instant } from '@parley/contracts';

interface Sleeper {
  readonly dueAt: Instant;
  wake(): void;
}

/** Time that moves only when it is told to, and then stops at everything that is due on the way. Nobody waits for real. */
export class VirtualTime {
  #now: Instant;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start: Instant) {
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  /** Resolves once `ms` have passed, or as soon as one of the signals aborts. */
  sleep(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
    if (signals.some(({ aborted }) => aborted)) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        for (const signal of signals) signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { dueAt: this.#now + ms, wake };
      for (const signal of signals) signal.addEventListener('abort', wake);
      this.#sleepers.add(sleeper);
    });
  }

  /** Lets time pass until that instant; whoever is due on the way finishes what they do before it moves on. */
  async passUntil(instant: Instant): Promise<void> {
    for (;;) {
      await settled();
      const due = [...this.#sleepers].filter(({ dueAt }) => dueAt <= instant);
      if (due.length === 0) break;
      this.#now = due.reduce((first, { dueAt }) => Math.min(first, dueAt), instant);
      for (const sleeper of due) if (sleeper.dueAt <= this.#now) sleeper.wake();
    }
    this.#now = Math.max(this.#now, instant);
  }
}

/**
 * Resolves when everybody waits again: all that the platform does in memory are promises, and those are through before the event loop comes
 * back to this.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
