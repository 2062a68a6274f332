import { setImmediate as breathe } from 'node:timers/promises';
import { decidedPages } from '@parley/bus';
import type { Codec, Log } from '@parley/bus';
import type { AdjustmentId, AdjustmentPosted, Instant, Payload, UsageRecorded } from '@parley/contracts';
import { billingTopology, Settlement } from '@parley/domain';
import type { PublishedHistory, SettledBusiness } from '@parley/domain';

/** Usage partition → offset of the first usage record whose adjustment may be missing. */
export type SettledTo = { readonly [partition: string]: number };

export interface PassPorts {
  readonly log: Log;
  readonly codec: Codec;
  /** Usage records between two looks at the ledger. */
  readonly pageRecords?: number;
  clock(): Instant;
  /** Of these, those that are on the ledger. */
  posted(ids: readonly AdjustmentId[]): Promise<ReadonlySet<string>>;
  /** Posts them, each once however often it is called. */
  post(adjustments: readonly Payload<AdjustmentPosted>[]): Promise<void>;
  /** After each page. Throws where the correction is no longer ours. */
  tell(progress: { readonly done: number; readonly total: number; readonly settledTo: SettledTo }): Promise<void>;
}

/** What a pass found. */
export interface PassTotals {
  readonly charges: number;
  readonly adjustments: number;
  readonly businesses: readonly Readonly<SettledBusiness>[];
  /** Why corrected rules had no price, and of how many charges. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly unexplained: number;
  /** Used, and not charged yet; and the partitions where that is so. */
  readonly pending: number;
  readonly pendingIn: readonly number[];
  /** Whether charges to come may be counted otherwise than they should be. */
  readonly drifting: boolean;
  /** Usage records there were. */
  readonly read: number;
  readonly settledTo: SettledTo;
}

const usualPageRecords = 500;

/**
 * Folds the usage log for one correction, and posts the adjustments that are missing. Cut off anywhere and begun again it posts each once: which ones
 * there are follows from the log, and one is left out where it is known to be settled, on the ledger, or given to be written.
 */
export async function settle(history: PublishedHistory, index: number, before: SettledTo, { log, codec, pageRecords = usualPageRecords, clock, posted, post, tell }: PassPorts, signal: AbortSignal): Promise<PassTotals> {
  const partitions = Array.from({ length: log.partitions('parley.usage.v1') }, (_, partition) => partition);
  const ends = await Promise.all(partitions.map((partition) => log.end('parley.usage.v1', partition)));
  const total = ends.reduce((sum, end) => sum + end, 0);
  const settledTo: Record<string, number> = { ...before };
  const parts: Part[] = [];
  let read = 0;
  for (const partition of partitions) {
    const settlement = new Settlement(history, index);
    const from = before[partition] ?? 0;
    let undecided = Infinity;
    for await (const { decided, offset, givenTo } of decidedPages({ topology: billingTopology, partition, log, codec, pageRecords })) {
      const due: Payload<AdjustmentPosted>[] = [];
      for (const { command, decision, offset: place } of decided) {
        if (decision === null) undecided = Math.min(undecided, place);
        const adjustment = settlement.take(command as UsageRecorded, decision);
        if (adjustment !== null && place >= from) due.push(adjustment);
      }
      await postMissing(due, posted, post);
      settledTo[partition] = Math.max(from, Math.min(undecided, givenTo));
      await tell({ done: Math.min(total, read + offset), total, settledTo });
      await breathe();
      signal.throwIfAborted();
    }
    parts.push({ partition, settlement, drifting: settlement.drifting(clock()) });
    read += ends[partition]!;
  }
  return { ...totalsOf(parts), read: total, settledTo };
}

async function postMissing(due: readonly Payload<AdjustmentPosted>[], posted: PassPorts['posted'], post: PassPorts['post']): Promise<void> {
  if (due.length === 0) return;
  const known = await posted(due.map(({ adjustmentId }) => adjustmentId));
  const missing = due.filter(({ adjustmentId }) => !known.has(adjustmentId));
  if (missing.length > 0) await post(missing);
}

interface Part {
  readonly partition: number;
  readonly settlement: Settlement;
  readonly drifting: boolean;
}

function totalsOf(parts: readonly Part[]): Omit<PassTotals, 'read' | 'settledTo'> {
  const settlements = parts.map(({ settlement }) => settlement);
  const sum = (pick: (settlement: Settlement) => number): number => settlements.reduce((all, settlement) => all + pick(settlement), 0);
  const reasons = new Map<string, number>();
  for (const settlement of settlements) for (const [reason, count] of settlement.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return {
    charges: sum(({ charges }) => charges),
    adjustments: sum(({ adjustments }) => adjustments),
    // An owner's usage is in one partition, and so are their businesses.
    businesses: settlements.flatMap(({ businesses }) => [...businesses.values()]),
    reasons,
    unexplained: sum(({ unexplained }) => unexplained),
    pending: sum(({ pending }) => pending),
    pendingIn: parts.flatMap(({ partition, settlement }) => (settlement.pending > 0 ? [partition] : [])),
    drifting: parts.some(({ drifting }) => drifting),
  };
}

/** Sum of the adjustments per currency, micros. */
export function changesOf(businesses: PassTotals['businesses']): ReadonlyMap<string, bigint> {
  const changes = new Map<string, bigint>();
  for (const { currency, change } of businesses) changes.set(currency, (changes.get(currency) ?? 0n) + change);
  return changes;
}
