/** Epoch milliseconds as a timestamptz: an expression that can be indexed, which adding an interval is not. */
export function instantSql(column: string): string {
  return `to_timestamp(${column} / 1000.0)`;
}

/** Micros as a decimal number of the currency's main unit. */
export function amountSql(micros: string): string {
  return `((${micros}) * 0.000001)::numeric(20, 6)`;
}
