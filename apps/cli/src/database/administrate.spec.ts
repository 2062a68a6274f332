import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openPostgres, type Database } from '@parley/bus-postgres';
import { fromBase64, systemRandom } from '@parley/crypto';
import { startPostgres, suite, type Postgres } from '@parley/testing';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { administrate, printSql, type Administration } from './administrate.js';
import { readLogins } from './logins.js';
import { scramVerifier } from './scram.js';

it('what is kept of a password is what PostgreSQL keeps of it (RFC 7677)', () => {
  const salt = fromBase64('W22ZaJ0SNY7soEsUEjb6gQ==')!;
  expect(scramVerifier('pencil', salt)).toBe('SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
});

const server = await startPostgres({ own: true }); // It changes roles, which are the whole server's.
const skip = 'unavailable' in server ? server.unavailable : undefined;
const services = ['windows', 'billing'];

suite('an administrator, on a server', skip, () => {
  const { url, stop } = server as Postgres;
  const folder = mkdtempSync(join(tmpdir(), 'parley-logins-'));
  const logins = join(folder, 'deep', 'logins.json');
  let database: Database;
  beforeAll(async () => void (database = await openPostgres(url)));
  afterAll(async () => {
    await database.close();
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Told {
    readonly roles: readonly { readonly name: string; readonly made: boolean }[];
    readonly schemas: readonly { readonly name: string; readonly made: boolean }[];
    readonly logins: { readonly [name: string]: string };
  }
  async function run(options: Partial<Administration> = {}): Promise<Told> {
    const terminal = memoryTerminal();
    expect(await administrate({ services, url, logins: null, newPasswords: false, json: true, random: systemRandom, ...options }, terminal)).toBe(0);
    return JSON.parse(terminal.lines.join('')) as Told;
  }
  const kept = async (role: string): Promise<string | null> =>
    (await database.query<{ kept: string | null }>('select rolpassword as kept from pg_authid where rolname = $1', [role])).rows[0]!.kept;
  const isPassword = (password: string, verifier: string): boolean => scramVerifier(password, fromBase64(verifier.split(/[:$]/)[2]!)!) === verifier;

  it('makes roles, schemas and logins, and tells the passwords once', async () => {
    const first = await run();
    expect(first.roles.every(({ made }) => made) && first.schemas.every(({ made }) => made)).toBe(true);
    expect(Object.keys(first.logins)).toEqual(['windows', 'billing', 'platform', 'report']);
    const { username, password, port } = new URL(first.logins['windows']!);
    expect([username, port]).toEqual(['parley_windows', new URL(url).port]);
    expect(isPassword(password, (await kept('parley_windows'))!)).toBe(true);
    const before = await kept('parley_windows');
    const second = await run();
    expect(second.roles.some(({ made }) => made) || second.schemas.some(({ made }) => made)).toBe(false);
    expect(new URL(second.logins['windows']!).password).toBe('');
    expect(await kept('parley_windows')).toBe(before);
  });

  it('makes what an update brought, and only that', async () => {
    const { roles, schemas, logins: addresses } = await run({ services: [...services, 'reports'] });
    expect(roles.filter(({ made }) => made).map(({ name }) => name)).toEqual(['parley_reports_http', 'parley_reports']);
    expect(schemas.filter(({ made }) => made).map(({ name }) => name)).toEqual(['reports']);
    expect(Object.entries(addresses).filter(([, address]) => new URL(address).password !== '').map(([name]) => name)).toEqual(['reports']);
  });

  it('keeps logins in a file, for its owner only, and takes them from there', async () => {
    const { logins: made } = await run({ logins });
    expect(readLogins(logins)).toEqual(made);
    expect(statSync(logins).mode & 0o777).toBe(0o600);
    await database.query(`alter role parley_windows password null`);
    expect((await run({ logins })).logins).toEqual(made);
    expect(isPassword(new URL(made['windows']!).password, (await kept('parley_windows'))!)).toBe(true);
    expect((await run({ logins, newPasswords: true })).logins['windows']).not.toBe(made['windows']);
  });

  it('prints SQL that does the same, without a password in clear', async () => {
    await run({ logins });
    const terminal = memoryTerminal();
    printSql({ services, logins, random: systemRandom }, terminal);
    const sql = terminal.lines.join('\n');
    for (const address of Object.values(readLogins(logins))) expect(sql).not.toContain(new URL(address).password);
    await database.query(`alter role parley_billing password null`);
    await database.query(sql);
    expect(isPassword(new URL(readLogins(logins)['billing']!).password, (await kept('parley_billing'))!)).toBe(true);
  });

  it('takes from a role what would let it look past the walls', async () => {
    await database.query('alter role parley_windows superuser; alter role parley_billing_http bypassrls');
    await run();
    expect((await database.query(`select rolname from pg_roles where rolname like 'parley\\_%' and (rolsuper or rolbypassrls or rolinherit)`)).rows).toEqual([]);
  });

  it('need be no superuser, but has to have the right', async () => {
    await database.query('create role boss login createrole');
    await database.query('create database other owner boss');
    const other = (user: string): string => `${url.replace('parley@', `${user}@`).replace(/[^/]*$/, 'other')}`;
    expect((await run({ url: other('boss') })).schemas.every(({ made }) => made)).toBe(true);
    expect((await run({ url: other('boss') })).schemas.some(({ made }) => made)).toBe(false);
    await database.query('create role nobody login');
    await expect(run({ url: other('nobody'), services: ['more'] })).rejects.toMatchObject({ name: 'Failure', fix: expect.stringContaining('CREATEROLE') });
  });

  it('does not take another file for its own', async () => {
    await expect(run({ logins: join(process.cwd(), 'README.md') })).rejects.toMatchObject({ name: 'Failure', exitCode: 2 });
    expect(readFileSync(join(process.cwd(), 'README.md'), 'utf8')).toContain('# cli');
  });
});
