/** Waits that all end together when their owner stops. */
export class Waits {
  readonly #ends = new Map<NodeJS.Timeout, () => void>();
  #ended = false;

  /** Calls `then` after so many ms; at once where the owner has stopped. */
  after(ms: number, then: () => void): void {
    if (this.#ended) return then();
    const timer = setTimeout(() => {
      this.#ends.delete(timer);
      then();
    }, ms);
    this.#ends.set(timer, then);
  }

  rest(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  end(): void {
    this.#ended = true;
    for (const [timer, then] of this.#ends) {
      clearTimeout(timer);
      then();
    }
    this.#ends.clear();
  }
}
