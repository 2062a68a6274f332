/** One field of a CSV text and where it begins, line and column counted from 1. */
export interface CsvField {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A text that is not the table it should be; the message names line and column. */
export class CsvError extends SyntaxError {
  override readonly name = 'CsvError';
  readonly line: number;
  readonly column: number;

  constructor(at: { readonly line: number; readonly column: number }, readonly problem: string) {
    super(`line ${at.line}, column ${at.column}: ${problem}`);
    this.line = at.line;
    this.column = at.column;
  }
}

/** How a CSV text is written. */
export interface CsvDialect {
  readonly separator: ',' | ';' | '\t';
  /** `strict`: by RFC 4180, anything else is refused. `loose`: quotes may have blanks before them, and stand inside a field like any character. */
  readonly quotes: 'strict' | 'loose';
}

/** What our own files are written in. */
const ours: CsvDialect = { separator: ',', quotes: 'strict' };

/** Fields of a CSV text by RFC 4180: commas, optional quotes, doubled quotes inside them, LF or CRLF. Empty lines are left out. */
export function parseCsv(text: string, dialect: CsvDialect = ours): readonly (readonly CsvField[])[] {
  const reader = new Reader(text, dialect);
  const rows: CsvField[][] = [];
  while (!reader.atEnd()) {
    const row = readRow(reader);
    if (row.length > 1 || row[0]?.text !== '') rows.push(row);
  }
  return rows;
}

/**
 * The rows of a table under exactly this header. Throws a CsvError when the header differs or a row has another number of fields.
 */
export function parseTable<Column extends string>(text: string, header: readonly Column[]): readonly Readonly<Record<Column, CsvField>>[] {
  const [first, ...rows] = parseCsv(text);
  const found = first?.map((field) => field.text).join(',') ?? '';
  if (found !== header.join(',')) throw new CsvError(first?.[0] ?? { line: 1, column: 1 }, `expected the header "${header.join(',')}", got "${found}"`);
  return rows.map((fields) => {
    if (fields.length !== header.length) throw new CsvError(fields[0]!, `expected ${header.length} fields, got ${fields.length}`);
    return Object.fromEntries(header.map((column, index) => [column, fields[index]!])) as Record<Column, CsvField>;
  });
}

class Reader {
  #at = 0;
  line = 1;
  #lineStart = 0;

  constructor(
    private readonly text: string,
    readonly dialect: CsvDialect,
  ) {}

  get column(): number {
    return this.#at - this.#lineStart + 1;
  }

  atEnd(): boolean {
    return this.#at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.#at);
  }

  take(): string {
    const taken = this.text.charAt(this.#at);
    this.#at += 1;
    if (taken === '\n') {
      this.line += 1;
      this.#lineStart = this.#at;
    }
    return taken;
  }

  /** Whether a quoted field begins here; where quotes are loose, after blanks, which are then taken. */
  takeBlanksBeforeQuote(): boolean {
    let blanks = 0;
    while (this.dialect.quotes === 'loose' && this.text.charAt(this.#at + blanks) === ' ') blanks += 1;
    if (this.text.charAt(this.#at + blanks) !== '"') return false;
    for (; blanks > 0; blanks -= 1) this.take();
    return true;
  }

  takeEndOfLine(): boolean {
    if (this.text.startsWith('\r\n', this.#at)) this.take();
    if (this.peek() !== '\n') return this.atEnd();
    this.take();
    return true;
  }
}

const separatorNames: Readonly<Record<CsvDialect['separator'], string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' };

function readRow(reader: Reader): CsvField[] {
  const { separator, quotes } = reader.dialect;
  const fields: CsvField[] = [];
  for (;;) {
    const at = { line: reader.line, column: reader.column };
    let text = reader.takeBlanksBeforeQuote() ? readQuoted(reader) : readPlain(reader);
    if (quotes === 'loose') text += readPlain(reader);
    fields.push({ text, ...at });
    if (reader.peek() === separator) reader.take();
    else if (reader.takeEndOfLine()) return fields;
    else throw new CsvError({ line: reader.line, column: reader.column }, `expected ${separatorNames[separator]} or the end of the line`);
  }
}

function readPlain(reader: Reader): string {
  const { separator, quotes } = reader.dialect;
  let text = '';
  for (let next = reader.peek(); !reader.atEnd() && next !== separator && next !== '\r' && next !== '\n'; next = reader.peek()) {
    if (next === '"' && quotes === 'strict') throw new CsvError({ line: reader.line, column: reader.column }, 'a quote inside a field without quotes');
    text += reader.take();
  }
  return text;
}

function readQuoted(reader: Reader): string {
  const start = { line: reader.line, column: reader.column };
  let text = '';
  reader.take();
  for (;;) {
    if (reader.atEnd()) throw new CsvError(start, 'this quote is never closed');
    const taken = reader.take();
    if (taken !== '"') text += taken;
    else if (reader.peek() === '"') text += reader.take();
    else return text;
  }
}
