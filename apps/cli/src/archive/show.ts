import { causeTitles, type CauseFindings, type Difference, type Findings, type FoldCounts } from '@parley/domain';
import { grouped } from '../terminal/progress.js';
import { drawTable, type Cell } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { amountText, timeText } from './difference-report.js';
import type { HistorySettings } from './history-folder.js';

export interface Imported {
  /** The rules, in words. */
  readonly title: string;
  readonly settings: HistorySettings;
  /** Values of JSON that were read. */
  readonly pieces: number;
  /** Facts that are new in the history; and those that it had, or that came twice. */
  readonly facts: number;
  readonly repeated: number;
  /** The first of what could not be read, and how much that was. */
  readonly broken: readonly string[];
  readonly brokenCount: number;
  readonly ignored: readonly (readonly [name: string, count: number])[];
  readonly counts: FoldCounts;
  readonly findings: Findings;
  /** Some of each cause. */
  readonly examples: readonly Difference[];
}

interface Shown {
  readonly into: string;
  readonly csv?: string;
  readonly json: boolean;
}

export function showImport(imported: Imported, { into, csv, json }: Shown, terminal: Terminal): void {
  if (json) return terminal.line(JSON.stringify(jsonOf(imported)));
  const { ink } = terminal;
  const { title, settings, pieces, facts, repeated, findings } = imported;
  terminal.line(`${grouped(pieces)} pieces read: ${grouped(facts + repeated)} facts${repeated > 0 ? `, ${grouped(repeated)} of them known already and taken once` : ''}.`);
  for (const line of asides(imported)) terminal.line(ink.faint(line));
  terminal.line(ink.strong(`${grouped(findings.messages)} messages reached their contact. Priced by: ${title}, in ${settings.zone}.`));
  for (const [currency, amount] of findings.charged) terminal.line(`They cost ${currency} ${amountText(amount)} by ours.`);
  for (const [reason, count] of findings.reasons) terminal.line(ink.bad(`${grouped(count)} messages have no price of ours and are not compared: ${reason}`));
  if (findings.illustrative > 0) terminal.line(ink.faint(`${grouped(findings.illustrative)} are priced by examples: whether they are free or paid holds, the amount does not.`));
  showFindings(imported, terminal);
  if (csv !== undefined && findings.differences > 0) terminal.line(`Each of them is a line of ${csv}.`);
  terminal.line(ink.faint(`The history is in ${into}: parley log usage --data ${into}, parley reprice --policy P6 --data ${into}`));
}

/** What was left out, or is not sure. */
function asides({ ignored, broken, brokenCount, counts, findings }: Imported): readonly string[] {
  const { undelivered, failed, sentMissing, unknownCategory, uncertain } = counts;
  return [
    ...(ignored.length > 0 ? [`Left out, for it tells nothing of a price: ${ignored.map(([name, count]) => `${grouped(count)} × ${name}`).join(', ')}.`] : []),
    ...(brokenCount > 0 ? [`${grouped(brokenCount)} pieces cannot be read and were left out:`, ...broken] : []),
    ...(undelivered > 0 ? [`${grouped(undelivered)} messages reached nobody (${grouped(failed)} failed): they cost nothing.`] : []),
    ...(sentMissing > 0 ? [`${grouped(sentMissing)} messages have no "sent": their first receipt is taken for their dispatch.`] : []),
    ...(unknownCategory > 0 ? [`${grouped(unknownCategory)} messages are left out, for nothing tells their category: give --category for them.`] : []),
    ...(uncertain > 0 ? [`${grouped(uncertain)} messages are taken for replies or templates by window and session, since the archive does not say which.`] : []),
    ...(findings.withoutPrice > 0 ? [`${grouped(findings.withoutPrice)} messages carry no price of the operator’s: nothing to compare.`] : []),
  ];
}

function showFindings({ findings, examples }: Imported, terminal: Terminal): void {
  const { ink } = terminal;
  if (findings.compared === 0 && findings.differences === 0) return terminal.line('No message carries a price of the operator’s: nothing was compared.');
  if (findings.differences === 0) return terminal.line(ink.good(`${grouped(findings.compared)} prices of the operator’s compared: all are ours.`));
  terminal.line(ink.bad(`${grouped(findings.compared)} prices of the operator’s compared: ${grouped(findings.differences)} differ.`));
  const columns = [{ title: 'Cause', most: 64 }, ...['Messages', 'Ours', 'By the operator’s word', 'Change', ''].map((title) => ({ title, align: 'right' as const }))];
  for (const line of drawTable(columns, findings.causes.map(causeCells), ink.faint)) terminal.line(line);
  if (findings.causes.some(({ unknown }) => unknown > 0)) terminal.line(ink.faint('* of some it cannot be told what the operator’s word would cost: they are in neither amount.'));
  for (const { source, sentAt, ours, theirs, cause, detail } of examples) {
    terminal.line(`${ink.faint(source)} ${cause}: ours ${ours === null ? 'nothing' : `${ours.type}/${ours.category}`}, theirs ${theirs.type ?? `billable=${theirs.billable}`}/${theirs.category ?? '?'} (sent ${timeText(sentAt)}). ${detail}`);
  }
}

function causeCells({ cause, currency, messages, ourAmount, theirAmount, unknown }: CauseFindings): readonly Cell[] {
  const change = theirAmount - ourAmount;
  return [causeTitles[cause], grouped(messages), amountText(ourAmount), `${amountText(theirAmount)}${unknown > 0 ? '*' : ''}`, `${change > 0n ? '+' : ''}${amountText(change)}`, currency];
}

/** Amounts as decimals, instants as UTC. */
function jsonOf({ findings, examples, ignored, broken, ...rest }: Imported) {
  const { messages, compared, withoutPrice, unpriced, illustrative, differences, causes, charged, reasons } = findings;
  return {
    ...rest, broken, ignored: Object.fromEntries(ignored), messages, compared, withoutPrice, unpriced, illustrative, differences,
    charged: Object.fromEntries([...charged].map(([currency, amount]) => [currency, amountText(amount)])),
    reasons: Object.fromEntries(reasons),
    causes: causes.map(({ ourAmount, theirAmount, ...cause }) => ({ ...cause, ourAmount: amountText(ourAmount), theirAmount: amountText(theirAmount) })),
    examples: examples.map(({ message: { messageId, businessId, numberId, contactId, category, kind }, sentAt, deliveredAt, ourAmount, theirAmount, ...difference }) => ({
      messageId, businessId, numberId, contactId, kind, category, sentAt: timeText(sentAt), deliveredAt: deliveredAt === null ? null : timeText(deliveredAt),
      ...difference, ourAmount: amountText(ourAmount), theirAmount: theirAmount === null ? null : amountText(theirAmount),
    })),
  };
}
