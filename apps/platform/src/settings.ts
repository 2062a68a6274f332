import { limitsForm } from '@parley/gateway';
import { bodyLimitBytes, databaseUrl, host, logForm, logLevel, orNull, port, readSettings, sandboxCode, words } from '@parley/service';
import type { Environment } from '@parley/service';

/** Everything that may be set; all of it may be left out. The README lists them. */
const form = {
  host,
  port: port(8080),
  folder: words('PARLEY_DATA', 'the folder for all data', /./, 'must be a path', '.parley'),
  databaseUrl: orNull(databaseUrl),
  sandboxCode,
  bodyLimitBytes,
  ...limitsForm,
  logLevel,
  logForm,
};

export type PlatformSettings = ReturnType<typeof readSettings<typeof form>>;

/** Throws SettingsError, which names every wrong variable and its fix. */
export function readPlatformSettings(environment: Environment): PlatformSettings {
  return readSettings(form, environment);
}
