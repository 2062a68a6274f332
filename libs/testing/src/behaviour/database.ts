import { sqlState, type Database } from '@parley/bus-postgres';
import { jest, suite } from './jest.js';

export interface DatabaseSubject {
  readonly name: string;
  readonly open: () => Promise<Database>;
  readonly skip?: string;
}

/** What every database does, in this process or on a server. */
export function databaseBehaviour({ name, open, skip }: DatabaseSubject): void {
  const { afterAll, beforeAll, expect, it } = jest();
  suite(`${name} is a database`, skip, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
      await database.query('create table item (id bigint primary key, text text); create table counter (n integer); insert into counter values (0)');
    });
    afterAll(() => database?.close());
    const ids = async (): Promise<number[]> => (await database.query<{ id: number }>('select id from item order by id')).rows.map(({ id }) => id);
    const put = 'insert into item (id, text) values ($1, $2)';

    it('gives values back as it took them', async () => {
      const sql = `select $1::bigint as small, $2::bigint as large, $3::bytea as bytes, $4::jsonb as json, $5::boolean as yes, $6::text as text, $7::text[] as words,
        $8::bigint[] as offsets, $9::integer as nothing, $10::double precision as half, $11::bytea[] as many`;
      const words = ['a"b', 'c\\d', '{e,f}', '', 'NULL', null, 'é🔑'];
      const params = [Number.MAX_SAFE_INTEGER, 9_007_199_254_740_993n, Uint8Array.from([0, 92, 255]), { a: [1, 'é'] }, true, 'é🔑\n', words, [1, null, 2], null, 0.5, [Uint8Array.from([1, 2])]];
      const { rows } = await database.query<Record<string, unknown>>(sql, params);
      const { bytes, many, ...row } = rows[0]!;
      expect(row).toEqual({ small: Number.MAX_SAFE_INTEGER, large: 9_007_199_254_740_993n, json: { a: [1, 'é'] }, yes: true, text: 'é🔑\n', words, offsets: [1, null, 2], nothing: null, half: 0.5 });
      expect(bytes).toBeInstanceOf(Uint8Array);
      expect([...(bytes as Uint8Array)]).toEqual([0, 92, 255]);
      expect((many as Uint8Array[]).map((item) => [...item])).toEqual([[1, 2]]);
    });

    it('takes large values', async () => {
      const bytes = new Uint8Array(5_000_000).map((_, index) => index % 251);
      const { rows } = await database.query<{ back: Uint8Array }>('select $1::bytea as back', [bytes]);
      expect(Buffer.compare(rows[0]!.back, bytes)).toBe(0);
    });

    it('commits what a transaction did when it resolves, and nothing when it rejects', async () => {
      expect(await database.transaction(async (transaction) => (await transaction.query(put, [1, 'a'])).rowCount)).toBe(1);
      const fail = database.transaction(async (transaction) => {
        await transaction.query(put, [2, 'b']);
        expect((await transaction.query('select id from item')).rowCount).toBe(2);
        throw new Error('changed my mind');
      });
      await expect(fail).rejects.toThrow('changed my mind');
      expect(await ids()).toEqual([1]);
    });

    it('says so when a swallowed error has undone the transaction', async () => {
      const swallow = database.transaction(async (transaction) => {
        await transaction.query(put, [10, 'a']);
        await transaction.query(put, [10, 'again']).catch(() => undefined);
      });
      await expect(swallow).rejects.toThrow('rolled back');
      expect(await ids()).toEqual([1]);
    });

    it('refuses a transaction that is over', async () => {
      const kept = await database.transaction(async (transaction) => transaction);
      await expect(kept.query('select 1')).rejects.toThrow('over');
    });

    it('lets statements of a transaction be sent without waiting', async () => {
      await database.transaction(async (transaction) => {
        const sent = [20, 21, 22].map((id) => transaction.query(put, [id, 'sent']));
        const { rows } = await transaction.query<{ n: number }>('select count(*) as n from item where id >= 20');
        expect(rows).toEqual([{ n: 3 }]);
        await Promise.all(sent);
      });
      const failing = database.transaction(async (transaction) => {
        const sent = [30, 20, 31].map((id) => transaction.query(put, [id, 'sent']));
        const outcomes = await Promise.allSettled(sent);
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
        throw (outcomes[1] as PromiseRejectedResult).reason;
      });
      expect(sqlState(await failing.catch((error: unknown) => error))).toBe('23505');
      expect(await ids()).toEqual([1, 20, 21, 22]);
    });

    it('keeps transactions apart that run at once', async () => {
      const add = async (fails: boolean): Promise<void> => {
        await database.transaction(async (transaction) => {
          await transaction.query('update counter set n = n + 1');
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (fails) throw new Error('undone');
        });
      };
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => add(index % 3 === 0)));
      const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
      expect(done).toBe(13);
      expect((await database.query('select n from counter')).rows).toEqual([{ n: done }]);
    });

    it('goes on after a statement that failed, prepared or not', async () => {
      for (let round = 0; round < 3; round += 1) {
        expect(sqlState(await database.query('select nonsense from item', []).catch((error: unknown) => error))).toBe('42703');
        expect(sqlState(await database.query('select $1::integer as n', ['twelve']).catch((error: unknown) => error))).toBe('22P02');
        expect((await database.query('select $1::integer as n', [12])).rows).toEqual([{ n: 12 }]);
      }
    });

    it('goes on after a prepared statement whose table has changed', async () => {
      const read = (): Promise<unknown> => database.query('select * from shape where id = $1', [1]);
      await database.query('create table shape (id integer); insert into shape values (1)');
      await read();
      await database.query('alter table shape add column more text');
      await read().catch(() => undefined);
      expect(await read()).toMatchObject({ rows: [{ id: 1, more: null }] });
    });

    it('runs many statements in one text', async () => {
      expect(await database.query('create table several (n integer); insert into several values (1), (2); select n from several')).toMatchObject({ rows: [{ n: 1 }, { n: 2 }] });
    });
  });
}
