import { laneName, messageOf } from '@parley/bus';
import type { AdjustmentPosted, Payload } from '@parley/contracts';
import { billingTopology, catalogEvents, invoicingTopology } from '@parley/domain';
import type { Catalog, PublishedHistory } from '@parley/domain';
import { everyBusiness, Problem } from '@parley/service';
import type { Rows, Runtime, ServiceParts, Writes } from '@parley/service';
import type { CorrectionRow } from './correction-row.js';
import { historyOn } from './history.js';
import { outcomeOf, seenEverywhereMs, type Reachable } from './outcome.js';
import { changesOf, settle, type PassTotals, type SettledTo } from './pass.js';
import { CorrectionStore, type CorrectionChange } from './store.js';

/** How often somebody looks whether a pass is due. */
const wakeEveryMs = 60_000;
const heldMs = 60_000;
const tellEveryMs = 1_000;
const afterFailureMs = 60_000;
const pauseMs = 200;
const rowsWithinMs = 30_000;

export interface CorrectionParts {
  readonly runtime: Runtime<Catalog>;
  readonly rows: Rows;
  readonly writes: Writes;
  readonly service: Pick<ServiceParts, 'name'>;
}

/**
 * Settles corrections by itself: each as soon as it is on the catalog, again until nothing can follow any more, and after a restart where it was cut
 * off. One at a time, by whichever process takes it; they wait for each other in the order of publication, which changes no amount.
 */
export class Corrections {
  readonly store: CorrectionStore;
  private working: Promise<void> | null = null;
  private wanted = false;
  /** Policies and rate cards that were on the catalog when it was looked at last. */
  private published = -1;

  constructor(private readonly parts: CorrectionParts) {
    const { runtime, rows } = parts;
    this.store = new CorrectionStore(runtime.database, rows, runtime.holder);
    runtime.closeLater({ close: async () => void (await this.working) });
  }

  /** Begins, and goes on for as long as the process does. */
  onApplicationBootstrap(): void {
    this.parts.runtime.repeat('looking for corrections of prices', wakeEveryMs, () => this.discover());
    void this.discover();
  }

  /** Looks for new corrections, which are listed when this resolves, and settles what is due. Rejects never. */
  async discover(): Promise<void> {
    const { runtime } = this.parts;
    try {
      const { policies, rateCards } = runtime.catalog.view().state;
      if (policies.length + rateCards.length !== this.published) {
        const { corrections } = await historyOn(runtime.log, runtime.codec, ['PolicyPublished', 'RateCardPublished']);
        await this.store.add(corrections);
        this.published = policies.length + rateCards.length;
      }
      this.wake();
    } catch (error) {
      if (!runtime.stopping.signal.aborted) runtime.warn(`corrections of prices are looked for again in ${wakeEveryMs / 1_000} s: ${messageOf(error)}`);
    }
  }

  private wake(): void {
    this.wanted = true;
    this.working ??= this.workWhileWanted().finally(() => void (this.working = null));
  }

  private async workWhileWanted(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      await this.work();
    }
  }

  private async work(): Promise<void> {
    const { runtime } = this.parts;
    const { signal } = runtime.stopping;
    try {
      for (let row = await this.take(); row !== null && !signal.aborted; row = await this.take()) await this.pass(row);
    } catch (error) {
      if (!signal.aborted) runtime.warn(`corrections of prices wait ${wakeEveryMs / 1_000} s: ${messageOf(error)}`);
    }
  }

  private take(): Promise<CorrectionRow | null> {
    return this.store.take(this.parts.runtime.clock(), heldMs);
  }

  private async pass(row: CorrectionRow): Promise<void> {
    const { runtime } = this.parts;
    const { catalogOffset } = row;
    try {
      const history = await historyOn(runtime.log, runtime.codec, catalogEvents);
      const index = history.corrections.findIndex((one) => one.catalogOffset === catalogOffset);
      if (index < 0) throw new Error(`the catalog has no correction at offset ${catalogOffset}`);
      const reachable = await this.reachable(history, index);
      await this.rowsAreCurrent();
      const totals = await settle(history, index, JSON.parse(row.settledTo) as SettledTo, this.ports(catalogOffset), runtime.stopping.signal);
      await this.store.update(catalogOffset, { ...told(totals), ...outcomeOf(totals, reachable, runtime.clock()), heldUntil: 0 });
    } catch (error) {
      if (runtime.stopping.signal.aborted) return void (await this.store.update(catalogOffset, { heldUntil: 0 }).catch(() => false));
      runtime.warn(`the correction at offset ${catalogOffset} of the catalog failed: ${messageOf(error)}`);
      await this.store.update(catalogOffset, { state: 'failed', detail: 'It could not be settled and is tried again; the operator’s log says why.', heldUntil: 0, nextAt: runtime.clock() + afterFailureMs });
    }
  }

  private ports(catalogOffset: number) {
    const { runtime } = this.parts;
    let toldAt = -Infinity;
    return {
      log: runtime.log,
      codec: runtime.codec,
      clock: () => runtime.clock(),
      posted: this.store.posted.bind(this.store),
      post: (adjustments: readonly Payload<AdjustmentPosted>[]) => this.post(adjustments),
      tell: async ({ done, total, settledTo }: { readonly done: number; readonly total: number; readonly settledTo: SettledTo }) => {
        if (performance.now() - toldAt < tellEveryMs) return;
        toldAt = performance.now();
        const isOurs = await this.store.update(catalogOffset, { done, total, settledTo: JSON.stringify(settledTo), heldUntil: runtime.clock() + heldMs });
        if (!isOurs) throw new Error('another process has taken it over');
      },
    };
  }

  /** The slot knows an adjustment by its id for a week, and by then it is among the rows. */
  private async post(adjustments: readonly Payload<AdjustmentPosted>[]): Promise<void> {
    const { runtime, writes } = this.parts;
    const { signal } = runtime.stopping;
    const posts = adjustments.map((event) => ({ businessId: everyBusiness, client: 'correction', key: event.adjustmentId, outputs: [{ topic: 'parley.ledger.v1' as const, key: event.ownerId, event }] }));
    for (;;) {
      try {
        return await writes.post(posts);
      } catch (error) {
        if (!(error instanceof Problem) || error.kind !== 'busy') throw error;
      }
      await runtime.sleep(pauseMs, signal);
      signal.throwIfAborted();
    }
  }

  /** Resolves when every adjustment that is on the ledger now is among the rows. */
  private async rowsAreCurrent(): Promise<void> {
    const { runtime, service } = this.parts;
    const { log, stopping: { signal } } = runtime;
    const store = runtime.laneStore(service);
    for (let partition = 0; partition < log.partitions('parley.ledger.v1'); partition += 1) {
      const end = await log.end('parley.ledger.v1', partition);
      for (let tries = 0; ((await store.load(laneName(invoicingTopology, partition)))?.offset ?? 0) < end; tries += 1) {
        if (tries * pauseMs >= rowsWithinMs) throw new Error(`the rows of the ledger’s partition ${partition} are behind; its lane says why`);
        await runtime.sleep(pauseMs, signal);
        signal.throwIfAborted();
      }
    }
  }

  /**
   * Where a charge can still be posted that this correction reaches and that was not priced by it; asked before the log is read. A lane that has decided
   * by the correction (or the next one, which answers from there on) stamps nothing earlier any more.
   */
  private async reachable({ corrections }: PublishedHistory, index: number): Promise<Reachable> {
    const { runtime, service } = this.parts;
    const { catalogOffset, publishedAt } = corrections[index + 1] ?? corrections[index]!;
    const store = runtime.laneStore(service);
    const partitions: number[] = [];
    for (let partition = 0; partition < runtime.log.partitions('parley.usage.v1'); partition += 1) {
      const lane = await store.load(laneName(billingTopology, partition));
      if (lane === undefined || lane.catalogOffset <= catalogOffset) partitions.push(partition);
    }
    return { partitions, isSeen: runtime.clock() >= publishedAt + seenEverywhereMs };
  }
}

function told({ charges, adjustments, businesses, reasons, unexplained, read, settledTo }: PassTotals): CorrectionChange {
  const changes = Object.fromEntries([...changesOf(businesses)].map(([currency, change]) => [currency, `${change}`]));
  const unpriced = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  const [reason] = reasons.keys();
  const details = [
    ...(unpriced > 0 ? [`${unpriced} charges stand as they were, since the corrected rules have no price for them (${reason}); publish one more correction that has.`] : []),
    ...(unexplained > 0 ? [`${unexplained} charges do not follow from their own stamp and were left alone; see parley pricing verify.`] : []),
  ];
  return { done: read, total: read, settledTo: JSON.stringify(settledTo), charges, adjustments, changes: JSON.stringify(changes), unpriced, unexplained, detail: details.length === 0 ? null : details.join(' ').slice(0, 1_000) };
}

