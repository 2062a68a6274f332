import type { CsvField } from '../csv.js';
import { fallbackMarket } from '../rate-card.js';
import { oneLine } from './columns.js';
import type { Faults } from './fault.js';

const fallbackNames = /^(other|others|other markets|other countries|all others?|all other (markets|countries)|rest of (the )?world)$/i;
const longestMarket = 64;

/** A market's name: in one line, without the marks of footnotes. What was changed becomes a remark. Undefined where there is no name. */
export function marketIn(cell: CsvField, faults: Faults, remarks: Set<string>): string | undefined {
  const written = oneLine(cell.text);
  if (written.length > longestMarket) return faults.add(cell, `a market's name has at most ${longestMarket} characters`, 'shorten it; a note belongs below the last market');
  const name = written.replace(/\s*([*†‡§¹²³⁴⁵]+|\[\d+\])$/u, '');
  const market = fallbackNames.test(name) ? fallbackMarket : name;
  if (market === '') return faults.add(cell, 'the market is missing', 'write its name, or take the row out');
  if (market !== written) remarks.add(`${JSON.stringify(written)} is read as ${market}.`);
  return market;
}
