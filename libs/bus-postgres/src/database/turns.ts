/** How long work may go on without a look at timers and sockets. */
const breathlessMs = 5;

/**
 * Gives PGlite's session to one user at a time, in the order they asked. PGlite works within this thread, and waiting for it never leaves the
 * queue of promises: without a breath now and then, a busy lane would keep every timer and socket of the process waiting.
 */
export class Turns {
  #breathedAt = performance.now();
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** @param patienceMs after which waiting is given up: whoever holds the turn has forgotten it, or waits for itself. */
  constructor(private readonly patienceMs = 60_000) {}

  /** Resolves with how to give the turn back; giving it back twice does nothing. */
  async take(): Promise<() => void> {
    if (performance.now() - this.#breathedAt > breathlessMs) {
      await new Promise(setImmediate);
      this.#breathedAt = performance.now();
    }
    if (this.#taken) await this.#wait();
    this.#taken = true;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken = false;
    };
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        const seconds = this.patienceMs / 1_000;
        reject(new Error(`the embedded database was not free for ${seconds} s: a transaction is held too long, or the database is asked inside its own transaction`));
      }, this.patienceMs);
      this.#waiting.push(turn);
    });
  }
}
