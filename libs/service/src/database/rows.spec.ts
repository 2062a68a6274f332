import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administer, httpRole, lowerPglite, openPglite, openPostgres, ownerRole, tenantSql } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { caseUnless, startPostgres, suite } from '@parley/testing';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource, QueryRunner } from 'typeorm';
import { explain } from '../process/explain.js';
import { serviceDataSource } from './data-source.js';
import type { SchemaSource } from './data-source.js';
import { SchemaError } from './migrate.js';
import { Rows } from './rows.js';

const schema = 'shelf';

@Entity({ schema, name: 'book' })
class Book {
  @PrimaryColumn({ type: 'text', name: 'book_id' })
  bookId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;
}

class Books1764000000000 {
  readonly name = 'Books1764000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "shelf"."book" (book_id text PRIMARY KEY, business_id text NOT NULL)`);
    await runner.query(tenantSql({ schema, table: 'book', http: ['select', 'insert', 'update'] }));
  }
  async down(): Promise<void> {}
}

class Forgetful1764200000000 {
  readonly name = 'Forgetful1764200000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "shelf"."page" (page_id text PRIMARY KEY, business_id text NOT NULL)`);
  }
  async down(): Promise<void> {}
}

const source: Omit<SchemaSource, 'database'> = { schema, entities: [Book], migrations: [Books1764000000000] };

async function refusalOf(database: Database, wanted = source): Promise<string> {
  const error = await serviceDataSource({ database, ...wanted }).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(SchemaError);
  return explain(error, { port: 0 })!;
}

const server = await startPostgres();
const unavailable = 'unavailable' in server ? server.unavailable : undefined;
const address = (role: string): string => Object.assign(new URL('url' in server ? server.url : ''), { username: role }).href;

afterAll(async () => {
  if ('stop' in server) await server.stop();
});

suite('a login on a server', unavailable, () => {
  let administrator: Database;
  beforeAll(async () => void (administrator = await openPostgres('url' in server ? server.url : '')));
  afterAll(async () => administrator?.close());

  it('that is a superuser is refused, and told what to do', async () => {
    const refusal = await refusalOf(administrator);
    expect(refusal).toContain('"parley" is a superuser');
    expect(refusal).toContain('npx parley database --url');
  });

  it('is refused while its roles, or its schema, are missing', async () => {
    await administrator.query('create role parley_stranger login');
    const stranger = await openPostgres(address('parley_stranger'));
    expect(await refusalOf(stranger)).toMatch(/"parley_stranger" may not act as parley_shelf, parley_shelf_http/);
    await stranger.close();
    await administrator.query('drop role parley_stranger');
    await administer(administrator, { services: [schema] });
    await administrator.query('alter schema shelf rename to away');
    const own = await openPostgres(address(ownerRole(schema)));
    expect(await refusalOf(own)).toContain('has no schema "shelf"');
    await administrator.query('alter schema away rename to shelf');
    await (await serviceDataSource({ database: own, ...source })).destroy();
    await own.close();
  });

  it('does not start on a schema whose tables keep nobody apart', async () => {
    const own = await openPostgres(address(ownerRole(schema)));
    expect(await refusalOf(own, { ...source, migrations: [...source.migrations, Forgetful1764200000000] })).toMatch(/shelf\.page \(its rows belong to businesses\).*tenantSql/);
    await administrator.query('drop table shelf.page; alter table shelf.book no force row level security');
    await administrator.query(`delete from shelf.migrations where name like 'Forgetful%'`);
    expect(await refusalOf(own)).toContain('shelf.book');
    await administrator.query('alter table shelf.book force row level security; drop table shelf.book, shelf.migrations');
    await own.close();
  });
});

const databases: readonly { readonly name: string; readonly skip?: string | undefined; open(): Promise<Database> }[] = [
  { name: 'PGlite', open: () => openPglite({ memory: true }) },
  ...['parley_shelf', 'parley_platform'].map((role) => ({ name: `a PostgreSQL server, as ${role}`, skip: unavailable, open: () => openPostgres(address(role)) })),
];

describe.each(databases)('rows over HTTP: $name', ({ skip, open }) => {
  let database: Database;
  let dataSource: DataSource;
  let rows: Rows;
  beforeAll(async () => {
    if (skip !== undefined) return;
    database = await open();
    if (database.kind === 'pglite') await lowerPglite(database, schema);
    dataSource = await serviceDataSource({ database, ...source });
    rows = new Rows(database, dataSource, httpRole(schema));
    await database.as({ role: ownerRole(schema) }).query(`insert into shelf.book values ('a1', 'a'), ('a2', 'a'), ('b1', 'b') on conflict do nothing`);
  });
  afterAll(async () => database?.close());
  const booksOf = async (businessId: string): Promise<string[]> => (await rows.for({ businessId }, (manager) => manager.find(Book, { order: { bookId: 'ASC' } }))).map(({ bookId }) => bookId);

  caseUnless(skip, 'are the viewer’s, without any condition in the query', async () => {
    expect(await Promise.all(['a', 'b', '*', ''].map(booksOf))).toEqual([['a1', 'a2'], ['b1'], ['a1', 'a2', 'b1'], []]);
    expect(await rows.for({ contactId: 'a' }, (manager) => manager.count(Book))).toBe(0);
    expect(await rows.for({ credentials: ['a', 'b'] }, (manager) => manager.count(Book))).toBe(0);
    expect(() => rows.for({ credentials: ['a,b'] }, (manager) => manager.count(Book))).toThrow(RangeError);
  });

  caseUnless(skip, 'are had on behalf of somebody, or not at all', async () => {
    for (const ask of [() => dataSource.getRepository(Book).find(), () => dataSource.manager.query('select 1'), () => dataSource.transaction(async () => undefined)]) await expect(ask()).rejects.toThrow('on behalf of somebody');
    const late = await rows.for({ businessId: 'a' }, async (manager) => manager);
    await expect(late.find(Book)).rejects.toThrow();
  });

  caseUnless(skip, 'are written all or none', async () => {
    const writing = rows.for({ businessId: 'a' }, async (manager) => {
      await manager.upsert(Book, { bookId: 'a3', businessId: 'a' }, ['bookId']);
      expect(await manager.count(Book)).toBe(3);
      await manager.insert(Book, { bookId: 'b2', businessId: 'b' });
    });
    await expect(writing).rejects.toThrow('row-level security');
    expect(await booksOf('a')).toEqual(['a1', 'a2']);
    await expect(rows.for({ businessId: 'a' }, (manager) => manager.save(Book, { bookId: 'a3', businessId: 'a' }))).rejects.toThrow('stays whose it is');
  });

  caseUnless(skip, 'of many at once do not meet', async () => {
    const asked = await Promise.all(Array.from({ length: 30 }, (_, index) => booksOf(index % 2 === 0 ? 'a' : 'b')));
    expect(asked.every((books, index) => books.length === (index % 2 === 0 ? 2 : 1))).toBe(true);
  });
});
