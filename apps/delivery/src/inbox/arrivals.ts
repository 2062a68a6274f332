/** Wakes those who wait for their inbox when a lane of this process has written rows. */
export class Arrivals {
  private readonly waiting = new Set<(partition: number) => void>();

  /** Rows of that partition may have come. */
  arrived(partition: number): void {
    for (const wake of this.waiting) wake(partition);
  }

  /** Collects what arrives from now on, until `end`. */
  watch(): Watch {
    return new Watch(this.waiting);
  }
}

/** One waiting reader. It watches before it looks, so that what arrives in between is not missed. */
export class Watch {
  private readonly arrived = new Set<number>();
  private wake: () => void = () => undefined;

  constructor(private readonly among: Set<(partition: number) => void>) {
    among.add(this.note);
  }

  /** Partitions that had arrivals since the last call; waits for one at most `ms`, and gives none when the time is over or the signal aborts. */
  async next(ms: number, signal: AbortSignal): Promise<readonly number[]> {
    if (this.arrived.size === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal.addEventListener('abort', wake, { once: true });
        this.wake = wake;
      });
    }
    const partitions = [...this.arrived];
    this.arrived.clear();
    return partitions;
  }

  end(): void {
    this.among.delete(this.note);
  }

  private readonly note = (partition: number): void => {
    this.arrived.add(partition);
    this.wake();
  };
}
