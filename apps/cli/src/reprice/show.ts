import type { Change, CurrencySummary, RepricingSummary } from '@parley/domain';
import { formatBasisPoints, formatDecimal, micros } from '@parley/money';
import { grouped } from '../terminal/progress.js';
import { drawTable, type Cell } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export function showSummary({ messages, pending, reasons, currencies }: RepricingSummary, title: string, top: number, terminal: Terminal): void {
  const { ink } = terminal;
  terminal.line(ink.strong(`${counted(messages)} priced again: ${title}`));
  for (const currency of currencies) showCurrency(currency, top, terminal);
  for (const { reason, messages: count } of reasons) terminal.line(ink.bad(`${counted(count)} without a price, in no sum: ${reason}`));
  if (pending > 0) terminal.line(`${counted(pending)} not charged yet, in no sum.`);
}

function showCurrency(summary: CurrencySummary, top: number, terminal: Terminal): void {
  const { ink } = terminal;
  const shown = chosen(summary.businesses, top);
  const columns = [{ title: summary.currency }, ...['Messages', 'Paid', 'would be', 'As was', 'As would be', 'Change', ''].map((name) => ({ title: name, align: 'right' as const }))];
  const total: Cell[] = ['All', grouped(summary.messages), '', '', text(summary.was), text(summary.wouldBe), signed(summary.change), share(summary.basisPoints)];
  const lines = [...shown.map((change) => lineOf(change, terminal)), total.map((cell) => ({ text: cell as string, ink: ink.strong }))];
  for (const line of drawTable(columns, lines, ink.faint)) terminal.line(line);
  const { winners, losers, unchanged, p50, p95, illustrative } = summary;
  if (summary.businesses.length > shown.length) terminal.line(`… and ${grouped(summary.businesses.length - shown.length)} businesses between these (--top, --csv).`);
  terminal.line(`${grouped(losers)} would pay more, ${grouped(winners)} less, ${grouped(unchanged)} the same.${p50 === null ? '' : ` The median change of a business is ${share(p50)}; for 95 of 100 it is ${share(p95)} or lower.`}`);
  if (illustrative > 0) terminal.line(ink.faint(`${counted(illustrative)} priced by examples: no bill may be made of ${illustrative === 1 ? 'it' : 'them'}.`));
}

/** Those that lose most and those that win most. */
function chosen(businesses: readonly Change[], top: number): readonly Change[] {
  if (businesses.length <= 2 * top) return businesses;
  return [...businesses.slice(0, top), ...businesses.slice(-top)];
}

function lineOf({ businessId, messages, paidWas, paidWouldBe, was, wouldBe, change, basisPoints }: Change, { ink }: Terminal): readonly Cell[] {
  const tone = change > 0n ? ink.bad : change < 0n ? ink.good : ink.faint;
  return [businessId, grouped(messages), grouped(paidWas), grouped(paidWouldBe), text(was), text(wouldBe), { text: signed(change), ink: tone }, { text: share(basisPoints), ink: tone }];
}

const counted = (messages: number): string => `${grouped(messages)} ${messages === 1 ? 'message' : 'messages'}`;
const text = (amount: bigint): string => formatDecimal(micros(amount));
const signed = (amount: bigint): string => (amount > 0n ? `+${text(amount)}` : text(amount));
const share = (basisPoints: bigint | null): string => (basisPoints === null ? 'from nothing' : formatBasisPoints(basisPoints));

const csvHeader = ['currency', 'business_id', 'owner_id', 'messages', 'paid_was', 'paid_would_be', 'was', 'would_be', 'change', 'change_percent', 'illustrative', 'unpriced'];

/** RFC 4180, a line per business. Ids are letters, digits, _ and -, so nothing has to be quoted; one that begins with - is, or a sheet would calculate with it. */
export function csvOf({ currencies }: RepricingSummary): string {
  const lines = currencies.flatMap(({ businesses }) =>
    businesses.map(({ currency, businessId, ownerId, messages, paidWas, paidWouldBe, was, wouldBe, change, basisPoints, illustrative, unpriced }) =>
      [currency, plain(businessId), plain(ownerId), messages, paidWas, paidWouldBe, text(was), text(wouldBe), text(change), basisPoints === null ? '' : formatBasisPoints(basisPoints).replace(' %', ''), illustrative, unpriced].join(),
    ),
  );
  return [csvHeader.join(), ...lines, ''].join('\r\n');
}

function plain(id: string): string {
  return id.startsWith('-') ? `"'${id}"` : id;
}
