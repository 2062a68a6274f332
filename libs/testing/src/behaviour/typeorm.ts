import { sqlState, type Database } from '@parley/bus-postgres';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { jest, suite } from './jest.js';

export interface DriverSubject {
  readonly name: string;
  readonly open: () => Promise<Database>;
  /** TypeORM's own class, so that this library does not load TypeORM. */
  readonly dataSource: new (options: DataSourceOptions) => DataSource;
  readonly skip?: string;
}

/** What TypeORM needs of a database's driver: above all, that nothing of one transaction is done by another. */
export function driverBehaviour({ name, open, dataSource, skip }: DriverSubject): void {
  const { afterAll, beforeAll, expect, it } = jest();
  suite(`TypeORM on ${name}`, skip, () => {
    let database: Database;
    let source: DataSource;
    beforeAll(async () => {
      database = await open();
      source = await new dataSource({ type: 'postgres', driver: database.typeormDriver(), schema: 'public', migrations: [Made1], synchronize: false }).initialize();
    });
    afterAll(async () => {
      await source?.destroy();
      await database?.close();
    });
    const ids = async (): Promise<number[]> => (await source.query<{ id: number }[]>('select id from made order by id')).map(({ id }) => Number(id));

    it('runs migrations, once', async () => {
      expect(await source.runMigrations()).toHaveLength(1);
      expect(await source.runMigrations()).toHaveLength(0);
      expect(await ids()).toEqual([]);
    });

    it('keeps nothing of a transaction that was rolled back', async () => {
      const runner = source.createQueryRunner();
      await runner.startTransaction();
      await runner.query('insert into made values ($1, $2)', [1, 'gone']);
      await runner.rollbackTransaction();
      await runner.release();
      expect(await ids()).toEqual([]);
    });

    it('keeps transactions apart that run at once', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) =>
          source.transaction(async (manager) => {
            await manager.query('insert into made values ($1, $2)', [100 + index, 'text']);
            await new Promise((resolve) => setTimeout(resolve, 3));
            if (index % 2 === 0) throw new Error('undone');
          }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
      expect(await ids()).toEqual([101, 103, 105, 107, 109, 111]);
    });

    it('does not mix with transactions of the database itself', async () => {
      const own = Array.from({ length: 6 }, (_, index) =>
        database.transaction(async (transaction) => {
          await transaction.query('insert into made values ($1, $2)', [200 + index, 'own']);
          await new Promise((resolve) => setTimeout(resolve, 3));
          if (index % 2 === 0) throw new Error('undone');
        }),
      );
      const through = Array.from({ length: 6 }, (_, index) => source.query('insert into made values ($1, $2)', [300 + index, 'through']));
      await Promise.allSettled([...own, ...through]);
      expect((await ids()).filter((id) => id >= 200)).toEqual([201, 203, 205, 300, 301, 302, 303, 304, 305]);
    });

    it('leaves no transaction to the next user when a runner is given back within one', async () => {
      const runner = source.createQueryRunner();
      await runner.query('begin');
      await runner.query('insert into made values (400, $1)', ['left']);
      await runner.release();
      await source.query('insert into made values (401, $1)', ['next']);
      expect((await ids()).filter((id) => id >= 400)).toEqual([401]);
    });

    it('tells errors as PostgreSQL does', async () => {
      const failed = await source.query('insert into made values (401, $1)', ['again']).catch((error: unknown) => error);
      expect(sqlState((failed as { driverError: unknown }).driverError)).toBe('23505');
    });

    it('leaves the database open when the source is closed', async () => {
      const other = await new dataSource({ type: 'postgres', driver: database.typeormDriver() }).initialize();
      await other.destroy();
      expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });
  });
}

class Made1 {
  readonly name = 'Made1764000000000';

  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('create table made (id bigint primary key, text text not null)');
  }

  async down(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('drop table made');
  }
}
