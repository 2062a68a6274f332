import { noColours } from './ink.js';
import type { Terminal } from './terminal.js';

/** A terminal that keeps what it is given. */
export function memoryTerminal(): Terminal & { readonly lines: string[]; readonly remarks: string[] } {
  const lines: string[] = [];
  const remarks: string[] = [];
  return {
    lines,
    remarks,
    ink: noColours,
    isInteractive: false,
    columns: 100,
    line: (text = '') => void lines.push(text),
    remark: (text) => void remarks.push(text),
    replace: () => undefined,
  };
}
