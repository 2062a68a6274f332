import { describe, expect, it } from '@jest/globals';
import type { Post } from '@parley/service';
import { Announcement } from './announcement.js';

interface Row {
  readonly log_index: number;
  announcedAt: number | null;
}

/** Rows of lists, and what was posted of them, by key: the slot writes a key once. */
function directory(count: number) {
  const rows: Row[] = Array.from({ length: count }, (_, index) => ({ log_index: index, announcedAt: null }));
  const onLog = new Map<string, Post>();
  const warned: string[] = [];
  const ends = { beforePost: false, beforeMark: false };
  const runner = {
    query: async (sql: string, [first]: readonly unknown[] = []) => {
      if (sql.startsWith('SELECT')) {
        const found = rows.filter(({ announcedAt }) => announcedAt === null).slice(0, first as number);
        return { rows: found.map(({ log_index }) => ({ log_index, business_id: '*', account_id: `c${log_index}`, party: 'contact', list_version: 1, devices: [] })), rowCount: found.length };
      }
      if (ends.beforeMark) throw new Error('ended');
      for (const row of rows) if ((first as number[]).includes(row.log_index)) row.announcedAt = 1;
      return { rows: [], rowCount: 0 };
    },
  };
  const post = async (posts: readonly Post[]): Promise<void> => {
    if (ends.beforePost) throw new Error('ended');
    for (const one of posts) {
      const before = onLog.get(one.key);
      if (before !== undefined) expect(one).toEqual(before); // Another outcome under the same key would be a conflict.
      onLog.set(one.key, one);
    }
  };
  const announcement = new Announcement({ clock: () => 1, warn: (line) => void warned.push(line) }, runner as never, { post });
  return { rows, onLog, warned, ends, announcement };
}

describe('a list that is published', () => {
  it('is told to the log under its own key, and then marked', async () => {
    const { rows, onLog, announcement } = directory(3);
    await announcement.announce();
    expect([...onLog.keys()]).toEqual(['0', '1', '2']);
    expect(onLog.get('1')).toMatchObject({ businessId: '*', client: 'device-list', outputs: [{ topic: 'parley.devices.v1', key: 'c1', event: { type: 'DeviceListPublished', accountId: 'c1', party: 'contact', logIndex: 1, listVersion: 1, devices: [] } }] });
    expect(rows.every(({ announcedAt }) => announcedAt === 1)).toBe(true);
  });

  it.each(['beforePost', 'beforeMark'] as const)('is told at the next look where the process ended %s, under the same key', async (when) => {
    const { rows, onLog, warned, ends, announcement } = directory(2);
    ends[when] = true;
    await announcement.announceSoon();
    expect(warned).toEqual([expect.stringContaining('ended')]);
    expect(rows.every(({ announcedAt }) => announcedAt === null)).toBe(true);
    ends[when] = false;
    await announcement.announce();
    expect([...onLog.keys()]).toEqual(['0', '1']);
    expect(rows.every(({ announcedAt }) => announcedAt === 1)).toBe(true);
  });

  it('is told however many there are, and once where two look at the same time', async () => {
    const { rows, onLog, announcement } = directory(250);
    await Promise.all([announcement.announce(), announcement.announce()]);
    expect(onLog.size).toBe(250);
    expect(rows.every(({ announcedAt }) => announcedAt === 1)).toBe(true);
  });
});
