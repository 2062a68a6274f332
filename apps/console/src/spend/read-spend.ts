import { pathOf } from '../api/client.js';
import type { Answer, Client } from '../api/client.js';
import type { Dimension, Spend, SpendRow } from '../api/contract.js';
import type { DayRange } from '../calendar/day.js';

export interface SpendQuestion {
  readonly range: DayRange | null;
  readonly by: readonly Dimension[];
}

/** The whole answer: its pages are read until there is no next one. */
export async function readSpend(client: Client, { range, by }: SpendQuestion, signal: AbortSignal): Promise<Answer<Spend>> {
  const rows: SpendRow[] = [];
  let days = range;
  for (let after: string | null = null; ; ) {
    const page: Answer<Spend> = await client.get<Spend>(pathOf('/billing/v1/spend', { from: days?.from, to: days?.to, by: by.join(','), after }), signal);
    if ('fault' in page) return page;
    rows.push(...page.value.rows);
    after = page.value.next;
    days = page.value; // The days that the platform chose: at midnight it would choose others for the next page.
    if (after === null) return { value: { ...page.value, rows } };
  }
}
