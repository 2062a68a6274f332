import { setImmediate as breathe } from 'node:timers/promises';
import { pickedPages } from '@parley/bus';
import type { Codec, Log } from '@parley/bus';
import { billingTopology, otherRules, publishedRules, Repricing, repricingPicks, summaryOf, summaryText } from '@parley/domain';
import type { Catalog, RepricedUsage, RepricingScope } from '@parley/domain';
import type { Policy, RateCard } from '@parley/rating';
import type { JobState } from './jobs.js';

/** What is asked: other rules, and what to tell of. */
export interface WhatIf {
  readonly title: string;
  readonly policies: readonly Policy[];
  readonly cards: readonly RateCard[];
  readonly scope: RepricingScope;
  /** Partitions of the usage log that hold what is told of: an owner's usage is in one. */
  readonly partitions: readonly number[];
}

export interface JobPorts {
  readonly log: Log;
  readonly codec: Codec;
  readonly catalog: Catalog;
  /** Epoch milliseconds. */
  clock(): number;
}

/** Folds the usage under other rules; tells how far it is after each page, and lets requests of others in between. Throws where the signal aborts. */
export async function runWhatIf(asked: WhatIf, { log, codec, catalog, clock }: JobPorts, tell: (state: JobState<ReturnType<typeof summaryText>>) => void, signal: AbortSignal): Promise<void> {
  const rules = otherRules(publishedRules(catalog), asked);
  const ends = await Promise.all(asked.partitions.map((partition) => log.end('parley.usage.v1', partition)));
  const total = ends.reduce((sum, end) => sum + end, 0);
  const startedAt = clock();
  const parts: Repricing[] = [];
  let before = 0;
  for (const [index, partition] of asked.partitions.entries()) {
    const part = new Repricing(catalog, rules, asked.scope);
    for await (const { decided, offset } of pickedPages({ topology: billingTopology, partition, log, codec, pageRecords: 500, picks: repricingPicks })) {
      for (const { command, decision } of decided) part.take(command as RepricedUsage, decision);
      tell({ state: 'running', done: before + offset, total, elapsedMs: clock() - startedAt });
      await breathe();
      signal.throwIfAborted();
    }
    parts.push(part);
    before += ends[index]!;
  }
  tell({ state: 'done', elapsedMs: clock() - startedAt, result: summaryText(summaryOf(parts)) });
}
