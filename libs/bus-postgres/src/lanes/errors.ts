import { DataError } from '@parley/bus';
import { sqlState } from '../database/database.js';

/**
 * Turns PostgreSQL's refusal of a value into a DataError: classes 22 (data exception) and 23 (constraint), and 54000 (a value too large for
 * its index), which is as much the value's fault. Anything else passes as it is: what became of the commit is then unknown.
 */
export function asDataError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === undefined || !(state.startsWith('22') || state.startsWith('23') || state === '54000')) return error;
  return new DataError(`${(error as Error).message} (${state})`, { cause: error });
}
