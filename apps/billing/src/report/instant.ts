/** Epoch milliseconds as a timestamptz; the instant is exact, no float is between. */
export function instantSql(column: string): string {
  return `timestamptz 'epoch' + ${column} * interval '1 millisecond'`;
}

/** Micros as a decimal number of the currency's main unit. */
export function amountSql(micros: string): string {
  return `((${micros})::numeric / 1000000)::numeric(20, 6)`;
}
