import { DatabaseFolderError, sqlState } from '@parley/bus-postgres';
import { SchemaError } from '../database/migrate.js';
import { SettingsError } from '../settings/settings.js';

/** What a person is told when the process cannot start: what is wrong and what to do. Undefined for a fault of ours, which shows its stack. */
export function explain(error: unknown, where: { readonly port: number }): string | undefined {
  if (error instanceof SettingsError) return `The settings are wrong:\n${error.lines.map((line) => `  - ${line}`).join('\n')}`;
  if (error instanceof SchemaError || error instanceof DatabaseFolderError || error instanceof StartError) return error.message;
  const code = (error as { code?: unknown } | null)?.code;
  switch (code) {
    case 'EADDRINUSE':
      return portTaken(where.port);
    case 'EACCES':
      return `This user may not listen on port ${where.port}. Choose one above 1023: PARLEY_PORT=8080.`;
    case 'EADDRNOTAVAIL':
      return 'PARLEY_HOST is not an address of this machine. Use 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses.';
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return `The database does not answer (${code}). Check that it runs, and the host and port in PARLEY_DATABASE_URL.`;
    default:
      return databaseFault(error);
  }
}

export function portTaken(port: number): string {
  return `Port ${port} is taken by another program. Stop that one, or choose another: PARLEY_PORT=${port === 65_535 ? 8080 : port + 1} npm start`;
}

function databaseFault(error: unknown): string | undefined {
  switch (sqlState(error)) {
    case '28P01':
    case '28000':
      return 'The database refuses the user or password in PARLEY_DATABASE_URL. Correct them.';
    case '3D000':
      return 'The database named in PARLEY_DATABASE_URL does not exist. Create it (createdb), or correct the name.';
    case '42501':
      return 'The login in PARLEY_DATABASE_URL lacks a right. Let an administrator run: npx parley database --url <address with an administrator’s login>';
    default:
      return undefined;
  }
}

/** The process cannot start, for a reason that a person can do away with. The message says how. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
