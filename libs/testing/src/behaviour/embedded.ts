import { SupersededError, type LaneCommit } from '@parley/bus';
import { EmbeddedLog, logTablesSql, PostgresLaneStore, type Database, type Queryable } from '@parley/bus-postgres';
import { caseUnless, jest, suite } from './jest.js';
import { behaviourTopic, everything, record, series } from './log.js';
import { behaviourTopologies } from './lane-store.js';
import type { PostgresSubjects } from './postgres.js';

export interface EmbeddedSubject {
  readonly name: string;
  readonly skip?: string;
  /** Two connections to the same data, the subjects on them. */
  readonly open: () => readonly [Database, Database, PostgresSubjects];
  /** Whether two transactions can be open at once. */
  readonly server: boolean;
}

type Opened = Awaited<ReturnType<PostgresSubjects['laneStore']>>;

const nothing: Omit<LaneCommit, 'row'> = { states: [], rows: [], timers: [], balances: [], tallies: [], fired: [], waiting: [], redriven: [], answered: [] };
const written = { states: [{ key: 'k', businessId: 'biz', state: '{}' }] };

/** What is true of the embedded log and its stores, beyond what every log and store does: all of it is one transaction. */
export function embeddedBehaviour({ name, open, skip, server }: EmbeddedSubject): void {
  const { beforeAll, expect, it } = jest();
  suite(`log and lanes in one database: ${name}`, skip, () => {
    let [database, elsewhere, subjects]: [Database?, Database?, PostgresSubjects?] = [];
    let lanes = 0;
    let opened: Opened;
    beforeAll(async () => {
      [database, elsewhere, subjects] = open();
      opened = await subjects.laneStore(true);
    });
    const lane = (): string => `view/${(lanes += 1)}`;
    const storeOn = (on: Database): PostgresLaneStore => new PostgresLaneStore(on, { schema: opened.schema, topologies: behaviourTopologies });
    const claimed = async (): Promise<{ name: string; commit: LaneCommit; epoch: number; place: number; end: number }> => {
      const laneName = lane();
      const row = await opened.store.claim(laneName);
      const place = lanes % 16;
      const pending = [{ topic: behaviourTopic, partition: place, firstNumber: 1, records: [record(laneName, 'out')] }] as const;
      const end = await opened.log!.end(behaviourTopic, place);
      return { name: laneName, epoch: row.epoch, place, end, commit: { ...nothing, ...written, row: { ...row, offset: 7, pending } } };
    };
    /** All of a commit is there, or nothing is. */
    const outcome = async ({ name: laneName, place, end }: { name: string; place: number; end: number }): Promise<'all' | 'nothing' | 'torn'> => {
      const row = await opened.store.load(laneName);
      const states = await opened.store.states(laneName, ['k']);
      const appended = (await opened.log!.end(behaviourTopic, place)) - end;
      if (row?.offset === 7 && states.size === 1 && appended === 1 && row.acked[`${behaviourTopic}/${place}`] === end + 1) return 'all';
      return row?.offset === 0 && states.size === 0 && appended === 0 && Object.keys(row.acked).length === 0 ? 'nothing' : 'torn';
    };

    it('shows nothing of an append whose transaction is rolled back, and leaves no hole', async () => {
      const { log, close } = await subjects!.log();
      await log.append({ topic: behaviourTopic, partition: 0, records: series('before', 2) });
      const undone = database!.transaction(async (transaction) => {
        const { bases } = await log.appendWithin(transaction, [{ topic: behaviourTopic, partition: 0, records: series('undone', 5) }]);
        expect(bases).toEqual([2]);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(await log.append({ topic: behaviourTopic, partition: 0, records: series('after', 1) })).toBe(2);
      expect((await everything(log, 0, 10)).map(({ key }) => key)).toEqual(['before 0', 'before 1', 'after 0']);
      await close();
    });

    it('moves lane, states and log together', async () => {
      const given = await claimed();
      await opened.store.commit(given.name, given.epoch, given.commit);
      expect(await outcome(given)).toBe('all');
    });

    it('moves nothing when the transaction fails after its last statement', async () => {
      const given = await claimed();
      await expect(storeWith(opened, database!, async () => Promise.reject(new Error('before COMMIT'))).commit(given.name, given.epoch, given.commit)).rejects.toThrow('before COMMIT');
      expect(await outcome(given)).toBe('nothing');
    });

    it('leaves a whole row when the answer to COMMIT is lost, and shows it to the next claim', async () => {
      const given = await claimed();
      const deaf = wrapped(database!, async (work, transact) => {
        await transact(work);
        throw new Error('connection lost');
      });
      const store = new PostgresLaneStore(deaf, { schema: opened.schema, topologies: behaviourTopologies, ...logOf(opened) });
      const lost = await store.commit(given.name, given.epoch, given.commit).catch((error: unknown) => error);
      expect(lost).toEqual(new Error('connection lost'));
      expect(await outcome(given)).toBe('all');
      expect(await opened.store.claim(given.name, given.epoch)).toMatchObject({ epoch: given.epoch + 1, offset: 7, pending: [] });
    });

    it('does not open with another number of partitions than it was made with', async () => {
      const layout = { name: behaviourTopic, retentionMs: null } as const;
      await database!.query(logTablesSql('log_partitions'));
      const opening = (partitions: number): Promise<EmbeddedLog> => EmbeddedLog.open(database!, { schema: 'log_partitions', clock: () => 0, topics: [{ ...layout, partitions }] });
      await (await opening(4)).close();
      await expect(opening(3)).rejects.toThrow('made with 4 partitions and cannot have 3');
      await (await opening(4)).close();
    });

    it('removes old batches only from the beginning, whatever their writers’ clocks said', async () => {
      const schema = 'log_clocks';
      await database!.query(logTablesSql(schema));
      let now = 0;
      const log = await EmbeddedLog.open(database!, { schema, clock: () => now, topics: [{ name: behaviourTopic, partitions: 1, retentionMs: 100 }] });
      for (const at of [10, 500, 20, 30]) {
        now = at;
        await log.append({ topic: behaviourTopic, partition: 0, records: series(`at ${at}`, 3) });
      }
      now = 200;
      expect(await log.trim()).toBe(3);
      expect(await log.start(behaviourTopic, 0)).toBe(3);
      now = 601;
      expect(await log.trim()).toBe(9);
      expect([await log.start(behaviourTopic, 0), await log.end(behaviourTopic, 0)]).toEqual([12, 12]);
      expect(await log.trim()).toBe(0);
      expect(await log.append({ topic: behaviourTopic, partition: 0, records: series('on', 1) })).toBe(12);
      await log.close();
    });

    it('names the business on every row but those of lanes and of the log', async () => {
      const { rows } = await database!.query<{ name: string }>(`
        select table_schema || '.' || table_name as name from information_schema.tables t
        where table_schema = $1 and table_name <> 'lane' and not exists (
          select 1 from information_schema.columns c
          where c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'business_id' and c.is_nullable = 'NO')`, [opened.schema]);
      expect(rows).toEqual([]);
    });

    const alone = server ? undefined : 'one transaction at a time';
    caseUnless(alone, 'refuses a commit begun before its lane was claimed', async () => {
      const given = await claimed();
      const store = storeWith(opened, database!, async () => undefined, async () => void (await storeOn(elsewhere!).claim(given.name)));
      await expect(store.commit(given.name, given.epoch, given.commit)).rejects.toThrow(SupersededError);
      expect(await outcome(given)).toBe('nothing');
    });

    caseUnless(alone, 'keeps a claim waiting for a commit that is under way, and shows it what came of it', async () => {
      const given = await claimed();
      let claim: Promise<unknown> = Promise.resolve();
      const order: string[] = [];
      const slow = storeWith(opened, database!, async () => {
        claim = storeOn(elsewhere!).claim(given.name).then((row) => (order.push('claimed'), row));
        await new Promise((resolve) => setTimeout(resolve, 100));
        order.push('committing');
      });
      await slow.commit(given.name, given.epoch, given.commit);
      expect(await claim).toMatchObject({ epoch: given.epoch + 1, offset: 7 });
      expect(order).toEqual(['committing', 'claimed']);
    });

    caseUnless(alone, 'lets a lane be claimed from a process that stands still within its commit', async () => {
      const given = await claimed();
      let released: () => void = () => undefined;
      const still = new Promise<void>((resolve) => (released = resolve));
      const zombie = storeWith(opened, database!, () => still).commit(given.name, given.epoch, given.commit).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const row = await storeOn(elsewhere!).claim(given.name);
      expect(row).toMatchObject({ epoch: given.epoch + 1, offset: 0 });
      released();
      expect(await zombie).toBeInstanceOf(Error);
      expect(await outcome(given)).toBe('nothing');
    });

    caseUnless(alone, 'moves nothing when the server ends the connection within a commit, and goes on with another', async () => {
      const given = await claimed();
      const cut = storeWith(opened, database!, async (transaction) => {
        const { rows } = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
        await elsewhere!.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
        await new Promise((resolve) => setTimeout(resolve, 50));
      });
      await expect(cut.commit(given.name, given.epoch, given.commit)).rejects.not.toThrow(SupersededError);
      expect(await outcome(given)).toBe('nothing');
      await opened.store.commit(given.name, given.epoch, given.commit);
      expect(await outcome(given)).toBe('all');
    });
  });
}

function logOf({ log }: Opened): { log?: EmbeddedLog } {
  return log instanceof EmbeddedLog ? { log } : {};
}

type Work = (transaction: Queryable) => Promise<unknown>;

/** A database whose transactions go through `through`. */
function wrapped(database: Database, through: (work: Work, transact: (work: Work) => Promise<unknown>) => Promise<unknown>): Database {
  const transaction = (work: Work): Promise<unknown> => through(work, (inner) => database.transaction(inner));
  return Object.assign(Object.create(database) as Database, { transaction: transaction as Database['transaction'], query: database.query.bind(database) });
}

/** A store whose commits are held up: `after` their last statement, and `before` their first. */
function storeWith(opened: Opened, database: Database, after: (transaction: Queryable) => Promise<void>, before?: () => Promise<void>): PostgresLaneStore {
  const held = wrapped(database, (work, transact) =>
    transact(async (transaction) => {
      await transaction.query('select 1');
      await before?.();
      const result = await work(transaction);
      await after(transaction);
      return result;
    }),
  );
  return new PostgresLaneStore(held, { schema: opened.schema, topologies: behaviourTopologies, ...logOf(opened) });
}
