/** How an event has fared that failed when it was sent alone. */
interface Suspect {
  /** Lone failures in a row while nothing else was acknowledged: an endpoint that is down looks the same. */
  failures: number;
  /** Something else was acknowledged since: the endpoint was up, so a further failure is this event's own. */
  othersPassed: boolean;
  /** Times it failed although the endpoint was up. */
  convictions: number;
  /** Epoch ms UTC; without end: until something is acknowledged. */
  dueAt: number;
}

/** So often an event is tried alone before the next one is. */
const patience = 3;

/**
 * Events that step aside so that they do not hold up the others: one that the endpoint cannot digest, or, while the endpoint is down, whichever was
 * tried last. The two look alike until something else gets through; then those of the second kind come back at once.
 */
export class Aside {
  private readonly suspects = new Map<string, Suspect>();

  /** Epoch ms when the event may be tried again, alone; null where nothing is held against it. */
  dueAt(id: string): number | null {
    return this.suspects.get(id)?.dueAt ?? null;
  }

  /** Whether it failed by itself while the endpoint was up. */
  isConvicted(id: string): boolean {
    return (this.suspects.get(id)?.convictions ?? 0) > 0;
  }

  acknowledged(ids: readonly string[]): void {
    for (const id of ids) this.suspects.delete(id);
    for (const suspect of this.suspects.values()) {
      suspect.othersPassed = true;
      if (suspect.dueAt === Infinity) suspect.dueAt = 0;
    }
  }

  /** `waitAfter`: how long it stays aside after so many convictions, ms. */
  failedAlone(id: string, now: number, waitAfter: (convictions: number) => number): void {
    const { failures, othersPassed, convictions } = this.suspects.get(id) ?? { failures: 0, othersPassed: false, convictions: 0 };
    if (othersPassed) {
      this.suspects.set(id, { failures: 0, othersPassed: false, convictions: convictions + 1, dueAt: now + waitAfter(convictions + 1) });
      return;
    }
    const again = failures + 1 < patience;
    this.suspects.set(id, { failures: failures + 1, othersPassed, convictions, dueAt: again ? 0 : Infinity });
  }

  /** Lets all that wait for an acknowledgement come back: there is nothing else left to try. False where there were none. */
  release(): boolean {
    const held = [...this.suspects.values()].filter(({ dueAt }) => dueAt === Infinity);
    for (const suspect of held) Object.assign(suspect, { failures: 0, dueAt: 0 });
    return held.length > 0;
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) this.suspects.delete(id);
  }

  clear(): void {
    this.suspects.clear();
  }
}
