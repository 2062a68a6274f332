import { CsvError, type CsvField } from '../csv.js';

/** One thing on a sheet that cannot be read. */
export interface SheetFault {
  /** Where it stands in the file, both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** The text that stands there. */
  readonly cell: string;
  readonly problem: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A sheet that cannot be read. Its message has a line for each fault, with its place, the text there, and the fix. */
export class RateSheetError extends SyntaxError {
  override readonly name = 'RateSheetError';

  constructor(readonly faults: readonly SheetFault[]) {
    super(faults.map(faultLine).join('\n'));
  }
}

/** `line 4, column 12: "0,1": what is wrong. Fix: what to do.` */
export function faultLine({ line, column, cell, problem, fix }: SheetFault): string {
  const text = cell.length > longestShown ? `${cell.slice(0, longestShown)}…` : cell;
  return `line ${line}, column ${column}: ${JSON.stringify(text)}: ${problem}. Fix: ${fix}.`;
}

const longestShown = 60;

/** Collects what is wrong, so that one reading names every cell to repair. */
export class Faults {
  readonly #found: SheetFault[] = [];

  /** Notes a fault; returns undefined, which is how a cell says that it has no value. */
  add(at: CsvField, problem: string, fix: string): undefined {
    this.#found.push({ line: at.line, column: at.column, cell: at.text, problem, fix });
    return undefined;
  }

  /** Throws RateSheetError where anything was noted. */
  settle(): void {
    if (this.#found.length > 0) throw new RateSheetError(this.#found);
  }
}

/** For a fault after which nothing else on the sheet can be read. */
export function unreadable(at: CsvField, problem: string, fix: string): RateSheetError {
  return new RateSheetError([{ line: at.line, column: at.column, cell: at.text, problem, fix }]);
}

/** The same said of a text that is no table. */
export function notATable(error: CsvError): RateSheetError {
  return unreadable({ text: '', line: error.line, column: error.column }, error.problem, 'close or remove the quote there, or save the sheet again as CSV');
}
