import type { RateRow } from '@parley/contracts';
import { formatBasisPoints, micros, type Micros } from '@parley/money';
import { priceText, rateColumns, type CardDifference, type PriceChange, type PriceDifference, type PaidBand, type RateSheet, type TierComparison, type TierSheet, type Understanding } from '@parley/rating';
import { grouped } from '../terminal/progress.js';
import { drawTable, type Line } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import type { PublishedCard } from './price-lists.js';

const columnWords = { marketing: 'marketing', utility: 'utility', authentication: 'authentication', authenticationInternational: 'authentication-international', service: 'service' } as const;
const separatorWords = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' } as const;
const currencyWords = { column: 'as its column says', sheet: 'as the sheet says beside its table', caller: 'as you said: the sheet names none' } as const;
const longestNote = 60;

function print(terminal: Terminal, lines: readonly string[]): void {
  for (const line of lines) terminal.line(line);
}

const priceOr = (price: bigint | null): string => (price === null ? 'n/a' : priceText(micros(price)));
const counted = (count: number, one: string, many = `${one}s`): string => `${grouped(count)} ${count === 1 ? one : many}`;

/** What was read from a file, and as what. */
export function showUnderstanding(file: string, sheet: RateSheet | TierSheet, terminal: Terminal): void {
  const { understanding, currency } = sheet;
  const { strong, faint } = terminal.ink;
  const content =
    sheet.kind === 'rates'
      ? `a rate card, ${counted(sheet.rows.length, 'market')}, ${counted(sheet.notAvailable, 'cell')} n/a`
      : `volume tiers, ${counted(new Set(sheet.tiers.map(({ market }) => market)).size, 'market')}, ${counted(sheet.tiers.flatMap(({ bands }) => bands).length, 'band')}`;
  terminal.line(`${strong(file)}: ${content}, in ${currency} (${currencyWords[understanding.currencyFrom]}).`);
  const mark = understanding.decimalMark === null ? '' : `, decimals after a ${understanding.decimalMark === '.' ? 'point' : 'comma'}`;
  terminal.line(`The header is line ${understanding.headerLine}; ${separatorWords[understanding.separator]} between cells${mark}.`);
  print(terminal, drawTable([{ title: 'column', align: 'right' }, { title: 'its name', most: 40 }, { title: 'read as' }], understanding.columns.map(({ place, name, reads }) => [String(place), name, reads === 'ignored' ? { text: 'ignored', ink: faint } : wordOf(reads)]), strong));
  showNotes(understanding, terminal);
}

function wordOf(column: string): string {
  return column in columnWords ? columnWords[column as keyof typeof columnWords] : column;
}

function showNotes({ preamble, footnotes, remarks }: Understanding, terminal: Terminal): void {
  for (const [where, lines] of [['above the table', preamble], ['below the table', footnotes]] as const) {
    for (const { line, text } of lines) terminal.line(terminal.ink.faint(`Left out ${where}: line ${line}, ${text.length > longestNote ? `${text.slice(0, longestNote)}…` : text}`));
  }
  for (const remark of remarks) terminal.line(terminal.ink.warning(remark));
}

/** The card itself, a line per market. */
export function showPrices(rows: readonly RateRow[], terminal: Terminal): void {
  const used = rateColumns.filter((column) => rows.some((row) => row[column] !== null));
  const columns = [{ title: 'market', most: 32 }, ...used.map((column) => ({ title: columnWords[column], align: 'right' as const }))];
  print(terminal, drawTable(columns, rows.map((row) => [row.market, ...used.map((column) => priceOr(row[column]))]), terminal.ink.strong));
}

export function showTiers({ tiers }: TierSheet, terminal: Terminal): void {
  const lines: readonly Line[] = tiers.flatMap(({ market, category, bands }) =>
    bands.map(({ from, to, price }, index) => [index === 0 ? market : '', index === 0 ? category : '', grouped(from), to === null ? 'and above' : grouped(to), priceText(price)]),
  );
  const right = (title: string) => ({ title, align: 'right' as const });
  print(terminal, drawTable([{ title: 'market', most: 32 }, { title: 'category' }, right('from message'), right('to message'), right('price')], lines, terminal.ink.strong));
}

/** The tiers as they will be, each band beside what its first message costs so far; what stays the same only where all is wanted. */
export function showTierDifference({ differences, restGone, unlikeCard }: TierComparison, all: boolean, terminal: Terminal): void {
  const { ink } = terminal;
  const count = (change: string): number => differences.filter((one) => one.change === change).length;
  terminal.line(`Tiers of ${counted(differences.length, 'market and category', 'markets and categories')}: ${count('changed')} changed, ${count('new')} new, ${count('gone')} gone, ${count('same')} the same.`);
  const shown = differences.filter(({ after, change }) => after !== null && (all || change !== 'same'));
  const lines = shown.flatMap(({ market, category, before, after }) =>
    (after ?? []).map(({ bounds, price }, index): Line => {
      const [from = '', to = ''] = bounds.split(':');
      const first = index === 0;
      return [first ? market : '', first ? category : '', grouped(parseInt(from, 10)), to === 'MAX' ? 'and above' : grouped(parseInt(to, 10)), before === null ? 'none' : priceOr(paidAt(before, parseInt(from, 10))), priceOr(price)];
    }),
  );
  const right = (title: string) => ({ title, align: 'right' as const });
  if (lines.length > 0) print(terminal, drawTable([{ title: 'market', most: 32 }, { title: 'category' }, right('from message'), right('to message'), right('old'), right('new')], lines, ink.strong));
  const gone = differences.filter(({ change }) => change === 'gone').map(({ market, category }) => `${market} (${category})`);
  if (gone.length > 0) terminal.line(ink.warning(`Without tiers from now on, at the card’s price: ${gone.join(', ')}.`));
  if (restGone.length > 0) terminal.line(ink.warning(`${restGone.join(' and ')}: all markets that are not named had tiers so far, and have none from now on.`));
  if (unlikeCard.length > 0) terminal.line(ink.warning(`The first band is not the card’s price: ${unlikeCard.map(({ market, category }) => `${market} (${category})`).join(', ')}.`));
}

/** What the message of that number in the month costs. */
function paidAt(bands: readonly PaidBand[], nth: number): bigint | null {
  return bands.find(({ bounds }) => bounds.endsWith(':MAX') || parseInt(bounds.split(':')[1] ?? '', 10) >= nth)?.price ?? null;
}

/** What changes, and how much; what stays the same only where all is wanted. */
export function showDifference(compared: PublishedCard, difference: CardDifference, all: boolean, terminal: Terminal): void {
  const { ink } = terminal;
  const count = (change: PriceChange): number => difference.prices.filter((one) => one.change === change).length;
  const example = compared.illustrative ? ', illustrative' : '';
  terminal.line(`Against ${compared.rateCardId} version ${compared.version} (from ${compared.effectiveFrom} on${example}): ${count('raised')} raised, ${count('lowered')} lowered, ${count('new')} new, ${count('gone')} gone, ${count('same')} the same.`);
  const shown = difference.prices.filter(({ change }) => change !== 'unpriced' && (all || change !== 'same'));
  const right = (title: string) => ({ title, align: 'right' as const });
  const inks = { raised: ink.bad, lowered: ink.good, new: ink.warning, gone: ink.warning, same: ink.faint, unpriced: ink.faint } as const;
  const lines = shown.map(({ market, column, before, after, change, ...rest }): Line => [market, columnWords[column], priceOr(before), priceOr(after), { text: changeText({ change, before, after, ...rest }), ink: inks[change] }]);
  if (lines.length > 0) print(terminal, drawTable([{ title: 'market', most: 32 }, { title: 'category' }, right('old'), right('new'), right('change')], lines, ink.strong));
  const named = (markets: readonly string[]): string => markets.join(', ');
  if (difference.added.length > 0) terminal.line(`With a row of their own from now on, before priced as Other: ${named(difference.added)}.`);
  if (difference.dropped.length > 0) terminal.line(ink.warning(`Without a row of their own from now on, priced as Other: ${named(difference.dropped)}.`));
}

/** The change as people read it. */
export function changeText({ change, basisPoints, before, after }: Pick<PriceDifference, 'change' | 'basisPoints' | 'before' | 'after'>): string {
  if (basisPoints === null) return change;
  const isTiny = basisPoints === 0n && (before as Micros) !== (after as Micros);
  return isTiny ? `${change} < 0.01 %` : formatBasisPoints(basisPoints);
}
