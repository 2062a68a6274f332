import type { CatalogEvent, Payload } from '@parley/contracts';
import { catalogEvents } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import type { Runtime } from '@parley/service';
import type { JobState } from '../what-if/jobs.js';
import { historyOn } from './history.js';
import { changesOf, settle, type PassTotals } from './pass.js';

const mostBusinesses = 1_000;

/** Makes the pass that a correction would have, were it published now, and posts nothing. */
export async function runTrial(runtime: Runtime<Catalog>, correction: Payload<CatalogEvent>, tell: (state: JobState<TrialResult>) => void, signal: AbortSignal): Promise<void> {
  const { log, codec } = runtime;
  const startedAt = runtime.clock();
  const history = await historyOn(log, codec, catalogEvents);
  const end = await log.end('parley.catalog.v1', 0);
  history.take({ ...correction, meta: { at: startedAt } } as CatalogEvent, end);
  const totals = await settle(history, history.corrections.length - 1, {}, {
    log, codec, clock: () => runtime.clock(),
    posted: async () => new Set(),
    post: async () => undefined,
    tell: async ({ done, total }) => tell({ state: 'running', done, total, elapsedMs: runtime.clock() - startedAt }),
  }, signal);
  tell({ state: 'done', elapsedMs: runtime.clock() - startedAt, result: trialResult(totals) });
}

export type TrialResult = ReturnType<typeof trialResult>;

/** As plain JSON: every amount as a decimal and as whole micros, both text. The businesses whose bills change most come first. */
function trialResult({ charges, adjustments, businesses, reasons, unexplained, pending, drifting }: PassTotals) {
  const text = (change: bigint) => ({ change: formatDecimal(micros(change)), changeMicros: change.toString() });
  const size = (change: bigint): bigint => (change < 0n ? -change : change);
  const sorted = [...businesses].sort((one, other) => (size(one.change) === size(other.change) ? 0 : size(one.change) < size(other.change) ? 1 : -1));
  return {
    charges, adjustments, unexplained, pending, drifting,
    unpriced: [...reasons].map(([reason, count]) => ({ reason, charges: count })),
    currencies: [...changesOf(businesses)].map(([currency, change]) => ({ currency, ...text(change) })),
    businesses: sorted.slice(0, mostBusinesses).map(({ businessId, ownerId, currency, adjustments: count, change }) => ({ businessId, ownerId, currency, adjustments: count, ...text(change) })),
  };
}
