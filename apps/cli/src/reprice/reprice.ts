import { createCodec, pickedPages, type Log } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import { billingTopology, catalogFold, otherRules, publishedRules, Repricing, repricingPicks, summaryOf, summaryText, type Catalog, type KnownRules, type RepricedUsage, type RepricingScope, type RepricingSummary } from '@parley/domain';
import { writeFileSync } from 'node:fs';
import { isDay } from '../day.js';
import { openLog, type Environment } from '../log/place.js';
import { Failure } from '../terminal/failure.js';
import { progressLine } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { chartOf } from './chart.js';
import { rulesOf } from './rules-file.js';
import { csvOf, showSummary } from './show.js';

export interface RepriceOptions {
  readonly policy: string;
  readonly rates?: string;
  readonly from?: string;
  readonly to?: string;
  readonly businesses: readonly string[];
  readonly failOver?: bigint;
  readonly top: number;
  readonly csv?: string;
  readonly svg?: string;
  readonly json: boolean;
  readonly environment: Environment;
}

/**
 * Folds the usage log under other rules, and tells what each business paid and would pay. It reads the log only; nothing is written but the files
 * asked for. Resolves with the exit code: 1 where the total would rise by more than `failOver` basis points. Throws Failure.
 */
export async function runReprice(database: Database, options: RepriceOptions, terminal: Terminal): Promise<0 | 1> {
  const rules = rulesOf(options.policy, options.rates);
  const { log, close } = await openLog(database, options.environment);
  try {
    const summary = await reprice(log, rules, scopeOf(options), terminal);
    if (summary.messages === 0) throw new Failure('There is no usage on this log.', 'see that it is the right folder or database: `parley log usage --limit 1`.');
    if (options.csv !== undefined) write(options.csv, csvOf(summary));
    if (options.svg !== undefined) write(options.svg, chartOf(summary, rules.title));
    if (options.json) terminal.line(JSON.stringify({ title: rules.title, ...summaryText(summary) }));
    else showSummary(summary, rules.title, options.top, terminal);
    return isOver(summary, options.failOver, terminal) ? 1 : 0;
  } finally {
    await close();
  }
}

async function reprice(log: Log, given: KnownRules, scope: RepricingScope, terminal: Terminal): Promise<RepricingSummary> {
  const codec = createCodec();
  const catalog = await catalogOn(log, codec);
  const rules = otherRules(publishedRules(catalog), given);
  const partitions = Array.from({ length: log.partitions('parley.usage.v1') }, (_, partition) => partition);
  const ends = await Promise.all(partitions.map((partition) => log.end('parley.usage.v1', partition)));
  const total = ends.reduce((sum, end) => sum + end, 0);
  const startedAt = performance.now();
  const parts: Repricing[] = [];
  let before = 0;
  for (const partition of partitions) {
    const part = new Repricing(catalog, rules, scope);
    for await (const { decided, offset } of pickedPages({ topology: billingTopology, partition, log, codec, picks: repricingPicks })) {
      for (const { command, decision } of decided) part.take(command as RepricedUsage, decision);
      terminal.replace(progressLine({ label: 'Pricing', done: before + offset, total, elapsedMs: performance.now() - startedAt }));
    }
    parts.push(part);
    before += ends[partition]!;
  }
  terminal.replace('');
  return summaryOf(parts);
}

async function catalogOn(log: Log, codec: ReturnType<typeof createCodec>): Promise<Catalog> {
  let catalog = catalogFold.initial as Catalog;
  const end = await log.end('parley.catalog.v1', 0);
  for (let offset = await log.start('parley.catalog.v1', 0); offset < end; ) {
    const records = await log.read('parley.catalog.v1', 0, offset, 1_000);
    if (records.length === 0) break;
    for (const { value } of records) catalog = catalogFold.evolve(catalog, codec.decode(value)) as Catalog;
    offset = records.at(-1)!.offset + 1;
  }
  return catalog;
}

/** Days are UTC: businesses in several zones have no day in common. */
function scopeOf({ from, to, businesses }: RepriceOptions): RepricingScope {
  const day = (name: string, text: string | undefined, days: number): number | null => {
    if (text === undefined) return null;
    if (!isDay(text)) throw new Failure(`${name} ${text} is not a day.`, 'write it as YYYY-MM-DD.', 2);
    return Date.parse(`${text}T00:00:00Z`) + days * 86_400_000;
  };
  const scope = { from: day('--from', from, 0), to: day('--to', to, 1), businesses: businesses.length === 0 ? null : new Set(businesses) };
  if (scope.from !== null && scope.to !== null && scope.from >= scope.to) throw new Failure(`--from ${from} is after --to ${to}.`, 'give the earlier day first.', 2);
  return scope;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`, 'give another path.', 2, { cause: error });
  }
}

function isOver({ currencies }: RepricingSummary, failOver: bigint | undefined, terminal: Terminal): boolean {
  if (failOver === undefined) return false;
  // Where nothing was paid, anything is more than any share of it.
  const over = currencies.filter(({ was, change, basisPoints }) => (basisPoints === null ? was === 0n && change > 0n : basisPoints > failOver));
  for (const { currency } of over) terminal.remark(terminal.ink.bad(`${currency} would rise by more than ${failOver / 100n}.${String(failOver % 100n).padStart(2, '0')} %.`));
  return over.length > 0;
}
