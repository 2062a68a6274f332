/** A cell: its text, and how to emphasise it once it is cut and padded. */
export type Cell = string | { readonly text: string; readonly ink: (text: string) => string };

/** A line of cells, or a heading over all columns. */
export type Line = readonly Cell[] | { readonly heading: string; readonly ink: (text: string) => string };

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Most characters; longer text goes on in the next line, at a space where there is one. */
  readonly most?: number;
}

/** A table in box-drawing characters, a text per line. All lines have the same width. */
export function drawTable(columns: readonly Column[], lines: readonly Line[], ink: (title: string) => string): string[] {
  const titles: Line = columns.map(({ title }) => ({ text: title, ink }));
  const widths = columns.map((column, index) => widthOf(column, lines, index));
  const all = [titles, ...lines];
  const drawn: string[] = [];
  all.forEach((line, index) => {
    const before = all[index - 1];
    if (before === undefined || index === 1 || isHeading(line) || isHeading(before)) drawn.push(border(widths, before, line));
    drawn.push(...(isHeading(line) ? headingLines(line, widths) : cellLines(line, columns, widths)));
  });
  drawn.push(border(widths, all.at(-1), undefined));
  return drawn;
}

type Heading = Exclude<Line, readonly Cell[]>;

function isHeading(line: Line | undefined): line is Heading {
  return line !== undefined && 'heading' in line;
}

const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : (cell?.text ?? ''));
const lengthOf = (text: string): number => [...text].length;

function widthOf({ title, most = Infinity }: Column, lines: readonly Line[], index: number): number {
  const lengths = lines.map((line) => (isHeading(line) ? 0 : Math.max(...wrapped(textOf(line[index]), most).map(lengthOf))));
  return Math.max(lengthOf(title), ...lengths);
}

/** The line between two lines: its crossings open to where there are cells. */
function border(widths: readonly number[], above: Line | undefined, below: Line | undefined): string {
  const up = above !== undefined && !isHeading(above);
  const down = below !== undefined && !isHeading(below);
  const crossing = up ? (down ? '┼' : '┴') : down ? '┬' : '─';
  const [left, right] = above === undefined ? ['┌', '┐'] : below === undefined ? ['└', '┘'] : ['├', '┤'];
  return `${left}${widths.map((width) => '─'.repeat(width + 2)).join(crossing)}${right}`;
}

function headingLines({ heading, ink }: Heading, widths: readonly number[]): string[] {
  const inner = widths.reduce((sum, width) => sum + width + 3, -3);
  return wrapped(heading, inner).map((part) => `│ ${ink(part)}${' '.repeat(inner - lengthOf(part))} │`);
}

function cellLines(cells: readonly Cell[], columns: readonly Column[], widths: readonly number[]): string[] {
  const parts = columns.map(({ most = Infinity }, index) => wrapped(textOf(cells[index]), most));
  const height = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) => {
    const drawn = columns.map(({ align }, index) => {
      const part = parts[index]?.[row] ?? '';
      const cell = cells[index];
      const inked = typeof cell === 'object' ? cell.ink(part) : part;
      const space = ' '.repeat((widths[index] ?? 0) - lengthOf(part));
      return align === 'right' ? space + inked : inked + space;
    });
    return `│ ${drawn.join(' │ ')} │`;
  });
}

/** The text in lines of at most `most` characters, cut at spaces; a longer word is cut where it must be. */
export function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && lengthOf(line) + 1 + lengthOf(word) > most) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    for (; lengthOf(line) > most; line = [...line].slice(most).join('')) lines.push([...line].slice(0, most).join(''));
  }
  return [...lines, line];
}
