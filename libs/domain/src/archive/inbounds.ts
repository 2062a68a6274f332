import type { Instant, NumberId } from '@parley/contracts';
import type { NumberWindow } from './archived-message.js';
import type { InboundFact } from './facts.js';

/** A conversation's messages of the contact, to be asked what was known at an instant. */
export class Inbounds {
  readonly #all: Timeline;
  readonly #byNumber = new Map<NumberId, Timeline>();

  constructor(facts: readonly InboundFact[]) {
    const sorted = [...facts].sort((one, other) => one.at - other.at);
    this.#all = timelineOf(sorted);
    for (const numberId of new Set(sorted.map((fact) => fact.numberId))) this.#byNumber.set(numberId, timelineOf(sorted.filter((fact) => fact.numberId === numberId)));
  }

  /** The contact's last message, and the last through an advertisement, up to and at the instant: by this number alone, or by any (null). */
  before(instant: Instant, numberId: NumberId | null): NumberWindow {
    const timeline = numberId === null ? this.#all : this.#byNumber.get(numberId);
    return { lastInboundAt: lastUpTo(timeline?.wrote ?? [], instant), entryPointAt: lastUpTo(timeline?.entered ?? [], instant) };
  }
}

interface Timeline {
  readonly wrote: readonly Instant[];
  readonly entered: readonly Instant[];
}

function timelineOf(sorted: readonly InboundFact[]): Timeline {
  return { wrote: sorted.map(({ at }) => at), entered: sorted.filter(({ isEntryPoint }) => isEntryPoint).map(({ at }) => at) };
}

/** Of ascending instants the last that is not after the one given. */
function lastUpTo(ascending: readonly Instant[], instant: Instant): Instant | null {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= instant) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1] ?? null;
}
