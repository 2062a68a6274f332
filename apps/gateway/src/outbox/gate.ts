/**
 * How many requests to the platform may be on their way. After one that found it unreachable: none for a while, then one at a time, until
 * one gets through. So an outage costs a few requests however many messages wait.
 */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  private inside = 0;
  private failures = 0;
  private openAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly width: number,
    private readonly now: () => number,
    /** The wait after n failures in a row, ms. */
    private readonly waitAfter: (failures: number) => number,
  ) {}

  /** Resolves when a request may be sent, or the signal aborts; `leave` has to follow. */
  async enter(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.waitMs() !== 0) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        this.wakeNext();
      });
    }
    this.inside += 1;
    this.wakeNext();
  }

  /** `reached`: whether the platform answered; null where the request was called off. */
  leave(reached: boolean | null): void {
    this.inside -= 1;
    if (reached === true) {
      this.failures = 0;
      this.openAt = 0;
    } else if (reached === false && this.now() >= this.openAt) {
      this.failures += 1; // Those that fail in company count once.
      this.openAt = this.now() + this.waitAfter(this.failures);
    }
    this.wakeNext();
  }

  /** Lets all go on whose signal has been aborted. */
  wakeAll(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** How long until a request may be sent; 0: now; null: when one that is on its way has come back. */
  private waitMs(): number | null {
    const closedMs = this.openAt - this.now();
    if (closedMs > 0) return closedMs;
    return this.inside < (this.failures > 0 ? 1 : this.width) ? 0 : null;
  }

  private wakeNext(): void {
    const waitMs = this.waiting.length > 0 ? this.waitMs() : null;
    if (waitMs === 0) this.waiting.shift()?.();
    if (waitMs === null || waitMs === 0 || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.wakeNext();
    }, waitMs);
  }
}
