import type { KnownRules } from '@parley/domain';
import { isCurrency } from '@parley/money';
import { bundledPriceLists, isZone } from '@parley/rating';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import type { HistoryFolder, HistorySettings } from './history-folder.js';

/** What was said, else what the history was imported with before, else what is most likely, with a remark. Throws Failure. */
export function settingsOf(options: Partial<HistorySettings>, { settings: before }: HistoryFolder, { cards }: KnownRules, terminal: Terminal): HistorySettings {
  const { zone = before?.zone ?? 'UTC', currency = before?.currency ?? 'USD', owner = before?.owner ?? 'archive' } = options;
  if (!isZone(zone)) throw new Failure(`${zone} is no time zone.`, 'give --zone a name such as America/Sao_Paulo.', 2);
  if (!isCurrency(currency)) throw new Failure(`${currency} is no currency.`, 'give --currency three letters, such as USD.', 2);
  const known = cards.length > 0 ? cards : bundledPriceLists().rateCards;
  if (!known.some((card) => card.currency === currency)) throw new Failure(`There is no rate card in ${currency}: it has to be given.`, 'give --rates FILE, a card in that currency as CSV.', 2);
  const guessed = [
    ...(options.zone === undefined && before === null ? ['the account’s time zone is taken for UTC (--zone): days, months and price lists begin at its midnight'] : []),
    ...(options.currency === undefined && before === null ? ['its currency for USD (--currency)'] : []),
  ];
  if (guessed.length > 0) terminal.remark(terminal.ink.warning(`Not in an archive: ${guessed.join('; ')}.`));
  return { zone, currency, owner };
}
