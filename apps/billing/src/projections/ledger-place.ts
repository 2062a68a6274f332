import type { Vector } from '@parley/service';

/** The condition that a row lies behind a vector of offsets on the ledger, with its parameters. */
export function behind(alias: string, vector: Vector): { readonly condition: string; readonly parameters: Readonly<Record<string, number>> } {
  const condition = vector.map((_, partition) => `(${alias}.ledger_partition = :p${partition} AND ${alias}.ledger_offset >= :o${partition})`).join(' OR ');
  return { condition, parameters: Object.fromEntries(vector.flatMap((offset, partition) => [[`p${partition}`, partition], [`o${partition}`, offset]])) };
}
