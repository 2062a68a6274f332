const longestMs = 3_600_000; // A timer takes 24 days at most; who waits looks again now and then.

/** A wait that can be ended early. `end` before `wait` counts: what happened while its loop was at work is not missed. */
export class Pause {
  private ended = false;
  private wakeUp: (() => void) | null = null;

  end(): void {
    this.ended = true;
    this.wakeUp?.();
  }

  /** Resolves when ended, or after `ms`, an hour at most (null: an hour). */
  async wait(ms: number | null): Promise<void> {
    if (!this.ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms ?? longestMs, longestMs));
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.ended = false;
    this.wakeUp = null;
  }
}
