import { openPostgres } from '@parley/bus-postgres';
import { Conservation, type MessageBooks, type Books } from '@parley/platform';
import { reached, type AccessOptions } from '../platform/access.js';
import { askPlatform } from '../platform/ask.js';
import { Failure } from '../terminal/failure.js';
import { drawTable, type Line } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export interface ConservationOptions extends AccessOptions {
  readonly database?: string | undefined;
  readonly json: boolean;
}

/** Shows the books of messages. Resolves with 0 where every message is accounted for, else 1. Throws Failure where they cannot be read. */
export async function runConservation(options: ConservationOptions, terminal: Terminal, fetch: typeof globalThis.fetch): Promise<number> {
  const books = options.database === undefined ? await fromPlatform(options, fetch) : await fromDatabase(options.database);
  if (options.json) terminal.line(JSON.stringify(books, null, 2));
  else for (const line of pageOf(books, terminal)) terminal.line(line);
  return books.residual === 0 ? 0 : 1;
}

async function fromPlatform(options: ConservationOptions, fetch: typeof globalThis.fetch): Promise<Books> {
  const access = reached(options, fetch, 'start it (npm start), or give --url and PARLEY_OPERATOR_KEY or --key-file; for a cluster, --database.');
  return (await askPlatform(access, '/conservation')) as unknown as Books;
}

async function fromDatabase(url: string): Promise<Books> {
  try {
    const database = await openPostgres(url, { applicationName: 'parley-conservation' });
    try {
      return await new Conservation(database, null).books();
    } finally {
      await database.close();
    }
  } catch (error) {
    throw new Failure(`The books cannot be read from the database: ${(error as Error).message}`, 'give the address with the login parley_report, as `parley database` made it.', 1, { cause: error });
  }
}

function pageOf({ residual, businesses, partitions }: Books, { ink }: Terminal): readonly string[] {
  if (businesses.length === 0) return ['No message was accepted yet.'];
  const right = { align: 'right' } as const;
  const lines = businesses.map((books): Line => {
    const lost = Math.abs(books.residual) + books.overtaken;
    const cells = [books.accepted, books.charged, books.free, books.refused, books.failed, books.pending, books.inTransit, books.repeated].map((count) => count.toLocaleString('en'));
    return [books.businessId, ...cells, lost === 0 ? ink.good('0') : { text: nameOf(books), ink: ink.bad }];
  });
  const titles = ['Accepted', 'Charged', 'Free', 'Refused', 'Failed', 'Pending', 'in transit', 'Repeated', 'Residual'].map((title) => ({ title, ...right }));
  const table = drawTable([{ title: 'Business', most: 32 }, ...titles], lines, ink.strong);
  const wrong = partitions.filter((one) => one.residual !== 0 || one.overtaken > 0).map((one) => `partition ${one.partition}, ${one.businessId}: ${nameOf(one)}`);
  const verdict = residual === 0 ? ink.good('Every accepted message is accounted for.') : ink.bad(`${residual} messages are unaccounted for.`);
  return [...table, verdict, ...wrong];
}

function nameOf({ residual, overtaken }: Pick<MessageBooks, 'residual' | 'overtaken'>): string {
  return [...(residual === 0 ? [] : [`${residual} nowhere`]), ...(overtaken === 0 ? [] : [`${overtaken} taken twice`])].join(', ');
}
