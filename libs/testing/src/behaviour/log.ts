import { OffsetOutOfRangeError, type Log, type LogRecord, type NewRecord } from '@parley/bus';
import { caseUnless, jest, suite } from './jest.js';

/** What a log is tried with: empty, with at least 16 partitions of `behaviourTopic`. */
export interface OpenLog {
  readonly log: Log;
  /** The same log as another process sees it. */
  readonly other?: Log;
  /** Removes old records of a partition, as retention does. */
  forget?(partition: number): Promise<void>;
  close(): Promise<void>;
}

export interface LogSubject {
  readonly name: string;
  readonly open: () => Promise<OpenLog>;
  /** Why it cannot run here. */
  readonly skip?: string;
  /** Which of the optional parts of `OpenLog` are there. */
  readonly has: { readonly other: boolean; readonly forget: boolean };
}

export const behaviourTopic = 'parley.envelopes.v1';
export const behaviourPartitions = 16;

const never = new AbortController().signal;

/** What every log does, whatever it is made of. Each case has a partition of its own. */
export function logBehaviour({ name, open, skip, has }: LogSubject): void {
  const { afterAll, beforeAll, expect, it } = jest();
  suite(`${name} is a log`, skip, () => {
    let opened: OpenLog;
    let log: Log;
    let partition = -1;
    beforeAll(async () => {
      opened = await open();
      log = opened.log;
    });
    afterAll(() => opened?.close());

    const fresh = (): number => (partition += 1);
    const append = (place: number, records: readonly NewRecord[], to = log): Promise<number> => to.append({ topic: behaviourTopic, partition: place, records });
    const read = (place: number, offset: number, limit: number): Promise<readonly LogRecord[]> => log.read(behaviourTopic, place, offset, limit);

    it('gives records back as they were appended, from offset 0 on', async () => {
      const place = fresh();
      const records = [record('a', 'one'), record('ключ-é-🔑', ''), { key: 'bytes', value: Uint8Array.from({ length: 65_536 }, (_, index) => index % 256) }];
      expect(await append(place, records)).toBe(0);
      expect(await append(place, [record('d', 'last')])).toBe(3);
      const found = await read(place, 0, 10);
      expect(found.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
      expect(found.map(hex)).toEqual([...records, record('d', 'last')].map(hex));
      expect(await log.start(behaviourTopic, place)).toBe(0);
      expect(await log.end(behaviourTopic, place)).toBe(4);
    });

    it('gives offsets without holes to appenders who do not know of each other', async () => {
      const place = fresh();
      const sizes = Array.from({ length: 40 }, (_, index) => 1 + (index % 7));
      const appends = sizes.map((size, index) => append(place, series(`appender ${index}`, size), index % 2 === 0 ? log : (opened.other ?? log)));
      const bases = await Promise.all(appends);
      const found = await everything(log, place, 1_000);
      expect(found.map(({ offset }) => offset)).toEqual(found.map((_, index) => index));
      expect(found).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
      bases.forEach((base, index) => {
        const own = found.slice(base, base + sizes[index]!);
        expect(own.map(({ key }) => key)).toEqual(series(`appender ${index}`, sizes[index]!).map(({ key }) => key));
      });
    });

    it('shows records in order: who reads on never passes one by', async () => {
      const place = fresh();
      const total = 60;
      const writing = Promise.all(Array.from({ length: total }, (_, index) => append(place, [record(`k${index}`, 'v')], index % 2 === 0 ? log : (opened.other ?? log))));
      let next = 0;
      while (next < total) {
        for (const { offset } of await read(place, next, 7)) {
          expect(offset).toBe(next);
          next += 1;
        }
      }
      await writing;
    });

    it('reads from within an append, at most the limit, and nothing at the end', async () => {
      const place = fresh();
      await append(place, series('first', 10));
      await append(place, series('second', 10));
      expect((await read(place, 7, 2)).map(({ offset }) => offset)).toEqual([7, 8]);
      expect((await read(place, 8, 4)).map(({ key }) => key)).toEqual(['first 8', 'first 9', 'second 0', 'second 1']);
      expect(await read(place, 20, 5)).toEqual([]);
    });

    it('reads a partition of many and of large records page by page', async () => {
      const place = fresh();
      const large = Array.from({ length: 100 }, (_, index) => ({ key: `large ${index}`, value: new Uint8Array(60_000).fill(index) }));
      await append(place, series('small', 5_000));
      await append(place, large);
      const found = await everything(log, place, 2_000);
      expect(found.map(({ offset }) => offset)).toEqual(Array.from({ length: 5_100 }, (_, index) => index));
      expect(found.slice(5_000).every(({ value }, index) => value.length === 60_000 && value[59_999] === index)).toBe(true);
    });

    it('gives every reader all of it, however many read the same place at once', async () => {
      const place = fresh();
      await append(place, series('first', 500));
      const reader = async (limit: number): Promise<readonly number[]> => {
        const offsets: number[] = [];
        for (let next = 0; next < 1_000; ) {
          const found = await read(place, next, limit);
          if (found.length === 0) await log.wait(behaviourTopic, place, next, 50, never);
          offsets.push(...found.map(({ offset }) => offset));
          next = offsets.length === 0 ? 0 : offsets.at(-1)! + 1;
        }
        return offsets;
      };
      const readers = [7, 7, 50, 50, 1_000].map(reader);
      for (let batch = 0; batch < 10; batch += 1) await append(place, series(`later ${batch}`, 50));
      const all = Array.from({ length: 1_000 }, (_, offset) => offset);
      for (const offsets of await Promise.all(readers)) expect(offsets).toEqual(all);
    });

    it('keeps partitions apart', async () => {
      const [one, two] = [fresh(), fresh()];
      await append(one, [record('one', '')]);
      expect(await append(two, [record('two', '')])).toBe(0);
      expect((await read(one, 0, 10)).map(({ key }) => key)).toEqual(['one']);
    });

    it('refuses an offset that was never there', async () => {
      const place = fresh();
      await append(place, series('k', 3));
      await expect(read(place, 4, 1)).rejects.toThrow(OffsetOutOfRangeError);
      await expect(read(place, -1, 1)).rejects.toThrow(OffsetOutOfRangeError);
    });

    caseUnless(has.forget ? undefined : 'it keeps everything', 'refuses an offset below the first it still keeps, and goes on from that one', async () => {
      const place = fresh();
      for (let index = 0; index < 3; index += 1) await append(place, series(`old ${index}`, 4));
      await opened.forget!(place);
      await append(place, series('young', 2));
      const start = await log.start(behaviourTopic, place);
      expect(start).toBe(12);
      expect(await log.end(behaviourTopic, place)).toBe(14);
      await expect(read(place, start - 1, 10)).rejects.toThrow(OffsetOutOfRangeError);
      expect((await read(place, start, 10)).map(({ key }) => key)).toEqual(['young 0', 'young 1']);
    });

    it('does not know partitions it does not have', async () => {
      await expect(append(log.partitions(behaviourTopic), [record('k', 'v')])).rejects.toThrow(RangeError);
    });

    it('wakes who waits when the record arrives, and lets nobody wait for what is there', async () => {
      const place = fresh();
      const waited = elapsed(() => log.wait(behaviourTopic, place, 0, 10_000, never));
      await append(place, [record('k', 'v')]);
      expect(await waited).toBeLessThan(2_000);
      expect(await elapsed(() => log.wait(behaviourTopic, place, 0, 10_000, never))).toBeLessThan(500);
    });

    caseUnless(has.other ? undefined : 'it lives in one process', 'wakes who waits when another process appends', async () => {
      const place = fresh();
      const waited = elapsed(() => log.wait(behaviourTopic, place, 0, 10_000, never));
      await append(place, [record('k', 'v')], opened.other);
      expect(await waited).toBeLessThan(2_000);
    });

    it('ends a wait at its time, or when told to', async () => {
      const place = fresh();
      expect(await elapsed(() => log.wait(behaviourTopic, place, 0, 100, never))).toBeGreaterThanOrEqual(90);
      const told = new AbortController();
      const waited = elapsed(() => log.wait(behaviourTopic, place, 0, 10_000, told.signal));
      told.abort();
      expect(await waited).toBeLessThan(500);
      expect(await elapsed(() => log.wait(behaviourTopic, place, 0, 10_000, told.signal))).toBeLessThan(500);
    });
  });
}

/** All of a partition, page by page. */
export async function everything(log: Log, partition: number, limit: number, topic: Parameters<Log['read']>[0] = behaviourTopic): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for (;;) {
    const page = await log.read(topic, partition, found.length, limit);
    if (page.length === 0) return found;
    found.push(...page);
  }
}

export function record(key: string, text: string): NewRecord {
  return { key, value: Buffer.from(text) };
}

export function series(name: string, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, index) => record(`${name} ${index}`, `value ${index}`));
}

function hex({ key, value }: NewRecord): { key: string; value: string } {
  return { key, value: Buffer.from(value).toString('hex') };
}

async function elapsed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
