interface Waiter {
  readonly offset: number;
  wake(): void;
}

/** Who waits for which offset, and how far each partition is known to go. */
export class Arrivals {
  readonly #ends = new Map<string, number>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  #waiting = 0;

  /** @param onWaiting told when somebody begins to wait where nobody did. */
  constructor(private readonly onWaiting: () => void) {}

  get waiting(): boolean {
    return this.#waiting > 0;
  }

  /** The partition is known to reach up to `end`. */
  arrived(place: string, end: number): void {
    if (end <= (this.#ends.get(place) ?? 0)) return;
    this.#ends.set(place, end);
    for (const waiter of [...(this.#waiters.get(place) ?? [])]) {
      if (waiter.offset < end) waiter.wake();
    }
  }

  /** Everybody looks for themselves: what there is could not be found out. */
  wakeAll(): void {
    for (const waiters of this.#waiters.values()) for (const waiter of [...waiters]) waiter.wake();
  }

  wait(place: string, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (this.#ends.get(place) ?? 0) > offset) return Promise.resolve();
    const waiters = this.#waiters.get(place) ?? new Set();
    this.#waiters.set(place, waiters);
    return new Promise((resolve) => {
      const wake = (): void => {
        if (!waiters.delete(waiter)) return;
        this.#waiting -= 1;
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiter = { offset, wake };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      waiters.add(waiter);
      this.#waiting += 1;
      if (this.#waiting === 1) this.onWaiting();
    });
  }
}
