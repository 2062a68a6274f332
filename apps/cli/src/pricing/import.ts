import type { RateRow } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto';
import { currency, formatDecimal, isCurrency, micros, type Currency } from '@parley/money';
import { differenceOf, faultLine, latestDate, rateColumns, RateSheetError, readRateSheet, type CardDifference, type RateSheet, type Scope, type TierSheet } from '@parley/rating';
import { basename } from 'node:path';
import { isDay } from '../day.js';
import { accessOf, placeUnknown, type AccessOptions } from '../platform/access.js';
import { Unreachable } from '../platform/ask.js';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import { fixUnknown, inForceAmong, isSameScope, PriceLists, scopeNamed, type PublishedCard } from './price-lists.js';
import { sheetText } from './sheet-file.js';
import { changeText, showDifference, showPrices, showUnderstanding } from './show.js';
import { importTiers } from './tiers.js';

export interface ImportOptions extends AccessOptions {
  readonly file: string;
  readonly effectiveFrom?: string;
  readonly id?: string;
  readonly version?: number;
  readonly source?: string;
  readonly illustrative: boolean;
  /** The currency of a sheet that names none. */
  readonly currency?: string;
  readonly ignoredColumns: readonly string[];
  readonly publish: boolean;
  /** Publishes for a day that has begun, as a correction of what is in force then. */
  readonly correction: boolean;
  /** Of the correction, for owners to read on their bills. */
  readonly reason?: string;
  readonly all: boolean;
  /** For whom it is; nobody named: for everybody. */
  readonly owners: readonly string[];
  readonly businesses: readonly string[];
  readonly json: boolean;
}

/** What a command that prices has of the world. */
export interface World {
  readonly fetch: typeof globalThis.fetch;
  /** Now, epoch milliseconds. */
  readonly now: number;
}

/** A card as it would be published. */
interface PlannedCard {
  readonly rateCardId: string | null;
  readonly version: number;
  readonly source: string;
  readonly illustrative: boolean;
}

/** Reads a sheet, shows it and its difference to the card in force, and publishes it where that is asked for. Resolves with the exit code. Throws Failure. */
export async function runImport(options: ImportOptions, terminal: Terminal, world: World): Promise<0 | 1> {
  checkOptions(options, world);
  const sheet = readSheet(options, terminal);
  if (sheet === null) return 1;
  const lists = listsOf(options, world, terminal);
  if (sheet.kind === 'tiers') return importTiers(sheet, lists, options, terminal);
  if (!options.json) showUnderstanding(options.file, sheet, terminal);
  const known = await knownCards(lists, options, terminal);
  const scope = scopeNamed(options.owners, options.businesses);
  const compared = inForceAmong(known?.filter((card) => card.currency === sheet.currency) ?? [], scope);
  const difference = lists && compared ? differenceOf(await lists.rows(compared), sheet.rows) : null;
  if (!options.json) showCard(sheet, { compared, difference, isKnown: known !== null }, options, terminal);
  const card = plannedCard(options, compared, known ?? []);
  const outcome: Outcome = isSaid(card, { compared, difference }, options) ? 'known' : options.publish ? 'published' : 'shown';
  if (outcome === 'published') await publish(lists!, { sheet, card, compared }, options);
  if (options.json) terminal.line(JSON.stringify(answerOf(sheet, { card, compared, difference, outcome }, options)));
  else terminal.line(closing(card, outcome, options, terminal));
  return 0;
}

function checkOptions({ effectiveFrom, currency: code, publish: wanted, correction, reason }: ImportOptions, { now }: World): void {
  if (effectiveFrom !== undefined && !isDay(effectiveFrom)) throw new Failure(`${effectiveFrom} is not a day.`, 'write it as YYYY-MM-DD, such as --effective-from 2027-01-01', 2);
  if (code !== undefined && !isCurrency(code)) throw new Failure(`${code} is not a currency.`, 'write its ISO 4217 code, such as --currency USD', 2);
  if (!wanted) return;
  if (effectiveFrom === undefined) throw new Failure('It is not said from which day on it holds.', 'give --effective-from YYYY-MM-DD; it holds from 00:00 in the zone of each business.', 2);
  const latest = latestDate(now);
  if (effectiveFrom <= latest && !correction) throw new Failure(`${effectiveFrom} has begun: what was delivered since may be charged already.`, `publish ahead, for a day after ${latest}; or add --correction, if what is in force that day was wrong.`, 2);
  if (effectiveFrom > latest && correction) throw new Failure(`${effectiveFrom} has not begun: there is nothing to correct.`, 'leave out --correction.', 2);
  if (correction && reason === undefined) throw new Failure('It is not said why the card in force is corrected.', 'give --reason, which owners read on their bills; or use `parley pricing correct`, which shows what it changes.', 2);
}

const mostFaults = 20;

/** The sheet; null where it cannot be read and that was said as JSON. Throws Failure. */
export function readSheet({ file, currency: code, ignoredColumns, json }: Pick<ImportOptions, 'file' | 'currency' | 'ignoredColumns' | 'json'>, terminal: Terminal): RateSheet | TierSheet | null {
  const given: { currency?: Currency } = code === undefined ? {} : { currency: currency(code) };
  try {
    return readRateSheet(sheetText(file), { ...given, ignoredColumns });
  } catch (error) {
    if (!(error instanceof RateSheetError)) throw error;
    const { faults } = error;
    if (json) {
      terminal.line(JSON.stringify({ file, faults }));
      return null;
    }
    const more = faults.length > mostFaults ? [`… and ${faults.length - mostFaults} more.`] : [];
    throw new Failure([`${file} cannot be read:`, ...faults.slice(0, mostFaults).map(faultLine), ...more].join('\n'), 'correct these cells, and run it again; nothing was published.', 1, { cause: error });
  }
}

function listsOf(options: ImportOptions, { fetch }: World, terminal: Terminal): PriceLists | null {
  const access = accessOf(options);
  if (access !== null) return new PriceLists({ ...access, fetch });
  if (options.publish || options.url !== undefined) throw placeUnknown(fixUnknown);
  terminal.remark(`There is no platform to ask for what is in force. To compare with it, ${fixUnknown}`);
  return null;
}

/** What is published already; null where nobody is asked, or nobody answers whom it was not said to ask. */
async function knownCards(lists: PriceLists | null, { effectiveFrom, publish: wanted, url }: ImportOptions, terminal: Terminal): Promise<readonly PublishedCard[] | null> {
  try {
    return lists && (await lists.cards(effectiveFrom));
  } catch (error) {
    if (!(error instanceof Unreachable) || wanted || url !== undefined) throw error;
    terminal.remark(`${error.message} To compare with the card in force, ${error.fix}`);
    return null;
  }
}

/** `known`: the platform has this card already. */
type Outcome = 'shown' | 'known' | 'published';

interface Comparison {
  readonly compared: PublishedCard | null;
  readonly difference: CardDifference | null;
}

function showCard({ rows, currency: code }: RateSheet, { compared, difference, isKnown }: Comparison & { readonly isKnown: boolean }, { all, effectiveFrom }: ImportOptions, terminal: Terminal): void {
  if (all || difference === null) showPrices(rows, terminal);
  if (difference && compared) showDifference(compared, difference, all, terminal);
  else if (isKnown) terminal.line(`No card in ${code} is in force ${effectiveFrom === undefined ? 'today' : `on ${effectiveFrom}`}: there is nothing to compare with.`);
}

function plannedCard({ id, version, source, illustrative, file }: ImportOptions, compared: PublishedCard | null, known: readonly PublishedCard[]): PlannedCard {
  const rateCardId = id ?? compared?.rateCardId ?? null;
  const newest = Math.max(0, ...known.filter((card) => card.rateCardId === rateCardId).map((card) => card.version));
  return { rateCardId, version: version ?? newest + 1, source: source ?? `Not stated. Imported from ${basename(file)}.`, illustrative: illustrative || source === undefined };
}

/** Whether the card in force from that very day on says the same: then a repeated call publishes no second one. */
function isSaid(card: PlannedCard, { compared, difference }: Comparison, { effectiveFrom, version, owners, businesses }: ImportOptions): boolean {
  if (compared === null || difference === null || version !== undefined || !isSameScope(compared.scope, scopeNamed(owners, businesses))) return false;
  const same = difference.prices.every(({ before, after }) => before === after) && difference.added.length === 0 && difference.dropped.length === 0;
  return same && compared.rateCardId === card.rateCardId && compared.effectiveFrom === effectiveFrom && compared.illustrative === card.illustrative;
}

async function publish(lists: PriceLists, { sheet, card, compared }: { readonly sheet: RateSheet; readonly card: PlannedCard; readonly compared: PublishedCard | null }, options: ImportOptions): Promise<void> {
  const { rateCardId, ...rest } = card;
  if (rateCardId === null) throw new Failure(`No card in ${sheet.currency} is in force, so this one has no name yet.`, 'give it one, such as --id list-prices', 2);
  const correction = options.correction && compared ? { correction: { rateCardId: compared.rateCardId, version: compared.version, reason: options.reason } } : {};
  const body = { rateCardId, ...rest, effectiveFrom: options.effectiveFrom, currency: sheet.currency, rows: sheet.rows.map(decimalRow), ...scoped(options), ...correction };
  await lists.publish(body, `pricing-import-${sha256Hex(JSON.stringify(body)).slice(0, 40)}`); // The same card again is the same request.
}

/** " for acme-group", or nothing where it is for everybody. */
export function forWhomSaid({ owners, businesses }: Pick<ImportOptions, 'owners' | 'businesses'>): string {
  const names = [...owners, ...businesses];
  return names.length === 0 ? '' : ` for ${names.join(', ')}`;
}

/** The field that says for whom it is, where it is not for everybody. */
export function scoped({ owners, businesses }: Pick<ImportOptions, 'owners' | 'businesses'>): { readonly scope?: Scope } {
  const scope = scopeNamed(owners, businesses);
  return scope === null ? {} : { scope };
}

export function decimalRow(row: RateRow): object {
  const text = (price: bigint | null): string | null => (price === null ? null : formatDecimal(micros(price)));
  return { market: row.market, ...Object.fromEntries(rateColumns.map((column) => [column, text(row[column])])) };
}

function answerOf(sheet: RateSheet, { card, compared, difference, outcome }: Comparison & { readonly card: PlannedCard; readonly outcome: Outcome }, { file, effectiveFrom, owners, businesses }: ImportOptions): object {
  const { kind, currency: code, rows, notAvailable, understanding } = sheet;
  const text = (price: bigint | null): string | null => (price === null ? null : formatDecimal(micros(price)));
  const prices = difference && difference.prices.map(({ market, column, before, after, change, basisPoints }) => {
    return { market, column, before: text(before), after: text(after), change, percent: basisPoints === null ? null : changeText({ change, basisPoints, before, after }) };
  });
  const against = compared && { rateCardId: compared.rateCardId, version: compared.version, effectiveFrom: compared.effectiveFrom, illustrative: compared.illustrative };
  return { file, kind, currency: code, markets: rows.length, notAvailable, rows: rows.map(decimalRow), understanding, against, difference: difference && { ...difference, prices }, card: { ...card, effectiveFrom: effectiveFrom ?? null, scope: scopeNamed(owners, businesses) }, outcome };
}

function closing({ rateCardId, version, illustrative, source }: PlannedCard, outcome: Outcome, { effectiveFrom, source: given, ...forWhom }: ImportOptions, { ink }: Terminal): string {
  const example = illustrative ? ink.warning(` It is marked illustrative, no bill may be made of it${given === undefined ? ': say where the prices are from with --source' : ''}.`) : '';
  switch (outcome) {
    case 'known':
      return `This card is published already, in force from ${effectiveFrom} on. Nothing was published.`;
    case 'published':
      return `${ink.good('Published')} ${rateCardId} version ${version}, in force from ${effectiveFrom} on${forWhomSaid(forWhom)}. Source: ${source}${example}`;
    case 'shown': {
      const name = rateCardId === null ? 'it' : `it as ${rateCardId} version ${version}`;
      return `Nothing was published. To publish ${name}, add --publish${effectiveFrom === undefined ? ' --effective-from YYYY-MM-DD' : ''}${rateCardId === null ? ' --id NAME' : ''}.${example}`;
    }
    default:
      return outcome satisfies never;
  }
}
