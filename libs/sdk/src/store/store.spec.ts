import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from '@parley/testing';
import { openPages, storeIn } from '../browser/page.fixture.js';
import { openFileStore } from '../node/file-store.js';
import { MemoryStore, type DeviceStore } from './store.js';

const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
const pages = await openPages();
const visitor = pages.missing === undefined ? await pages.visit() : null;
afterAll(async () => {
  await visitor?.leave();
  await pages.close();
  rmSync(folder, { recursive: true, force: true });
});
let count = 0;

const stores: readonly (readonly [string, () => Promise<DeviceStore>])[] = [
  ['in memory', () => Promise.resolve(new MemoryStore())],
  ['in a file', () => openFileStore({ folder: join(folder, String(count++)), secret: new Uint8Array(32) })],
];

describe.each(stores)('a device store %s', (_name, make) => behaves(make));
suite('a device store in a browser', pages.missing, () => behaves(() => storeIn(visitor!.page, `store-${count++}`)));

function behaves(make: () => Promise<DeviceStore>): void {
  it('gives back what was committed last', async () => {
    const store = await make();
    expect(await store.get('a')).toBeNull();
    await store.commit([{ key: 'a', value: '1' }, { key: 'b', value: '' }]);
    await store.commit([{ key: 'a', value: '2' }, { key: 'b', value: null }, { key: 'none', value: null }]);
    expect([await store.get('a'), await store.get('b')]).toEqual(['2', null]);
    expect(await store.list('')).toEqual([['a', '2']]);
  });

  it('takes the last of several changes to one key', async () => {
    const store = await make();
    await store.commit([{ key: 'a', value: '1' }, { key: 'a', value: null }, { key: 'a', value: '3' }]);
    expect(await store.get('a')).toBe('3');
  });

  it('lists by prefix, in order of the keys', async () => {
    const store = await make();
    for (const key of ['x/10', 'y/1', 'x/2', 'x', 'x/1', 'X/1', 'x/\u00e4']) await store.commit([{ key, value: key }]);
    expect((await store.list('x/')).map(([key]) => key)).toEqual(['x/1', 'x/10', 'x/2', 'x/\u00e4']);
  });

  it('keeps the order of commits that were not waited for', async () => {
    const store = await make();
    await Promise.all(Array.from({ length: 50 }, (_, n) => store.commit([{ key: 'a', value: String(n) }, { key: `n${n}`, value: '' }])));
    expect(await store.get('a')).toBe('49');
    expect(await store.list('n')).toHaveLength(50);
  });
}
