import type { Instant } from '@parley/contracts';

/** How long what the database said of a credential is believed, ms: also how long a revoked one may still pass, in processes that were not told. */
const believedMs = 3_000;
const mostBelieved = 10_000;

/** What is known of credentials without asking for each request anew, by their ids. */
export class Believed<Known> {
  private readonly entries = new Map<string, { readonly known: Known; readonly until: Instant }>();

  constructor(private readonly clock: () => Instant) {}

  /** Undefined where nothing is known any more. */
  get(id: string): Known | undefined {
    const entry = this.entries.get(id);
    return entry !== undefined && entry.until > this.clock() ? entry.known : undefined;
  }

  /** @param askedAt when the database was asked: from then on it may have changed. */
  keep(id: string, known: Known, askedAt: Instant): void {
    // Full of ids that somebody made up: forget all rather than grow.
    if (this.entries.size >= mostBelieved && !this.entries.has(id)) this.entries.clear();
    this.entries.set(id, { known, until: askedAt + believedMs });
  }

  forget(id: string): void {
    this.entries.delete(id);
  }

  /** Those of which it is true end now. */
  forgetWhere(isOver: (known: Known) => boolean): void {
    for (const [id, { known }] of this.entries) if (isOver(known)) this.entries.delete(id);
  }
}
