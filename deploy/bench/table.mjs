// What both halves of the benchmark print with: the machine, medians, a table, progress.
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Where results, inputs and programs are kept. */
export const folder = fileURLToPath(new URL('../../node_modules/.cache/parley/bench/', import.meta.url));

export function machine() {
  return `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

/** The lower one of an even number. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

/** Cells as text; the first column to the left, the others to the right. */
export function table(heads, rows) {
  const widths = heads.map((head, column) => Math.max(...[heads, ...rows].map((row) => row[column].length)));
  return [heads, ...rows].map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ').trimEnd()).join('\n');
}

/** A profile's functions, a line each. */
export function printed(top) {
  return top.map(({ percent, where }) => `${percent.toFixed(1).padStart(5)} %  ${where}`).join('\n');
}

export const say = (text) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);

let saidAt = 0;
/** Not more than one line in a few seconds where the output is kept. */
export function progress(text) {
  if (performance.now() - saidAt < (process.stderr.isTTY ? 100 : 5_000)) return;
  saidAt = performance.now();
  say(text);
}
