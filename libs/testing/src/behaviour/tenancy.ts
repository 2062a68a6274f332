import { httpPolicySql, httpRole, laneTablesSql, loginFault, logTablesSql, ownerRole, platformRole, sqlState, tenancyGaps, tenantSql, viewerSetting, viewerSettings, type Database } from '@parley/bus-postgres';
import { jest, suite } from './jest.js';

/** A database as a process with all services has it, and its administrator. */
export interface OpenTenancy {
  /** Opened as `parley_platform`. */
  readonly login: Database;
  administrate(sql: string): Promise<void>;
  close(): Promise<void>;
}

export interface TenancySubject {
  readonly name: string;
  readonly skip?: string;
  /** Has the roles and schemas of these services. */
  readonly open: (services: readonly string[]) => Promise<OpenTenancy>;
}

const shop = 'shop';
const runner = ownerRole(shop);
const http = httpRole(shop);

/** Who sees which rows, whatever is asked: on every database the same. */
export function tenancyBehaviour({ name, open, skip }: TenancySubject): void {
  const { afterAll, beforeAll, expect, it } = jest();
  suite(`tenants are kept apart: ${name}`, skip, () => {
    let opened: OpenTenancy;
    beforeAll(async () => {
      opened = await open([shop, 'depot']);
      await opened.login.as({ role: ownerRole('log') }).query(logTablesSql());
      await opened.login.as({ role: runner }).query(`
        ${laneTablesSql(shop)};
        create table shop.item (id text primary key, business_id text not null, contact_id text not null);
        create table shop.note (item_id text not null, business_id text not null);
        create table shop.secret (word text);
        ${tenantSql({ schema: shop, table: 'item', http: ['select', 'insert', 'update', 'delete'] })}
        ${tenantSql({ schema: shop, table: 'note', http: ['select'] })}
        ${['state', 'timer', 'waiting', 'redrive', 'idempotency', 'balance', 'tally'].map((table) => tenantSql({ schema: shop, table })).join('')}
        ${httpPolicySql({ schema: shop, table: 'item', policy: 'contact', on: 'select', shows: `contact_id = ${viewerSetting('contact')}` })}
        insert into shop.item values ('a1', 'a', 'c1'), ('a2', 'a', 'c2'), ('b1', 'b', 'c1');
        insert into shop.note values ('a1', 'a'), ('b1', 'b');
        insert into shop.secret values ('hush');`);
    });
    afterAll(() => opened?.close());

    const viewing = (settings: { readonly [of in keyof typeof viewerSettings]?: string }): Database =>
      opened.login.as({ role: http, settings: Object.fromEntries(Object.entries(settings).map(([of, id]) => [viewerSettings[of as keyof typeof viewerSettings], id])) });
    const business = (id: string): Database => viewing({ business: id });
    const ids = async (database: Database, sql = 'select id from shop.item order by id'): Promise<string[]> => (await database.query<{ id: string }>(sql)).rows.map(({ id }) => id);
    const refusal = async (asked: Promise<unknown>): Promise<string | undefined> => asked.then(() => 'done', sqlState);
    const denied = '42501';

    it('a business sees its own, whatever a query forgets to say', async () => {
      expect([await ids(business('a')), await ids(business('b'))]).toEqual([['a1', 'a2'], ['b1']]);
      const joined = `select i.id from shop.item i left join shop.note n on true union all select item_id from shop.note order by 1`;
      expect(await ids(business('b'), joined)).toEqual(['b1', 'b1']);
      expect((await business('b').query('select count(*) as n from shop.item', [])).rows).toEqual([{ n: 1 }]);
      expect(await ids(business('b'), `select id from shop.item where business_id = 'a' or true`)).toEqual(['b1']);
    });

    it('nobody sees anything, and the operator all', async () => {
      expect([await ids(viewing({})), await ids(business('')), await ids(opened.login.as({ role: http }))]).toEqual([[], [], []]);
      expect(await ids(business('*'))).toEqual(['a1', 'a2', 'b1']);
      for (const odd of [`a' or true --`, `a'; reset role; --`, 'é', 'a\\', ' a']) expect([odd, await ids(business(odd))]).toEqual([odd, []]);
    });

    it('a contact sees what a policy shows it, across businesses', async () => {
      expect([await ids(viewing({ contact: 'c1' })), await ids(viewing({ contact: 'c3' })), await ids(viewing({ contact: '' }))]).toEqual([['a1', 'b1'], [], []]);
      expect((await viewing({ contact: 'c1' }).query('select * from shop.note')).rowCount).toBe(0);
    });

    it('nobody writes for another, or changes what is another’s', async () => {
      expect(await refusal(business('a').query(`insert into shop.item values ('x', 'b', 'c')`))).toBe(denied);
      expect(await refusal(business('a').query(`update shop.item set business_id = 'b' where id = 'a1'`))).toBe(denied);
      expect((await business('a').query(`update shop.item set contact_id = 'c1'`)).rowCount).toBe(2);
      expect((await business('c').query('delete from shop.item')).rowCount).toBe(0);
      expect((await business('a').query(`update shop.item set contact_id = 'c2' where id = 'a2'`)).rowCount).toBe(1);
      expect(await refusal(business('a').query(`insert into shop.note values ('a1', 'a')`))).toBe(denied);
    });

    it('HTTP has no way to lanes, the log, keys, and tables of no business', async () => {
      for (const table of ['shop.lane', 'shop.state', 'shop.idempotency', 'shop.secret', 'log.head', 'log.batch', 'depot.anything']) {
        expect([table, await refusal(business('*').query(`select * from ${table}`))]).toEqual([table, expect.stringMatching(/42501|42P01/)]);
      }
      expect(await refusal(business('*').query('select * from shop.secret'))).toBe(denied);
    });

    it('a runner sees all of its schema, appends to the log, and sees nothing of another schema', async () => {
      const own = opened.login.as({ role: runner });
      expect(await ids(own)).toEqual(['a1', 'a2', 'b1']);
      await own.query(`insert into log.head (topic, partition) values ('t', 0); delete from log.head`);
      expect(await refusal(opened.login.as({ role: ownerRole('depot') }).query('select * from shop.item'))).toBe(denied);
      expect(await refusal(own.query('create schema more'))).toBe(denied);
    });

    it('a process with all services sees the log, and nothing else but as somebody', async () => {
      expect((await opened.login.query('select current_user as login')).rows).toEqual([{ login: platformRole }]);
      expect((await opened.login.query('select * from log.head')).rowCount).toBe(0);
      for (const sql of ['select * from shop.item', 'select * from shop.lane', 'set role pg_read_all_data', 'create role more']) expect([sql, await refusal(opened.login.query(sql))]).toEqual([sql, denied]);
    });

    it('leaves neither its role nor its settings behind, done or failed', async () => {
      const asked = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? refusal(business('a').query('select 1/0')) : ids(business(index % 3 === 1 ? 'a' : 'b'))));
      expect(await Promise.all(asked)).toEqual(Array.from({ length: 12 }, (_, index) => [`22012`, ['a1', 'a2'], ['b1']][index % 3]));
      const looks = await Promise.all(Array.from({ length: 12 }, () => opened.login.query(`select current_user as login, coalesce(current_setting('parley.business_id', true), '') as business`, [])));
      expect(new Set(looks.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row))))).toEqual(new Set([JSON.stringify({ login: platformRole, business: '' })]));
    });

    it('does nothing as itself where it cannot act as somebody', async () => {
      const stranger = opened.login.as({ role: 'parley_stranger', settings: { 'parley.business_id': 'a' } });
      await expect(stranger.query('delete from log.head')).rejects.toThrow('parley_stranger');
      await expect(stranger.transaction((transaction) => transaction.query('delete from log.head'))).rejects.toThrow('parley_stranger');
      expect(() => opened.login.as({ role: 'x; drop table shop.item' })).toThrow(RangeError);
    });

    it('holds a transaction to whom it is', async () => {
      await business('a').transaction(async ({ connection }) => {
        for (const sql of ['RESET ROLE', ' set role parley_shop', 'COMMIT', 'begin', `SET parley.business_id = 'b'`]) await expect(connection.query(sql)).rejects.toThrow('stays whose it is');
        expect((await connection.query('select id from shop.item where id <> $1 order by id', ['a1'])).rows).toEqual([{ id: 'a2' }]);
      });
    });

    it('finds a login that looks past the walls, or lacks what it needs', async () => {
      expect(await loginFault(opened.login, shop)).toBeUndefined();
      expect(await loginFault(opened.login, 'nowhere')).toEqual({ kind: 'lacks-roles', login: platformRole, roles: ['parley_nowhere', 'parley_nowhere_http'] });
      await opened.administrate(`create role parley_sees_all bypassrls; grant parley_sees_all to ${runner}`);
      expect(await loginFault(opened.login, shop)).toEqual({ kind: 'bypasses', login: platformRole });
      await opened.administrate('drop role parley_sees_all');
    });

    it('finds tables without a wall, or with one that does not hold for their owner', async () => {
      const own = opened.login.as({ role: runner });
      expect(await tenancyGaps(own, shop)).toEqual([]);
      await own.query(`
        create table shop.late (business_id text not null);
        alter table shop.item no force row level security;
        grant select (word) on shop.secret to ${http};
        create view shop.seen as select * from shop.item;
        grant select on shop.seen to ${http}`);
      expect(await tenancyGaps(own, shop)).toEqual([{ table: 'item', gap: 'open' }, { table: 'late', gap: 'open' }, { table: 'secret', gap: 'readable' }, { table: 'seen', gap: 'readable' }]);
      await own.query(`drop table shop.late; drop view shop.seen; alter table shop.item force row level security; revoke select (word) on shop.secret from ${http}`);
    });

    it('takes over what an earlier version made as a superuser', async () => {
      await opened.administrate('create table shop.old (business_id text not null); insert into shop.old values (1)');
      const own = opened.login.as({ role: runner });
      expect(await refusal(own.query('select * from shop.old'))).toBe(denied);
      const { close } = await open([shop, 'depot']);
      await own.query(tenantSql({ schema: shop, table: 'old' }));
      expect((await own.query('select * from shop.old')).rowCount).toBe(1);
      await own.query('drop table shop.old');
      await close();
    });
  });
}
