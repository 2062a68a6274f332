import { PlatformError } from '@parley/sdk';

export interface SpendQuestion {
  /** Days of the business's zone, YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: readonly string[];
}

/** What was spent by one combination of what was asked by. */
export interface SpendRow {
  readonly keys: { readonly [dimension: string]: string | null };
  readonly free: number;
  readonly paid: number;
  /** Micros of the currency. */
  readonly micros: bigint;
}

export interface Spend {
  readonly zone: string;
  readonly rows: readonly SpendRow[];
}

/** Asks for page after page of `GET /billing/v1/spend`. Throws PlatformError, of kind 'answer' where an answer is none that we know. */
export async function readSpend({ from, to, by }: SpendQuestion, get: (path: string) => Promise<unknown>): Promise<Spend> {
  const rows: SpendRow[] = [];
  for (let after = ''; ; ) {
    const page = ((await get(`/billing/v1/spend?from=${from}&to=${to}&by=${by.join()}&after=${encodeURIComponent(after)}`)) ?? {}) as Fields;
    if (!Array.isArray(page['rows']) || typeof page['zone'] !== 'string') throw wrongAnswer();
    for (const row of page['rows']) rows.push(readRow(row, by));
    if (page['next'] === null) return { zone: page['zone'], rows };
    if (typeof page['next'] !== 'string' || page['next'] === after) throw wrongAnswer();
    after = page['next'];
  }
}

type Fields = { readonly [name: string]: unknown };

function readRow(value: unknown, by: readonly string[]): SpendRow {
  const row = (value ?? {}) as Fields;
  const { free, paid, micros } = row;
  const keys = Object.fromEntries(by.map((dimension) => [dimension, row[dimension]]));
  const known = Object.values(keys).every((key) => key === null || typeof key === 'string');
  if (!known || typeof free !== 'number' || typeof paid !== 'number' || typeof micros !== 'string' || !/^-?\d+$/.test(micros)) throw wrongAnswer();
  return { keys: keys as SpendRow['keys'], free, paid, micros: BigInt(micros) };
}

function wrongAnswer(): PlatformError {
  return new PlatformError({ kind: 'answer', status: 200, title: 'The platform answered in a form this version does not know', detail: 'GET /billing/v1/spend' });
}
