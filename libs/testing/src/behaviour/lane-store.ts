import { DataError, SupersededError, type LaneCommit, type LaneRow, type LaneStore, type Log, type PendingAppend, type RebuildStore } from '@parley/bus';
import type { RowChange, Table } from '@parley/contracts';
import { balanceCases } from './balances.js';
import { caseUnless, jest, suite } from './jest.js';
import { behaviourTopic, everything, record } from './log.js';

/** A table with every type of column, to be there where the store keeps projections in tables. */
export const behaviourTable: Table = {
  name: 'message_view',
  key: ['conversation_id', 'message_id'],
  columns: {
    conversation_id: { type: 'text' },
    message_id: { type: 'text' },
    business_id: { type: 'text' },
    at: { type: 'bigint' },
    micros: { type: 'bigint', nullable: true },
    lines: { type: 'integer', nullable: true },
    open: { type: 'boolean', nullable: true },
    envelope: { type: 'bytea', nullable: true },
    detail: { type: 'jsonb', nullable: true },
  },
};

/** Lanes of the suite are `<this>/<partition>`. */
export const behaviourTopologies = [{ name: 'view', tables: [behaviourTable] }] as const;

export interface OpenLaneStore {
  readonly store: RebuildStore;
  /** Where the store appends in its commits: the log it appends to. */
  readonly log?: Log;
  /** Rows of `behaviourTable` as they are stored, in key order. */
  rows(): Promise<readonly { readonly [column: string]: unknown }[]>;
  close(): Promise<void>;
}

export interface LaneStoreSubject {
  readonly name: string;
  readonly open: () => Promise<OpenLaneStore>;
  readonly skip?: string;
  /** Whether it refuses values that do not fit their column. */
  readonly typed: boolean;
}

const nothing: Omit<LaneCommit, 'row'> = { states: [], rows: [], timers: [], balances: [], tallies: [], fired: [], waiting: [], redriven: [], answered: [] };

/** What every lane store does. Each case has a lane of its own. */
export function laneStoreBehaviour(subject: LaneStoreSubject): void {
  const { afterAll, beforeAll } = jest();
  suite(`${subject.name} is a lane store`, subject.skip, () => {
    let opened: OpenLaneStore;
    let partition = -1;
    beforeAll(async () => void (opened = await subject.open()));
    afterAll(() => opened?.close());
    const context: Context = { opened: () => opened, lane: () => `view/${(partition += 1)}`, partition: () => partition, typed: subject.typed };
    epochCases(context);
    contentCases(context);
    appendCases(context);
    refusalCases(context);
    rebuildCases(context);
    balanceCases({ ...context, nothing });
  });
}

interface Context {
  opened(): OpenLaneStore;
  /** A lane that no case has used. */
  lane(): string;
  /** The partition of the last one. */
  partition(): number;
  readonly typed: boolean;
}

function epochCases({ opened, lane }: Context): void {
  const { expect, it } = jest();
  it('has no row for a lane that never ran, and makes one at its beginning', async () => {
    const [name, { store }] = [lane(), opened()];
    expect(await store.load(name)).toBeUndefined();
    expect(await store.claim(name)).toEqual({ epoch: 1, offset: 0, sent: {}, acked: {}, taken: {}, catalogOffset: 0, pending: [] });
    expect(await store.load(name)).toMatchObject({ epoch: 1, offset: 0 });
  });

  it('keeps the whole row', async () => {
    const [name, { store }] = [lane(), opened()];
    const { epoch } = await store.claim(name);
    const row = {
      offset: 9_007_199_254_740_991, catalogOffset: 7, pending: [],
      sent: { 'parley.usage.v1/0': 3 }, acked: { 'parley.usage.v1/0': 17 }, taken: { 'delivery/http/0': 2, 'windows/1': 5 },
    } as const;
    await store.commit(name, epoch, { ...nothing, row });
    expect(await store.load(name)).toEqual({ ...row, epoch });
    expect(await store.claim(name)).toEqual({ ...row, epoch: epoch + 1 });
  });

  it('refuses commits of an epoch that was claimed over', async () => {
    const [name, { store }] = [lane(), opened()];
    const first = await store.claim(name);
    const second = await store.claim(name);
    expect(second.epoch).toBe(first.epoch + 1);
    const late = { ...nothing, row: { ...first, offset: 5, pending: pendingOn(0, 1, 'zombie') }, states: [state('k', { late: true })] };
    const before = await opened().log?.end(behaviourTopic, 0);
    await expect(store.commit(name, first.epoch, late)).rejects.toThrow(SupersededError);
    expect(await store.load(name)).toEqual(second);
    expect(await store.states(name, ['k'])).toEqual(new Map());
    expect(await opened().log?.end(behaviourTopic, 0)).toBe(before);
  });

  it('claims only where nobody else has, when told so', async () => {
    const [name, { store }] = [lane(), opened()];
    const { epoch } = await store.claim(name);
    expect((await store.claim(name, epoch)).epoch).toBe(epoch + 1);
    await expect(store.claim(name, epoch)).rejects.toThrow(SupersededError);
    expect((await store.load(name))?.epoch).toBe(epoch + 1);
  });

  it('lets one of many claims and commits at once be the last', async () => {
    const [name, { store }] = [lane(), opened()];
    const claims = await Promise.all(Array.from({ length: 8 }, () => store.claim(name)));
    expect(claims.map(({ epoch }) => epoch).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const commits = claims.map(({ epoch }) => store.commit(name, epoch, { ...nothing, row: { ...claims[0]!, offset: epoch } }));
    const done = (await Promise.allSettled(commits)).map(({ status }) => status === 'fulfilled');
    expect(claims.filter((_, index) => done[index]).map(({ epoch }) => epoch)).toEqual([8]);
    expect((await store.load(name))?.offset).toBe(8);
  });
}

function contentCases({ opened, lane }: Context): void {
  const { expect, it } = jest();
  const begin = async (): Promise<{ name: string; row: LaneRow; commit: (change: Partial<LaneCommit>) => Promise<unknown> }> => {
    const [name, { store }] = [lane(), opened()];
    const row = await store.claim(name);
    return { name, row, commit: (change) => store.commit(name, row.epoch, { ...nothing, row, ...change }) };
  };

  it('keeps states per lane and key, to the byte, the last of a batch', async () => {
    const { name, commit } = await begin();
    const { store } = opened();
    const odd = '{"z":1,"a":"\\u0000 \\" \\\\ {,} é 🔑","1":null}';
    await commit({ states: [state('a', { n: 1 }), { key: 'b', businessId: 'biz', state: odd }, state('a', { n: 2 })] });
    expect(await store.states(name, ['a', 'b', 'c'])).toEqual(new Map([['a', '{"n":2}'], ['b', odd]]));
    expect(await store.states('view/9999', ['a'])).toEqual(new Map());
    await commit({ states: [{ key: 'a', businessId: 'biz', state: null }, state('c', { n: 3 })] });
    expect(await store.states(name, ['a', 'c'])).toEqual(new Map([['c', '{"n":3}']]));
    expect(await store.states(name, [])).toEqual(new Map());
  });

  it('replaces the timers of a key, gives those due in order, and removes those that fired', async () => {
    const { name, commit } = await begin();
    const { store } = opened();
    const later = [{ name: 'close', subject: '', dueAt: 10 }, { name: 'close', subject: 's1', dueAt: 60 }, { name: 'notice', subject: '', dueAt: 70 }];
    const timers = [{ name: 'notice', subject: '', dueAt: 30 }, { name: 'close', subject: 's1', dueAt: 20 }, { name: 'close', subject: 's2', dueAt: 20 }];
    await commit({ timers: [{ key: 'a', businessId: 'biz', timers }, { key: 'b', businessId: 'biz', timers: later }] });
    expect((await store.dueTimers(name, 25, 10)).map(({ key, dueAt }) => [key, dueAt])).toEqual([['b', 10], ['a', 20], ['a', 20]]);
    expect(await store.dueTimers(name, 1_000, 1)).toEqual([{ key: 'b', businessId: 'biz', name: 'close', subject: '', dueAt: 10 }]);
    await commit({ fired: await store.dueTimers(name, 10, 10), timers: [{ key: 'a', businessId: 'biz', timers: [{ name: 'close', subject: 's1', dueAt: 5 }] }] });
    expect((await store.dueTimers(name, 1_000, 10)).map(({ key, dueAt }) => [key, dueAt])).toEqual([['a', 5], ['b', 60], ['b', 70]]);
    await commit({ timers: [{ key: 'a', businessId: 'biz', timers: [] }] });
    expect((await store.dueTimers(name, 1_000, 10)).map(({ key, dueAt }) => [key, dueAt])).toEqual([['b', 60], ['b', 70]]);
  });

  it('sets a timer that fires in the same commit again', async () => {
    const { name, commit } = await begin();
    const { store } = opened();
    const timers = [{ name: 'close', subject: '', dueAt: 10 }];
    await commit({ timers: [{ key: 'a', businessId: 'biz', timers }] });
    await commit({ fired: await store.dueTimers(name, 10, 1), timers: [{ key: 'a', businessId: 'biz', timers: [{ ...timers[0]!, dueAt: 99 }] }] });
    expect((await store.dueTimers(name, 1_000, 10)).map(({ dueAt }) => dueAt)).toEqual([99]);
  });

  it('keeps waiting records in offset order until they are redriven', async () => {
    const { name, commit } = await begin();
    const { store } = opened();
    const waiting = (key: string, offset: number, error = ''): LaneCommit['waiting'][number] => ({ key, businessId: 'biz', offset, value: Uint8Array.from([0, 255, offset]), error });
    await commit({ waiting: [waiting('a', 3, 'poison'), waiting('b', 4, 'poison'), waiting('a', 5)] });
    await commit({ waiting: [waiting('a', 12)] });
    expect([...(await store.waitingKeys(name, 10))].sort()).toEqual(['a', 'b']);
    expect(await store.waitingKeys(name, 1)).toHaveLength(1);
    const found = await store.waitingRecords(name, 'a', 2);
    expect(found.map(({ offset, error, businessId, value }) => [offset, error, businessId, [...value]])).toEqual([[3, 'poison', 'biz', [0, 255, 3]], [5, '', 'biz', [0, 255, 5]]]);
    await commit({ redriven: [{ key: 'a', offset: 3 }, { key: 'a', offset: 5 }] });
    expect((await store.waitingRecords(name, 'a', 10)).map(({ offset }) => offset)).toEqual([12]);
    await commit({ redriven: [{ key: 'a', offset: 12 }, { key: 'b', offset: 4 }] });
    expect(await store.waitingKeys(name, 10)).toEqual([]);
  });

  it('hands redrive requests to the owner until they are answered', async () => {
    const { name, commit } = await begin();
    const { store } = opened();
    await commit({ waiting: [{ key: 'a', businessId: 'biz', offset: 1, value: Uint8Array.from([1]), error: 'poison' }] });
    await store.requestRedrive(name, 'a');
    await store.requestRedrive(name, 'a');
    await store.requestRedrive(name, 'unknown');
    expect([...(await store.redriveRequests(name, 10))].sort()).toEqual(['a', 'unknown']);
    expect(await store.redriveRequests(name, 1)).toHaveLength(1);
    await commit({ answered: ['a'] });
    expect(await store.redriveRequests(name, 10)).toEqual(['unknown']);
  });

  it('puts and removes projection rows, the last change of a key in a batch', async () => {
    const { name, commit } = await begin();
    const full = { at: 1_735_689_600_000, micros: '9223372036854775807', lines: -1, open: true, envelope: Uint8Array.from([0, 1, 255]), detail: { b: [1, null], a: 'é"\\' } };
    await commit({ rows: [put(name, 'm1', {}), put(name, 'm1', full), put(name, 'm2', {}), put(name, 'm3', {}), remove(name, 'm3')] });
    expect(await ownRows(opened(), name)).toMatchObject([
      { message_id: 'm1', ...full, envelope: '0001ff' },
      { message_id: 'm2', micros: null, lines: null, open: null, envelope: null, detail: null },
    ]);
    await commit({ rows: [remove(name, 'm1'), put(name, 'm2', { open: false })] });
    expect((await ownRows(opened(), name)).map(({ message_id: id, open }) => [id, open])).toEqual([['m2', false]]);
  });
}

function appendCases({ opened, lane, partition }: Context): void {
  const { expect, it } = jest();
  it('appends in its commit, or keeps the output pending until a later commit: nothing of it is lost', async () => {
    const [name, { store, log }] = [lane(), opened()];
    const row = await store.claim(name);
    const place = partition() % 16;
    const pending = [...pendingOn(place, 1, `${name} first`), ...pendingOn((place + 1) % 16, 1, `${name} other`), ...pendingOn(place, 3, `${name} second`)];
    const begin = (await log?.end(behaviourTopic, place)) ?? 0;
    const acked = await store.commit(name, row.epoch, { ...nothing, row: { ...row, pending } });
    const again = await store.claim(name);
    if (!store.appendsInCommit) {
      expect(acked).toEqual({});
      expect(again.pending.map(plain)).toEqual(pending.map(plain));
      await store.commit(name, again.epoch, { ...nothing, row: { ...again, pending: [] } });
      expect((await store.load(name))?.pending).toEqual([]);
      return;
    }
    expect(again.pending).toEqual([]);
    expect(acked[`${behaviourTopic}/${place}`]).toBe(begin + 4);
    expect(again.acked).toEqual(acked);
    const keys = (await everything(log!, place, 100)).slice(begin).map(({ key }) => key);
    expect(keys).toEqual([`${name} first`, `${name} first`, `${name} second`, `${name} second`]);
  });

  it('lets lanes that write to the same partitions commit at once', async () => {
    const { store, log } = opened();
    const names = Array.from({ length: 6 }, () => lane());
    const rows = await Promise.all(names.map((name) => store.claim(name)));
    const before = (await log?.end(behaviourTopic, 0)) ?? 0;
    const commitAll = names.map(async (name, index) => {
      const { epoch } = rows[index]!;
      for (let round = 0; round < 5; round += 1) {
        const places = index % 2 === 0 ? [0, 1] : [1, 0];
        const pending = places.flatMap((place) => pendingOn(place, 1 + round * 2, name));
        await store.commit(name, epoch, { ...nothing, row: { ...rows[index]!, offset: round + 1, pending }, states: [state(`${name} k`, { round })] });
      }
    });
    await Promise.all(commitAll);
    for (const name of names) expect(await store.load(name)).toMatchObject({ offset: 5 });
    if (log) expect(await log.end(behaviourTopic, 0)).toBe(before + 6 * 5 * 2);
  });
}

function refusalCases({ opened, lane, typed }: Context): void {
  const { expect } = jest();
  const refused: { readonly [what: string]: (name: string) => Partial<LaneCommit> } = {
    'a number too large for its column': (name) => ({ rows: [put(name, 'm', { lines: 3_000_000_000 })] }),
    'a word where a number belongs': (name) => ({ rows: [put(name, 'm', { micros: 'twelve' })] }),
    'a null where none may be': (name) => ({ rows: [put(name, 'm', { business_id: null })] }),
    'a zero byte in a text': (name) => ({ rows: [put(name, 'm\u0000', {})] }),
    'a zero byte in a key': () => ({ states: [state('k\u0000', {})] }),
    'a key too large for its index': () => ({ states: [{ key: Array.from({ length: 9_000 }, (_, index) => Math.sin(index).toString(36)).join(''), businessId: 'biz', state: '{}' }] }),
    'a row with a column that the table has not': (name) => ({ rows: [put(name, 'm', { colour: 'red' })] }),
    'a table that nobody declared': (name) => ({ rows: [{ ...put(name, 'm', {}), table: 'elsewhere' }] }),
  };
  for (const [what, change] of Object.entries(refused)) {
    caseUnless(typed ? undefined : 'it takes any value', `refuses ${what} as a data error, and keeps nothing of the commit`, async () => {
      const [name, { store, log }] = [lane(), opened()];
      const row = await store.claim(name);
      const end = await log?.end(behaviourTopic, 0);
      const commit: LaneCommit = { ...nothing, row: { ...row, offset: 5, pending: pendingOn(0, 1, name) }, ...change(name) };
      const good = { states: [...commit.states, state('good', {})], rows: [put(name, 'good', {}), ...commit.rows] };
      await expect(store.commit(name, row.epoch, { ...commit, ...good })).rejects.toThrow(DataError);
      expect(await store.load(name)).toEqual(row);
      expect(await store.states(name, ['good'])).toEqual(new Map());
      expect(await ownRows(opened(), name)).toEqual([]);
      expect(await log?.end(behaviourTopic, 0)).toBe(end);
      await store.commit(name, row.epoch, { ...nothing, row: { ...row, offset: 6 } });
    });
  }

  caseUnless(typed ? undefined : 'it keeps rows by lane', 'refuses to change a row that another source partition writes', async () => {
    const [one, two, { store }] = [lane(), lane(), opened()];
    const [first, second] = [await store.claim(one), await store.claim(two)];
    await store.commit(one, first.epoch, { ...nothing, row: first, rows: [put(one, 'm', { lines: 1 })] });
    await expect(store.commit(two, second.epoch, { ...nothing, row: second, rows: [put(one, 'm', { lines: 2 })] })).rejects.toThrow(DataError);
    await store.commit(two, second.epoch, { ...nothing, row: second, rows: [remove(one, 'm')] });
    expect(await ownRows(opened(), one)).toMatchObject([{ lines: 1 }]);
  });
}

function rebuildCases({ opened, lane }: Context): void {
  const { expect, it } = jest();
  const fill = async (store: LaneStore, name: string, order: readonly string[]): Promise<void> => {
    const row = await store.claim(name);
    for (const key of order) {
      await store.commit(name, row.epoch, {
        ...nothing,
        row,
        states: [{ key, businessId: 'biz', state: order[0] === key ? '{"a":1,"b":2}' : '{"b":2,"a":1}' }],
        rows: [put(name, key, { lines: 1, detail: { x: 1, y: 2 } })],
        timers: [{ key, businessId: 'biz', timers: [{ name: 'close', subject: '', dueAt: 5 }] }],
        waiting: [{ key, businessId: 'biz', offset: Number(key), value: Uint8Array.from([1]), error: `after ${order.join()}` }],
      });
    }
  };

  it('dumps equal contents as equal texts, whatever wrote them in whatever order', async () => {
    const [name, { store }] = [lane(), opened()];
    await fill(store, name, ['1', '2']);
    const dump = await store.dump(name);
    await store.reset(name);
    await fill(store, name, ['2', '1']);
    expect(await store.dump(name)).toBe(dump);
    const row = await store.claim(name);
    await store.commit(name, row.epoch, { ...nothing, row, rows: [put(name, '1', { lines: 2, detail: { x: 1, y: 2 } })] });
    expect(await store.dump(name)).not.toBe(dump);
  });

  it('resets all a lane has written but its row, and nothing of other lanes', async () => {
    const [name, other, { store }] = [lane(), lane(), opened()];
    await fill(store, name, ['1']);
    await fill(store, other, ['1']);
    await store.requestRedrive(name, '1');
    const dump = await store.dump(other);
    const row = await store.load(name);
    await store.reset(name);
    expect(await store.dump(name)).toBe('');
    expect(await store.redriveRequests(name, 10)).toEqual([]);
    expect(await store.load(name)).toEqual(row);
    expect(await store.dump(other)).toBe(dump);
    expect(dump.split('\n')).toHaveLength(4);
  });
}

function state(key: string, value: object): LaneCommit['states'][number] {
  return { key, businessId: 'biz', state: JSON.stringify(value) };
}

/** Rows of a case carry its lane's name as their conversation, so that cases do not meet. */
function put(lane: string, id: string, columns: { readonly [column: string]: RowValue }): RowChange {
  const empty = { business_id: 'biz', at: 0, micros: null, lines: null, open: null, envelope: null, detail: null };
  return { table: behaviourTable.name, key: keyOf(lane, id), row: { ...empty, ...columns, ...keyOf(lane, id) } };
}

type RowValue = NonNullable<RowChange['row']>[string];

function remove(lane: string, id: string): RowChange {
  return { table: behaviourTable.name, key: keyOf(lane, id), row: null };
}

function keyOf(lane: string, id: string): { conversation_id: string; message_id: string } {
  return { conversation_id: lane, message_id: id };
}

async function ownRows(opened: OpenLaneStore, lane: string): Promise<readonly { readonly [column: string]: unknown }[]> {
  const rows = (await opened.rows()).filter(({ conversation_id: id }) => id === lane);
  return rows.map((row) => ({ ...row, envelope: row['envelope'] instanceof Uint8Array ? Buffer.from(row['envelope']).toString('hex') : row['envelope'] }));
}

/** Two records, numbered from `firstNumber` on. */
function pendingOn(partition: number, firstNumber: number, key: string): PendingAppend[] {
  return [{ topic: behaviourTopic, partition, firstNumber, records: [record(key, '\u0001one'), record(key, 'two')] }];
}

function plain({ records, ...append }: PendingAppend): unknown {
  return { ...append, records: records.map(({ key, value }) => [key, Buffer.from(value).toString('hex')]) };
}
