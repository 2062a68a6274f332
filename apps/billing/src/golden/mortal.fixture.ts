/** When a process dies: at its n-th call to log or store, which then happens or not; its answer comes to nobody. */
export interface Death {
  readonly call: number;
  readonly happens: boolean;
}

const never = new Promise<never>(() => undefined);
/** Waiting is no step; what is known without asking is none either. */
const unnumbered = new Set(['wait', 'partitions']);

type Method = (...given: unknown[]) => unknown;

/** A process's way to its log and store, up to its death: nothing that it asks afterwards happens, and nothing it asked before is answered. */
export class Mortal {
  calls = 0;
  /** Once all that it had asked has happened or failed: who comes next finds nothing of it under way. */
  readonly died: Promise<undefined>;
  #dead = false;
  /** What was asked and is not answered yet. */
  readonly #asked = new Set<Promise<unknown>>();
  #die: () => void = () => undefined;
  /** What was found wrong while it ran. */
  fail: (error: Error) => void = () => undefined;

  constructor(private readonly death: Death | null) {
    this.died = new Promise((resolve, reject) => {
      this.#die = () => resolve(undefined);
      this.fail = reject;
    });
    this.died.catch(() => undefined); // Whoever waits for its end hears of it.
  }

  reaching<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const value = (target as Record<string | symbol, unknown>)[name];
        if (typeof value !== 'function') return value;
        const method = (value as Method).bind(target);
        return unnumbered.has(String(name)) ? method : (...given: unknown[]) => this.#call(method, given);
      },
    });
  }

  async #call(method: Method, given: readonly unknown[]): Promise<unknown> {
    if (this.#dead) return never;
    this.calls += 1;
    const { call, happens } = this.death ?? { call: Infinity, happens: false };
    if (this.calls === call) {
      this.#dead = true;
      await Promise.allSettled([...this.#asked, happens ? method(...given) : null]);
      this.#die();
      return never;
    }
    const answer = Promise.resolve(method(...given));
    this.#asked.add(answer);
    await Promise.allSettled([answer]);
    this.#asked.delete(answer);
    return this.#dead ? never : answer;
  }
}
