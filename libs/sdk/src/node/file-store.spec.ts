import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemRandom } from '@parley/crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../store/error.js';
import { openFileStore } from './file-store.js';

const root = mkdtempSync(join(tmpdir(), 'parley-device-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const secret = systemRandom(32);
let folder: string;
let file: string;
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  file = join(folder, 'device.store');
});
const open = (change: object = {}) => openFileStore({ folder, secret, ...change });
const put = (key: string, value: string | null) => [{ key, value }];

describe('a store file', () => {
  it('gives back after a restart what was committed before', async () => {
    const store = await open();
    for (let n = 0; n < 20; n++) await store.commit(put(`k${n % 7}`, String(n)));
    await store.commit(put('k0', null));
    const before = await store.list('');
    await store.close();
    const again = await open();
    expect(await again.list('')).toEqual(before);
    await again.close();
  });

  it('opens with the passphrase it was made with, and holds nothing in clear', async () => {
    const cost = { scryptCost: { work: 1024, blockSize: 8, parallelism: 1 } };
    const store = await open({ ...cost, secret: 'correct horse' });
    await store.commit(put('name', 'Ada Lovelace'));
    await store.close();
    expect(readFileSync(file, 'latin1')).not.toMatch(/Ada|Lovelace|name/);
    await expect(open({ ...cost, secret: 'wrong horse' })).rejects.toThrow('does not open with this key or passphrase');
    const again = await open({ ...cost, secret: 'correct horse' });
    expect(await again.get('name')).toBe('Ada Lovelace');
    await again.close();
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('cut off at any byte, opens at a commit: nothing acknowledged before is lost, nothing is half there', async () => {
    const store = await open();
    const ends: number[] = [statSync(file).size];
    for (let n = 0; n < 2; n++) {
      await store.commit([...put('n', String(n)), ...put('twin', String(n))]);
      ends.push(statSync(file).size);
    }
    await store.close();
    const whole = readFileSync(file);
    for (let length = ends[0]!; length <= whole.length; length++) {
      const committed = ends.filter((end) => end <= length).length - 2;
      const missing = ends[committed + 2] === undefined ? 0 : ends[committed + 2]! - length;
      // A power cut may also leave the file at its new length, with zeros where nothing was written yet.
      for (const filled of missing < 16 ? [0] : [0, missing]) {
        writeFileSync(file, Buffer.concat([whole.subarray(0, length), Buffer.alloc(filled)]));
        const cut = await open();
        expect([await cut.get('n'), await cut.get('twin')]).toEqual(Array(2).fill(committed < 0 ? null : String(committed)));
        await cut.commit(put('after', 'crash'));
        await cut.close();
      }
    }
  }, 60_000);

  it('changed at any byte, is refused, and never opens with less than it had', async () => {
    const store = await open();
    for (let n = 0; n < 3; n++) await store.commit(put('n', String(n)));
    await store.close();
    const whole = readFileSync(file);
    const at = Array.from({ length: whole.length }, (_, index) => index).filter((index) => index < 8 || index >= 24); // A key needs no salt.
    for (const index of at) {
      writeFileSync(file, whole.with(index, whole[index]! ^ 0x10));
      await expect(open()).rejects.toBeInstanceOf(StoreError);
    }
  }, 60_000);

  it('does not take the frames of another file, nor its own in another order', async () => {
    const store = await open();
    const start = statSync(file).size;
    await store.commit(put('n', '1'));
    const first = statSync(file).size;
    await store.commit(put('n', '2'));
    await store.close();
    const whole = readFileSync(file);
    const [head, one, two] = [whole.subarray(0, start), whole.subarray(start, first), whole.subarray(first)];
    for (const parts of [[head, two, one], [head, one, one], [head, two]]) {
      writeFileSync(file, Buffer.concat(parts));
      await expect(open()).rejects.toThrow('is damaged');
    }
    writeFileSync(file, whole);
    await (await open()).close(); // Written anew, under another id.
    writeFileSync(file, Buffer.concat([readFileSync(file), two]));
    await expect(open()).rejects.toThrow('is damaged');
  });

  it('is written anew when it has grown, and loses nothing then', async () => {
    const store = await open({ compactAboveBytes: 4096 });
    for (let n = 0; n < 300; n++) await store.commit(put(`k${n % 10}`, String(n)));
    expect(statSync(file).size).toBeLessThan(12_000);
    await store.close();
    const again = await open();
    expect((await again.list('')).map(([, value]) => Number(value))).toEqual([290, 291, 292, 293, 294, 295, 296, 297, 298, 299]);
    await again.close();
  });

  it('holds more entries than fit one frame', async () => {
    const store = await open();
    const many = Array.from({ length: 1234 }, (_, n) => ({ key: `k${n}`, value: String(n) }));
    await store.commit(many);
    await store.close();
    for (let times = 0; times < 2; times++) {
      const again = await open();
      expect(await again.list('')).toHaveLength(1234);
      await again.close();
    }
  });

  it('belongs to one process at a time', async () => {
    const store = await open();
    await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
    await store.close();
    await expect(store.commit(put('a', '1'))).rejects.toThrow('closed');
    writeFileSync(`${file}.lock`, '1'); // Alive as long as this machine runs.
    await expect(open()).rejects.toThrow('in use by process 1.');
    writeFileSync(`${file}.lock`, '999999999'); // Long dead.
    await (await open()).close();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('says what to do about a file it cannot use', async () => {
    mkdirSync(folder);
    writeFileSync(file, 'hello');
    await expect(open()).rejects.toThrow('is no device store');
    writeFileSync(file, 'parleyd2' + 'x'.repeat(100));
    await expect(open()).rejects.toThrow('newer version');
    writeFileSync(join(root, 'plain'), '');
    await expect(open({ folder: join(root, 'plain', 'inner') })).rejects.toThrow('cannot be made');
  });
});
