import type { Rows, Runtime, Vector } from '@parley/service';
import { envelopesOf } from '../projections/envelope.js';
import { rowsAfter } from '../projections/inbox.js';
import type { Reader } from '../projections/inbox.js';
import type { Arrivals } from './arrivals.js';
import { merged, pageOf } from './page.js';
import type { Page } from './page.js';

export interface InboxRequest {
  readonly reader: Reader;
  readonly from: Vector;
  readonly limit: number;
  /** How long to wait for something where there is nothing, ms. */
  readonly waitMs: number;
  /** The caller has gone, or the process stops. */
  readonly signal: AbortSignal;
}

/** Lanes of other processes wake nobody here: this often a waiting reader looks by itself, where there can be others. */
const lookAgainMs = 1_000;

/** What is new for a reader, joined with its sealed content. */
export class Inbox {
  constructor(
    private readonly runtime: Pick<Runtime, 'clock' | 'database'>,
    private readonly arrivals: Arrivals,
    private readonly rows: Rows,
  ) {}

  /** The next page; an empty one when the time is over. */
  async read(request: InboxRequest): Promise<Page> {
    const until = performance.now() + request.waitMs;
    const watch = this.arrivals.watch();
    try {
      let page = await this.look(request, null);
      for (let left = request.waitMs; page.items.length === 0 && left > 0 && !request.signal.aborted; left = until - performance.now()) {
        const arrived = await watch.next(Math.min(left, this.isAlone ? left : lookAgainMs), request.signal);
        page = await this.look(request, arrived.length > 0 ? arrived : null);
      }
      return page;
    } finally {
      watch.end();
    }
  }

  private get isAlone(): boolean {
    return this.runtime.database.kind === 'pglite';
  }

  /** @param partitions where something arrived; null for all. */
  private async look({ reader, from, limit }: InboxRequest, partitions: readonly number[] | null): Promise<Page> {
    return this.rows.for(reader, async (manager) => {
      const rows = merged(await rowsAfter(manager, reader, from, limit, partitions), limit);
      const messages = rows.filter(({ kind }) => kind === 'message');
      const envelopes = await envelopesOf(manager, reader.recipient, messages);
      return pageOf(rows, envelopes, from, this.runtime.clock());
    });
  }
}
