/** One field of a CSV text and where it begins, line and column counted from 1. */
export interface CsvField {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A text that is not the table it should be; the message names line and column. */
export class CsvError extends SyntaxError {
  override readonly name = 'CsvError';

  constructor(at: { readonly line: number; readonly column: number }, problem: string) {
    super(`line ${at.line}, column ${at.column}: ${problem}`);
  }
}

/** Fields of a CSV text by RFC 4180: commas, optional quotes, doubled quotes inside them, LF or CRLF. Empty lines are left out. */
export function parseCsv(text: string): readonly (readonly CsvField[])[] {
  const reader = new Reader(text);
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

  constructor(private readonly text: string) {}

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

  takeEndOfLine(): boolean {
    if (this.text.startsWith('\r\n', this.#at)) this.take();
    if (this.peek() !== '\n') return this.atEnd();
    this.take();
    return true;
  }
}

function readRow(reader: Reader): CsvField[] {
  const fields: CsvField[] = [];
  for (;;) {
    const at = { line: reader.line, column: reader.column };
    const text = reader.peek() === '"' ? readQuoted(reader) : readPlain(reader);
    fields.push({ text, ...at });
    if (reader.peek() === ',') reader.take();
    else if (reader.takeEndOfLine()) return fields;
    else throw new CsvError({ line: reader.line, column: reader.column }, 'expected a comma or the end of the line');
  }
}

function readPlain(reader: Reader): string {
  let text = '';
  while (!reader.atEnd() && !',\r\n'.includes(reader.peek())) {
    if (reader.peek() === '"') throw new CsvError({ line: reader.line, column: reader.column }, 'a quote inside a field without quotes');
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
