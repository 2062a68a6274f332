import { CsvError, parseCsv, type CsvDialect, type CsvField } from '../csv.js';
import { isHeader, namedColumns, oneLine, type NamedColumn, type SheetColumn } from './columns.js';
import { currencyNamed } from './currency-name.js';
import { Faults, notATable, unreadable } from './fault.js';

type Row = readonly CsvField[];

/** A line that is no part of the table, as it stands there. */
export interface SkippedLine {
  readonly line: number;
  readonly text: string;
}

/** A column, and what it was read as. */
export interface ReadColumn {
  /** In which place it stands, from 1. */
  readonly place: number;
  readonly name: string;
  readonly reads: SheetColumn | 'ignored';
}

/** A sheet taken apart into its lines; no price is read yet. */
export interface SheetTable {
  readonly separator: CsvDialect['separator'];
  readonly headerLine: number;
  readonly columns: readonly ReadColumn[];
  readonly preamble: readonly SkippedLine[];
  readonly footnotes: readonly SkippedLine[];
  /** The currency that preamble or header name, and the cell where they do. */
  readonly statedCurrency: CsvField | null;
  readonly has: ReadonlySet<SheetColumn>;
  /** At least one. */
  readonly rows: readonly SheetRow[];
  /** The header's first cell: where a fault of the whole table is named. */
  readonly at: CsvField;
}

/** A row by what its columns are. */
export type SheetRow = Readonly<Record<SheetColumn, CsvField>>;

/**
 * Finds the table on a sheet: what is above the header and what is below the last market is left out, and kept to be shown. Throws RateSheetError:
 * no header, a column of a name that is not known and not in `ignored`, two columns of one kind, a row of another length.
 */
export function sheetTable(text: string, ignored: readonly string[], faults: Faults): SheetTable {
  const { separator, rows, header, columns } = located(readable(text));
  const preamble = rows.slice(0, header);
  const { data, footnotes } = withoutFootnotes(rows.slice(header + 1), columns, faults);
  const at = columns[0]!.field;
  const table = {
    separator,
    headerLine: at.line,
    columns: checkedColumns(columns, data, ignored, faults),
    preamble: preamble.filter((row) => filled(row).length > 0).map(skipped),
    footnotes: footnotes.map(skipped),
    statedCurrency: statedCurrency(preamble, columns, faults),
    has: new Set(columns.flatMap(({ column }) => column ?? [])),
    rows: data.flatMap((fields) => rowOf(fields, columns, faults) ?? []),
    at,
  };
  if (data.length === 0) faults.add(at, 'there is no market under this header', 'see that the file is whole');
  faults.settle();
  return table;
}

/** The text without a byte-order mark. Throws where it was not read as what it was written in. */
function readable(text: string): string {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const wrong = plain.search(/[\ufffd\u0000]/);
  if (wrong === -1) return plain;
  const before = plain.slice(0, wrong).split('\n');
  throw unreadable({ text: plain.charAt(wrong), line: before.length, column: before.at(-1)!.length + 1 }, 'this character is not UTF-8', 'save the sheet again as "CSV UTF-8"');
}

interface Located {
  readonly separator: CsvDialect['separator'];
  readonly rows: readonly Row[];
  /** Which of the rows it is. */
  readonly header: number;
  readonly columns: readonly NamedColumn[];
}

const separators = [',', ';', '\t'] as const satisfies readonly CsvDialect['separator'][];

/** The sheet under the one separator that gives it a header. Of several, which is hardly possible, the one that names most columns. */
function located(text: string): Located {
  const candidates: Located[] = [];
  let broken: CsvError | null = null;
  for (const separator of separators) {
    try {
      const rows = parseCsv(text, { separator, quotes: 'loose' });
      const header = rows.findIndex((fields) => isHeader(namedColumns(fields)));
      if (header !== -1) candidates.push({ separator, rows, header, columns: namedColumns(rows[header]!) });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      broken ??= error;
    }
  }
  const found = candidates.toSorted((one, other) => known(other.columns) - known(one.columns))[0];
  if (found) return found;
  if (broken) throw notATable(broken);
  const first = text.split(/\r?\n/, 1)[0] ?? '';
  const fix = 'the header needs a column Market and at least one of Marketing, Utility, Authentication, Authentication-International, Service, Rate, with commas, semicolons or tabs between them';
  throw unreadable({ text: first, line: 1, column: 1 }, 'no line of this file is the header of a rate card', fix);
}

function known(columns: readonly NamedColumn[]): number {
  return columns.filter(({ column }) => column !== null).length;
}

const isBlank = ({ text }: CsvField): boolean => text.trim() === '';
const filled = (row: Row): Row => row.filter((field) => !isBlank(field));

/** A note says more than a name does: a market whose prices are cut off must not be taken for one. */
const noteLike = /^\s*([*†‡§#•[(]|\d+[.)\]]|(notes?|sources?|n\.?b\.?|disclaimer|copyright|©|effective|prices|rates|all (prices|rates)|last updated|legend)\b)|[.:]\s*$/i;

function isNote(row: Row, columns: readonly NamedColumn[]): boolean {
  const cells = filled(row);
  const first = cells[0];
  const currency = columns.find(({ column }) => column === 'currency')?.index;
  if (first === undefined) return true;
  if (currency !== undefined && currencyNamed(row[currency]?.text ?? '') !== null) return false;
  const text = cells.map((cell) => cell.text).join(' ');
  const short = cells.length === 1 || row.length < columns.length;
  return short && (noteLike.test(first.text) || noteLike.test(text) || text.trim().split(/\s+/).length > 5);
}

/** The rows down to the last that is no note. A note between markets stays among them, and is refused there by its length. */
function withoutFootnotes(rows: readonly Row[], columns: readonly NamedColumn[], faults: Faults): { readonly data: readonly Row[]; readonly footnotes: readonly Row[] } {
  let end = rows.length;
  while (end > 0 && isNote(rows[end - 1]!, columns)) end -= 1;
  const data = rows.slice(0, end).filter((row) => filled(row).length > 0);
  const second = data.find((row) => isHeader(namedColumns(row)));
  if (second) faults.add(second[0]!, 'a second header begins here', 'put each table into a file of its own');
  return { data: second ? data.slice(0, data.indexOf(second)) : data, footnotes: rows.slice(end).filter((row) => filled(row).length > 0) };
}

function skipped(row: Row): SkippedLine {
  return { line: row[0]!.line, text: oneLine(filled(row).map(({ text }) => text).join(' ')) };
}

function checkedColumns(columns: readonly NamedColumn[], data: readonly Row[], ignored: readonly string[], faults: Faults): readonly ReadColumn[] {
  const unwanted = new Set(ignored.map((name) => oneLine(name).toLowerCase()));
  return columns.flatMap(({ index, field, column }): readonly ReadColumn[] => {
    const name = oneLine(field.text);
    const place = index + 1;
    const first = columns.find((other) => other.column !== null && other.column === column);
    if (column === null && unwanted.has(name.toLowerCase())) return [{ place, name, reads: 'ignored' }];
    if (column === null && name === '' && data.every((row) => row[index] === undefined || isBlank(row[index]))) return [];
    if (column === null) faults.add(field, 'this column is none that a rate card has', `rename it, or leave it out on purpose: --ignore-column ${JSON.stringify(name)}`);
    else if (first && first.index !== index) faults.add(field, `this column and ${JSON.stringify(oneLine(first.field.text))} are the same`, 'leave one of them out');
    else return [{ place, name, reads: column }];
    return [];
  });
}

/** Where preamble or header name the currency. Two that differ are a fault. */
function statedCurrency(preamble: readonly Row[], columns: readonly NamedColumn[], faults: Faults): CsvField | null {
  const inHeader = columns.flatMap(({ field, currency }) => (currency === null ? [] : [{ ...field, text: currency as string }]));
  const above = preamble.flatMap((row) => {
    const named = /\bcurrency\b[\s:=]*(?:is\s+)?(\S+)/i.exec(filled(row).map(({ text }) => text).join(' '))?.[1]?.replace(/[.,;]$/, '');
    return named === undefined || currencyNamed(named) === null ? [] : [{ ...row[0]!, text: named }];
  });
  const [first, ...others] = [...inHeader, ...above];
  for (const other of others) {
    if (currencyNamed(other.text) !== currencyNamed(first!.text)) faults.add(other, `the sheet names another currency in line ${first!.line}: ${first!.text}`, 'put each currency into a file of its own');
  }
  return first ?? null;
}

/** The row by its columns. Empty cells after the last column are let pass: spreadsheets write them. */
function rowOf(fields: Row, columns: readonly NamedColumn[], faults: Faults): SheetRow | undefined {
  const last = fields.at(-1)!;
  const surplus = fields.slice(columns.length).find((field) => !isBlank(field));
  if (surplus) return faults.add(surplus, `the row has ${fields.length} cells, and the header ${columns.length}`, 'put quotes around a text with a separator in it');
  if (fields.length < columns.length) return faults.add(fields[0]!, `the row ends after ${fields.length} of ${columns.length} cells`, 'write n/a where there is no price; a note belongs below the last market');
  const empty = (index: number): CsvField => fields[index] ?? { text: '', line: last.line, column: last.column };
  return Object.fromEntries(columns.flatMap(({ index, column }) => (column === null ? [] : [[column, empty(index)]]))) as Record<SheetColumn, CsvField>;
}
