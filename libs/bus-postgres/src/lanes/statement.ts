import type { Queryable } from '../database/database.js';

/** A statement made ready before the transaction begins, so that a value that cannot be written is found before anything is sent. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** Looks at the number of rows it changed; throws where that is wrong. */
  readonly check?: (rowCount: number) => void;
}

export async function runStatement(transaction: Queryable, { sql, params, check }: Statement): Promise<void> {
  const { rowCount } = await transaction.query(sql, params);
  check?.(rowCount);
}
