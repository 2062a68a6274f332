import type { AnyTopology, InParts } from './topology.js';

type Parts = InParts<unknown, unknown>;

/** States of a topology's keys on plain maps, for whoever folds without a runner: a check, a scenario, a question over the whole log. */
export class FoldedStates {
  readonly #own = new Map<string, unknown>();
  readonly #aside = new Map<string, unknown>();

  constructor(private readonly topology: AnyTopology) {}

  /** @param aside what `asideOf` says of the event: null where there is none. */
  of(key: string, aside: string | null = null): unknown {
    const { initial, asideOf } = this.topology;
    if (!asideOf) return this.#own.has(key) ? this.#own.get(key) : initial;
    const first = initial as Parts;
    return { own: this.#own.get(key) ?? first.own, aside: (aside === null ? undefined : this.#aside.get(`${key}/${aside}`)) ?? first.aside };
  }

  put(key: string, aside: string | null, state: unknown): void {
    if (!this.topology.asideOf) return void this.#own.set(key, state);
    const { own, aside: beside } = state as Parts;
    this.#own.set(key, own);
    if (aside !== null) this.#aside.set(`${key}/${aside}`, beside);
  }
}
