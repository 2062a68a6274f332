import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '@parley/crypto';
import { Archive, inOrder, type ArchiveLimits, type Span } from './archive.js';

const key = new Uint8Array(32).fill(3);
const day = 86_400_000;
const usual: ArchiveLimits = { keptMs: 30 * day, bytes: 64 * 1024 * 1024 };
const ever: Span = { since: 0, until: Infinity };

let folder: string;
let now: number;
let warnings: string[];
let archive: Archive;
const open = (limits = usual) => Archive.open({ folder, key, limits, random: systemRandom, now: () => now, log: { warn: (line) => warnings.push(line) } });
const put = async (...bodies: string[]) => {
  for (const body of bodies) await archive.append({ outcome: 'delivered', body });
};
const read = async (span = ever, after: string | null = null) => {
  const bodies: string[] = [];
  for await (const { body } of archive.from(span, after)) bodies.push(body);
  return bodies;
};
const idsOf = async () => {
  const ids: string[] = [];
  for await (const { id } of archive.from(ever, null)) ids.push(id);
  return ids;
};
const files = () => readdirSync(folder).sort();
const reopen = async (limits = usual) => {
  await archive.close();
  archive = await open(limits);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-archive-'));
  [now, warnings] = [1_000, []];
  archive = await open();
});
afterEach(async () => {
  await archive.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the archive', () => {
  it('gives back what was sent, in order and by its time, across restarts', async () => {
    await put('a', 'b');
    now = 2_000;
    await put('c');
    await reopen();
    now = 3_000;
    await put('d', 'grüße \u2028');
    expect(await read()).toEqual(['a', 'b', 'c', 'd', 'grüße \u2028']);
    expect(await read({ since: 1_000, until: 2_000 })).toEqual(['a', 'b']);
    expect(await read({ since: 1_001, until: 3_001 })).toEqual(['c', 'd', 'grüße \u2028']);
    expect(await archive.count({ since: 2_000, until: 3_000 })).toBe(1);
    for (const span of [ever, { since: 1_000, until: 2_001 }, { since: 0, until: 1_000 }, { since: 2_500, until: 9_000 }, { since: 1_500, until: 3_000 }]) expect(await archive.count(span)).toBe((await read(span)).length);
  });

  it('finds each by its id, and goes on behind it', async () => {
    await put('a', 'b');
    await reopen();
    await put('c');
    const ids = await idsOf();
    expect(new Set(ids).size).toBe(3);
    expect(await Promise.all(ids.map(async (id) => (await archive.find(id))?.body))).toEqual(['a', 'b', 'c']);
    expect(await read(ever, ids[0]!)).toEqual(['b', 'c']);
    expect(await read(ever, ids[1]!)).toEqual(['c']);
    expect(inOrder([ids[2]!, ids[0]!, ids[1]!])).toEqual(ids);
    expect(await Promise.all(['wh_9_0', 'wh_1_7', 'x', ''].map((id) => archive.find(id)))).toEqual([null, null, null, null]);
  });

  it('keeps the order although the clock goes back', async () => {
    now = 5_000;
    await put('a');
    now = 4_000;
    await put('b');
    expect(await read({ since: 5_000, until: 5_001 })).toEqual(['a', 'b']);
    await reopen();
    await put('c');
    expect(await read({ since: 5_000, until: 5_001 })).toEqual(['a', 'b', 'c']);
  });

  it('holds nothing readable', async () => {
    await put('a secret word');
    const all = Buffer.concat(files().map((name) => readFileSync(join(folder, name))));
    expect(all.length).toBeGreaterThan(50);
    expect(all.includes('secret')).toBe(false);
  });
});

describe('what is kept', () => {
  it('goes when it is too old, and its ids are not given again', async () => {
    await put('old');
    const [old] = await idsOf();
    now += 30 * day + 1;
    expect(await read()).toEqual([]);
    expect(await archive.find(old!)).toBeNull();
    await archive.expire();
    expect(files()).toEqual(['webhooks-00000002']);
    await reopen();
    await put('new');
    expect(await idsOf()).toEqual(['wh_3_0']);
  });

  it('is at most so much, and the oldest goes first', async () => {
    await reopen({ ...usual, bytes: 200_000 });
    const bodies = Array.from({ length: 100 }, (_, n) => String(n).padEnd(10_000, 'x'));
    for (const body of bodies) {
      await put(body);
      expect(archive.bytes).toBeLessThanOrEqual(200_000);
    }
    const left = await read();
    expect(left.length).toBeGreaterThan(10);
    expect(left).toEqual(bodies.slice(-left.length));
    expect(files().length).toBeGreaterThan(3);
  });

  it('does not break who reads it while the oldest goes', async () => {
    await reopen({ ...usual, bytes: 100_000 });
    await put(...Array.from({ length: 9 }, () => 'x'.repeat(10_000)));
    const reading = archive.from(ever, null);
    await reading.next();
    await put(...Array.from({ length: 20 }, () => 'y'.repeat(10_000)));
    let rest = 0;
    for await (const { body } of reading) rest += body.startsWith('y') ? 1 : 0;
    expect(rest).toBeGreaterThan(0);
  });
});

describe('a file that has suffered', () => {
  const first = () => join(folder, 'webhooks-00000001');

  it('with a torn end is read up to there, and nothing is said: what is torn was not settled', async () => {
    await put('a', 'b');
    await archive.close();
    truncateSync(first(), readFileSync(first()).length - 3);
    archive = await open();
    await put('c');
    expect(await read()).toEqual(['a', 'c']);
    expect(warnings).toEqual([]);
  });

  it.each<[string, (bytes: Buffer) => void]>([
    ['in a record', (bytes) => void (bytes[60]! ^= 1)],
    ['in a length', (bytes) => void (bytes[9]! ^= 1)],
  ])('changed %s loses what cannot be read, says so, and keeps the rest', async (_, change) => {
    await put('a', 'b');
    await archive.close();
    const bytes = readFileSync(first());
    change(bytes);
    writeFileSync(first(), bytes);
    archive = await open();
    await put('c');
    expect((await read()).at(-1)).toBe('c');
    expect(await read()).not.toContain('a');
    expect(warnings).toEqual([expect.stringMatching(/webhooks-00000001 .* is damaged/)]);
  });

  it('cannot be passed off as another', async () => {
    await put('a');
    await reopen();
    await put('b');
    await archive.close();
    writeFileSync(join(folder, 'webhooks-00000002'), readFileSync(first()));
    archive = await open();
    expect(await read()).toEqual(['a']);
    expect(warnings).toHaveLength(1);
  });

  it('that holds no more than its name is nothing', async () => {
    appendFileSync(join(folder, 'webhooks-00000007'), '');
    await reopen();
    await put('a');
    expect(await idsOf()).toEqual(['wh_8_0']);
  });
});
