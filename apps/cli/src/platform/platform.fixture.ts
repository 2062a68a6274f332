import { afterAll, beforeAll } from '@jest/globals';
import { openPglite, type Database } from '@parley/bus-postgres';
import { readPlatformSettings, startPlatform, type Platform } from '@parley/platform';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Started {
  readonly platform: Platform;
  readonly database: Database;
}

/** A platform for the tests of a file to ask, with what its first start makes. */
export interface AskedPlatform {
  /** A folder of the tests' own, gone after them. */
  readonly folder: string;
  /** The platform's folder in it, with the operator's key and where it listens. */
  readonly data: string;
  /** A folder where no platform ever was. */
  readonly nowhere: string;
  /** Writes a file and gives its path. */
  file(name: string, content: string | Buffer): string;
  /** It and its database, once the tests run. */
  started(): Started;
}

/** Starts it before the tests of the file that calls this, and stops it after them. `clock` is epoch ms. */
export function askedPlatform({ clock = Date.now }: { readonly clock?: () => number } = {}): AskedPlatform {
  const folder = mkdtempSync(join(tmpdir(), 'parley-asked-'));
  const data = join(folder, 'data');
  let started: Started;
  beforeAll(async () => {
    const settings = readPlatformSettings({ PARLEY_DATA: data, PARLEY_PORT: '0', PARLEY_LOG_LEVEL: 'error', PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0' });
    const database = await openPglite({ memory: true });
    started = { database, platform: await startPlatform({ settings, database, clock }) };
  }, 120_000);
  afterAll(async () => {
    await started.platform.stop(5_000);
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);
  return {
    folder,
    data,
    nowhere: join(folder, 'nothing'),
    file: (name, content) => {
      const path = join(mkdtempSync(join(folder, 'file-')), name);
      writeFileSync(path, content);
      return path;
    },
    started: () => started,
  };
}
