import { instant, invalidFields, optional } from './shape.js';

const dayMs = 86_400_000;
const usualDays = 28;
const mostDays = 366;

/** What a question about a period asks: fields of its query's shape. */
export const periodFields = { from: optional(instant()), to: optional(instant()) };

/** From `from` on and before `to`: the 28 days until now where nothing is said. Epoch ms. Throws `invalidFields` for one that is empty or longer than 366 days. */
export function periodOf(asked: { readonly from: number | null; readonly to: number | null }, now: number): { readonly from: number; readonly to: number } {
  const to = asked.to ?? now;
  const from = asked.from ?? to - usualDays * dayMs;
  if (from >= to || to - from > mostDays * dayMs) throw invalidFields([{ path: 'from', hint: `must be before to, at most ${mostDays} days` }]);
  return { from, to };
}
