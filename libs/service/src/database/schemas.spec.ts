import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpRole, openPglite } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import type { DataSource } from 'typeorm';
import { ApiKeys1764000000000 } from '../access/1764000000000-api-keys.js';
import { ApiKeyTenancy1764100000000 } from '../access/1764100000000-api-key-tenancy.js';
import { ApiKey } from '../access/api-key.entity.js';
import { KeyRing } from '../access/key-ring.js';
import { serviceDataSource } from './data-source.js';
import { laneMigrations } from './lane-tables.js';
import { SchemaError } from './migrate.js';
import { Rows } from './rows.js';

let database: Database;

beforeAll(async () => {
  database = await openPglite({ memory: true });
});

afterAll(() => database.close());

class LaterTable1999000000000 {
  readonly name = 'LaterTable1999000000000';
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('CREATE TABLE "newer"."later" (id text)');
  }
  async down(): Promise<void> {}
}

let locksHeld = -1;

class LookingForLocks1999000000001 {
  readonly name = 'LookingForLocks1999000000001';
  async up(runner: { query(sql: string): Promise<{ n: number }[]> }): Promise<void> {
    locksHeld = (await runner.query(`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND granted`))[0]!.n;
  }
  async down(): Promise<void> {}
}

describe('a schema', () => {
  it('is migrated under a lock that all processes share, and that is given back', async () => {
    await (await serviceDataSource({ database, schema: 'locked', entities: [], migrations: [LookingForLocks1999000000001] })).destroy();
    expect(locksHeld).toBe(1);
    expect((await database.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`)).rows).toEqual([]);
  });

  it('is made once, whoever starts, and however many at the same time', async () => {
    const source = { database, schema: 'windows', entities: [], migrations: laneMigrations('windows') };
    const opened = await Promise.all([serviceDataSource(source), serviceDataSource(source), serviceDataSource({ ...source, schema: 'billing', migrations: laneMigrations('billing') })]);
    for (const dataSource of opened) await dataSource.destroy();
    const { rows } = await database.as({ role: 'parley_windows' }).query<{ n: number }>('SELECT count(*) AS n FROM windows.migrations WHERE name LIKE $1', ['LaneTables%']);
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('that a newer version made is refused, and not touched', async () => {
    const newer = { database, schema: 'newer', entities: [], migrations: [...laneMigrations('newer'), LaterTable1999000000000] };
    await (await serviceDataSource(newer)).destroy();
    const refused = serviceDataSource({ ...newer, migrations: laneMigrations('newer') });
    await expect(refused).rejects.toThrow(SchemaError);
    await expect(refused).rejects.toThrow(/LaterTable1999000000000.*Run the newer version, or restore a backup/);
    await (await serviceDataSource(newer)).destroy();
  });
});

describe('API keys', () => {
  let rows: Rows;
  let now = 1_000_000;

  function ring(serviceKey = new Uint8Array(32).fill(1)): KeyRing {
    return new KeyRing({ rows, serviceKey, random: (n) => globalThis.crypto.getRandomValues(new Uint8Array(n)), clock: () => now });
  }

  beforeAll(async () => {
    const dataSource: DataSource = await serviceDataSource({ database, schema: 'access', entities: [ApiKey], migrations: [ApiKeys1764000000000, ApiKeyTenancy1764100000000] });
    rows = new Rows(database, dataSource, httpRole('access'));
  });

  it('are found by their token, which is stored nowhere', async () => {
    const { token, keyId } = await ring().make({ businessId: 'acme', scopes: ['inbox:read', 'windows:read'], name: 'desk' });
    expect(await ring().find(token)).toEqual({ keyId, businessId: 'acme', scopes: new Set(['inbox:read', 'windows:read']) });
    const stored = JSON.stringify(await rows.for({ businessId: '*' }, (manager) => manager.find(ApiKey)));
    expect(stored).toContain(keyId);
    expect(stored).not.toContain(token.split('_')[2]);
  });

  it('are not found by another secret, another installation’s key, or what is no token', async () => {
    const { token, keyId } = await ring().make({ businessId: 'acme', scopes: ['inbox:read'], name: 'desk' });
    expect(await ring().find(`pk_${keyId}_${'a'.repeat(52)}`)).toBeNull();
    expect(await ring(new Uint8Array(32).fill(2)).find(token)).toBeNull();
    for (const text of ['', 'pk_', token.toUpperCase(), `${token}a`, token.replace('pk_', 'dt_')]) expect(await ring().find(text)).toBeNull();
  });

  it('end when they are revoked: at once where that is done, within three seconds elsewhere', async () => {
    const [here, elsewhere] = [ring(), ring()];
    const { token, keyId } = await here.make({ businessId: 'acme', scopes: ['inbox:read'], name: 'desk' });
    expect(await here.find(token)).not.toBeNull();
    expect(await elsewhere.find(token)).not.toBeNull();
    expect(await here.revoke(keyId)).toBe(true);
    expect(await here.find(token)).toBeNull();
    now += 2_999;
    expect(await elsewhere.find(token)).not.toBeNull();
    now += 1;
    expect(await elsewhere.find(token)).toBeNull();
    expect(await here.revoke('nosuchkey')).toBe(false);
  });

  it('that are stored twice are stored once, as they were first', async () => {
    const { token, keyId } = await ring().make({ businessId: 'acme', scopes: ['inbox:read'], name: 'first' });
    await ring().store(token, { businessId: 'other', scopes: ['operator'], name: 'second' });
    expect(await rows.for({ businessId: '*' }, (manager) => manager.findOneBy(ApiKey, { keyId }))).toMatchObject({ businessId: 'acme', name: 'first', scopes: 'inbox:read' });
  });
});
