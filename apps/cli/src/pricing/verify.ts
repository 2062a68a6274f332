import { acceptedEvents, createCodec, decidedPages, type Codec, type Log } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import type { CatalogEvent, UsageRecorded } from '@parley/contracts';
import { billingTopology, catalogEvents, CorrectionAudit, PublishedHistory, type ChargeDifference, type OwnerDifference } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import { openLog, type Environment } from '../log/place.js';
import { Failure } from '../terminal/failure.js';
import { grouped, progressLine } from '../terminal/progress.js';
import { drawTable, type Line } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export interface VerifyOptions {
  readonly json: boolean;
  readonly environment: Environment;
}

/** What was found on all partitions. */
interface Verified {
  readonly charges: number;
  readonly adjustments: number;
  readonly corrections: number;
  readonly pending: number;
  readonly unexplained: number;
  readonly unpriced: number;
  readonly differences: readonly OwnerDifference[];
  /** Of the owners that differ, those shown. */
  readonly chargeDifferences: readonly ChargeDifference[];
}

/** Owners whose charges are told one by one. */
const mostNamed = 20;
const mostShown = 50;

/**
 * Prices all usage again, with every correction as if it had been published in time, and holds charges and adjustments against it, to the micro. It
 * reads the log only. Resolves with the exit code: 1 where anything differs. Throws Failure.
 */
export async function runVerify(database: Database, { json, environment }: VerifyOptions, terminal: Terminal): Promise<0 | 1> {
  const { log, close } = await openLog(database, environment);
  try {
    const codec = createCodec();
    const history = new PublishedHistory();
    for await (const { event, offset } of acceptedEvents({ topic: 'parley.catalog.v1', partition: 0, types: catalogEvents, log, codec })) history.take(event as CatalogEvent, offset);
    const found = await verified(log, codec, history, terminal);
    if (found.charges === 0 && found.pending === 0) throw new Failure('There is no usage on this log.', 'see that it is the right folder or database: `parley log usage --limit 1`.');
    if (json) terminal.line(JSON.stringify(textOf(found)));
    else show(found, terminal);
    return found.differences.length > 0 || found.unexplained > 0 ? 1 : 0;
  } finally {
    await close();
  }
}

async function verified(log: Log, codec: Codec, history: PublishedHistory, terminal: Terminal): Promise<Verified> {
  const partitions = Array.from({ length: log.partitions('parley.usage.v1') }, (_, partition) => partition);
  const tell = await progress(log, partitions, terminal);
  const sums = { charges: 0, adjustments: 0, corrections: history.corrections.length, pending: 0, unexplained: 0, unpriced: 0 };
  const differences: OwnerDifference[] = [];
  const chargeDifferences: ChargeDifference[] = [];
  for (const partition of partitions) {
    const audit = await audited({ log, codec, partition, tell }, new CorrectionAudit(history));
    for (const name of ['charges', 'adjustments', 'pending', 'unexplained'] as const) sums[name] += audit[name];
    for (const count of audit.reasons.values()) sums.unpriced += count;
    differences.push(...audit.differences);
    const named = audit.differences.slice(0, Math.max(0, mostNamed - (differences.length - audit.differences.length))).map(({ ownerId }) => ownerId);
    // Who differs is known now: which charges do is asked of these alone.
    if (named.length > 0) chargeDifferences.push(...(await audited({ log, codec, partition, tell: () => undefined }, new CorrectionAudit(history, new Set(named)))).chargeDifferences);
  }
  terminal.replace('');
  return { ...sums, differences, chargeDifferences };
}

interface Source {
  readonly log: Log;
  readonly codec: Codec;
  readonly partition: number;
  tell(partition: number, done: number): void;
}

/** An owner's usage and ledger are in the partition of the same number. */
async function audited({ log, codec, partition, tell }: Source, audit: CorrectionAudit): Promise<CorrectionAudit> {
  for await (const { decided, offset } of decidedPages({ topology: billingTopology, partition, log, codec })) {
    for (const { command, decision } of decided) audit.charged(command as UsageRecorded, decision);
    tell(partition, offset);
  }
  for await (const { event } of acceptedEvents({ topic: 'parley.ledger.v1', partition, types: ['AdjustmentPosted'], log, codec })) audit.adjusted(event);
  return audit;
}

async function progress(log: Log, partitions: readonly number[], terminal: Terminal): Promise<Source['tell']> {
  const ends = await Promise.all(partitions.map((partition) => log.end('parley.usage.v1', partition)));
  const total = ends.reduce((sum, end) => sum + end, 0);
  const startedAt = performance.now();
  return (partition, done) => {
    const before = ends.slice(0, partition).reduce((sum, end) => sum + end, 0);
    terminal.replace(progressLine({ label: 'Verifying', done: before + done, total, elapsedMs: performance.now() - startedAt }));
  };
}

const text = (amount: bigint): string => formatDecimal(micros(amount));
const amounts = ({ due, posted }: { readonly due: bigint; readonly posted: bigint }) => ({ due: text(due), posted: text(posted), missing: text(due - posted), missingMicros: (due - posted).toString() });

function textOf({ differences, chargeDifferences, ...sums }: Verified): object {
  return {
    ...sums,
    differences: differences.map(({ ownerId, currency, ...of }) => ({ ownerId, currency, ...amounts(of) })),
    chargeDifferences: chargeDifferences.map(({ chargeId, ...of }) => ({ chargeId, ...amounts(of) })),
  };
}

function show({ charges, adjustments, corrections, pending, unexplained, unpriced, differences, chargeDifferences }: Verified, terminal: Terminal): void {
  const { ink } = terminal;
  terminal.line(ink.strong(`${grouped(charges)} charges and ${grouped(adjustments)} adjustments, priced again with ${grouped(corrections)} ${corrections === 1 ? 'correction' : 'corrections'}.`));
  if (unexplained > 0) terminal.line(ink.bad(`${grouped(unexplained)} charges do not follow from the usage and the catalog that they are stamped with.`));
  if (unpriced > 0) terminal.line(ink.warning(`${grouped(unpriced)} charges stand as they were, since the corrected rules have no price for them.`));
  if (pending > 0) terminal.line(`${grouped(pending)} messages are not charged yet.`);
  if (differences.length === 0) return terminal.line(ink.good('Nothing is left to adjust: charges and adjustments are together what they should have been, to the micro.'));
  const right = (title: string) => ({ title, align: 'right' as const });
  const owners = differences.slice(0, mostShown).map(({ ownerId, currency, due, posted }): Line => [ownerId, currency, text(due), text(posted), { text: text(due - posted), ink: ink.bad }]);
  for (const line of drawTable([{ title: 'Owner', most: 40 }, { title: '' }, right('To adjust'), right('Adjusted'), right('Missing')], owners, ink.strong)) terminal.line(line);
  const lines = chargeDifferences.slice(0, mostShown).map(({ chargeId, due, posted }): Line => [chargeId, text(due), text(posted), { text: text(due - posted), ink: ink.bad }]);
  for (const line of drawTable([{ title: 'Charge', most: 60 }, right('To adjust'), right('Adjusted'), right('Missing')], lines, ink.strong)) terminal.line(line);
  if (differences.length > mostShown || chargeDifferences.length > mostShown) terminal.line('… and more (--json).');
  terminal.line('Billing posts what is missing by itself while the platform runs: `parley pricing corrections` says how far it is.');
}
