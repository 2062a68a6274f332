// What became of the messages of a phase: when each was accepted and priced, once, and at what price. Instants are of performance.now().

/** The value below which that share of the sorted numbers lies. */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export class Tally {
  acceptedCount = 0;
  pricedCount = 0;
  #index;
  #accepted;
  #priced;
  #micros = 0n;
  #seenAfterMs = [];
  #waiting = [];
  #finish;
  #fail;

  constructor(messages) {
    this.messages = messages;
    this.#index = new Map(messages.map(({ messageId }, index) => [messageId, index]));
    this.#accepted = new Float64Array(messages.length).fill(NaN);
    this.#priced = new Float64Array(messages.length).fill(NaN);
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    this.done.catch(() => undefined); // Whoever waits for it hears of it; the phase may have ended otherwise.
  }

  fail(error) {
    this.#fail(error);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  accepted({ messageId }, at) {
    this.#accepted[this.#index.get(messageId)] = at;
    this.acceptedCount += 1;
    this.#finishIfDone();
  }

  /** @param seenAfterMs what passed between the writing of the charge and our reading it. */
  priced({ messageId, micros }, at, seenAfterMs) {
    const index = this.#index.get(messageId);
    if (index === undefined) return this.fail(new Error(`there is a charge for ${messageId}, which is no message of this phase`));
    if (!Number.isNaN(this.#priced[index])) return this.fail(new Error(`${messageId} was charged twice`));
    if (micros !== this.messages[index].micros) return this.fail(new Error(`${messageId} was charged ${micros} micros instead of ${this.messages[index].micros}`));
    this.#priced[index] = at;
    this.#micros += micros;
    this.#seenAfterMs.push(seenAfterMs);
    this.pricedCount += 1;
    for (const wake of this.#waiting.splice(0)) wake();
    return this.#finishIfDone();
  }

  #finishIfDone() {
    if (this.pricedCount === this.messages.length && this.acceptedCount === this.messages.length) this.#finish();
  }

  /** Resolves at the next charge, or when the phase has failed. */
  moved() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What is not priced yet: how many, and the first of them. */
  missing() {
    const missing = this.messages.filter((_, index) => Number.isNaN(this.#priced[index]));
    return `${missing.length} of ${this.messages.length} messages were not priced, such as ${missing[0]?.messageId}; ${this.acceptedCount} were accepted`;
  }

  /** By message, when it was accepted, epoch ms. */
  acceptedAt() {
    return new Map(this.messages.map(({ messageId }, index) => [messageId, performance.timeOrigin + this.#accepted[index]]));
  }

  /** Times in ms, rates per second. The steady middle: from the first fifth to the last. */
  result() {
    const expected = this.messages.reduce((sum, { micros }) => sum + micros, 0n);
    if (this.#micros !== expected) throw new Error(`charged were ${this.#micros} micros instead of ${expected}`);
    const count = this.messages.length;
    const latencies = Array.from(this.#priced, (at, index) => at - this.#accepted[index]).sort((a, b) => a - b);
    const [accepted, priced] = [this.#accepted.slice().sort(), this.#priced.slice().sort()];
    const perSecond = (from, to, first, last) => ((to - from) / (last - first)) * 1_000;
    const [from, to] = [Math.floor(count * 0.2), Math.floor(count * 0.8)];
    return {
      messages: count,
      micros: this.#micros.toString(),
      steadyPerSecond: perSecond(from, to, priced[from], priced[to]),
      perSecond: perSecond(0, count, accepted[0], priced[count - 1]),
      acceptedPerSecond: perSecond(0, count - 1, accepted[0], accepted[count - 1]),
      latency: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), max: latencies[count - 1] },
      seenAfterMs: quantile(this.#seenAfterMs.sort((a, b) => a - b), 0.5),
    };
  }
}
