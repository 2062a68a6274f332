import type { AccessOptions } from '../platform/access.js';
import type { Terminal } from '../terminal/terminal.js';
import { PriceLists } from './price-lists.js';
import { correctionsTable } from './show-corrections.js';

export interface ListCorrectionsOptions extends AccessOptions {
  readonly json: boolean;
}

/** Shows every correction, and how far it is. Resolves with the exit code: 1 where one failed. Throws Failure. */
export async function runCorrections(options: ListCorrectionsOptions, terminal: Terminal, fetch: typeof globalThis.fetch): Promise<0 | 1> {
  const corrections = await PriceLists.reached(options, fetch).corrections();
  if (options.json) terminal.line(JSON.stringify(corrections));
  else if (corrections.length === 0) terminal.line('No price was ever corrected.');
  else for (const line of correctionsTable(corrections, terminal)) terminal.line(line);
  return corrections.some(({ state }) => state === 'failed') ? 1 : 0;
}
