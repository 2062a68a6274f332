// The store in IndexedDB, in a real browser: what is on disk, who may open it, what a closed tab leaves.
import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { suite, type Visitor } from '@parley/testing';
import { inPage, openPages, storeIn } from './page.fixture.js';

const pages = await openPages();
afterAll(() => pages.close());
const put = (key: string, value: string | null) => [{ key, value }];
const cost = { scryptCost: { work: 1024, blockSize: 8, parallelism: 1 } };
/** Everything that the page's origin keeps, as text: byte arrays as their bytes, keys as what a script can see of them. */
const everything = `
  const database = await new Promise((resolve) => { const open = indexedDB.open(given.name); open.onsuccess = () => resolve(open.result); });
  const all = (name) => new Promise((resolve) => { const asked = database.transaction(name).objectStore(name).getAll(); asked.onsuccess = () => resolve(asked.result); });
  const found = [...await all('rows'), ...await all('header')];
  database.close();`;

suite('a store in IndexedDB', pages.missing, () => {
  let visitor: Visitor;
  beforeEach(async () => void (visitor = await pages.visit()));
  afterEach(async () => {
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  it('gives back after the page was loaded anew what was committed before, without having been closed', async () => {
    const store = await storeIn(visitor.page, 'one');
    await store.commit([...put('a', '1'), ...put('b', '2')]);
    await store.commit(put('a', null));
    await visitor.page.reload();
    expect(await (await storeIn(visitor.page, 'one')).list('')).toEqual([['b', '2']]);
  });

  it('holds neither keys nor values in clear, and its own keys cannot be taken out', async () => {
    const store = await storeIn(visitor.page, 'one');
    await store.commit(put('message/b1.c1/m1', 'Where is my parcel?'));
    const [text, keys] = await inPage<[string, string[]]>(visitor.page, { name: 'one' }, `${everything}
      const text = found.flatMap((row) => Object.values(row)).map((value) => typeof value !== 'object' ? value : new TextDecoder('latin1').decode(value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? value : new Uint8Array())).join();
      const keys = Object.values(found.at(-1).keys);
      return [text, await Promise.all(keys.map((key) => crypto.subtle.exportKey('raw', key).then(() => 'exported', (error) => error.name)))];`);
    expect(text.length).toBeGreaterThan(60);
    expect(text).not.toMatch(/message|b1\.c1|parcel/);
    expect(keys).toEqual(['InvalidAccessError', 'InvalidAccessError']);
  });

  it('opens with the passphrase it was made with, and says what is wrong with another', async () => {
    const store = await storeIn(visitor.page, 'under', { passphrase: 'correct horse', ...cost });
    await store.commit(put('a', '1'));
    await store.close();
    await expect(storeIn(visitor.page, 'under', { passphrase: 'wrong horse', ...cost })).rejects.toThrow('does not open with this passphrase');
    await expect(storeIn(visitor.page, 'under')).rejects.toThrow('Open it with the one it was made with');
    expect(await (await storeIn(visitor.page, 'under', { passphrase: 'correct horse', ...cost })).get('a')).toBe('1');
    await (await storeIn(visitor.page, 'plain')).close();
    await expect(storeIn(visitor.page, 'plain', { passphrase: 'correct horse' })).rejects.toThrow('has no passphrase');
  });

  it('writes all of a commit or nothing, and goes on after one that was refused', async () => {
    const store = await storeIn(visitor.page, 'one');
    await store.commit(put('a', '1'));
    const refused = await inPage<string>(visitor.page, null, `
      const put = IDBObjectStore.prototype.put;
      let calls = 0;
      IDBObjectStore.prototype.put = function (row) { if (++calls === 2) { this.transaction.abort(); } return put.call(this, row); };
      try { await self.stores.one.commit([{ key: 'a', value: '2' }, { key: 'b', value: '2' }]); return 'written'; }
      catch (error) { return error.name; }
      finally { IDBObjectStore.prototype.put = put; }`);
    expect(refused).not.toBe('written');
    expect(await store.list('')).toEqual([['a', '1']]);
    await store.commit(put('c', '3'));
    await visitor.page.reload();
    expect(await (await storeIn(visitor.page, 'one')).list('')).toEqual([['a', '1'], ['c', '3']]);
  });

  it('does not take a row in another\'s place, nor one that was changed', async () => {
    const store = await storeIn(visitor.page, 'one');
    await store.commit([...put('a', '1'), ...put('b', '2')]);
    await store.close();
    await inPage(visitor.page, { name: 'one' }, `
      const database = await new Promise((resolve) => { const open = indexedDB.open(given.name); open.onsuccess = () => resolve(open.result); });
      const rows = database.transaction('rows', 'readwrite').objectStore('rows');
      const found = await new Promise((resolve) => { const asked = rows.getAll(); asked.onsuccess = () => resolve(asked.result); });
      await new Promise((resolve) => { rows.put({ ...found[0], id: found[1].id }).onsuccess = resolve; });
      database.close();`);
    await expect(storeIn(visitor.page, 'one')).rejects.toThrow('is damaged');
  });

  it('belongs to one tab at a time, and to the next one when it is closed', async () => {
    await storeIn(visitor.page, 'one');
    const other = await visitor.page.context().newPage();
    await other.goto(visitor.page.url());
    await expect(storeIn(other, 'one', { waitMs: 200 })).rejects.toThrow('open in another tab');
    await expect(inPage(other, null, 'await removeBrowserStore("one", 200);')).rejects.toThrow('open in another tab');
    await visitor.page.close();
    const store = await storeIn(other, 'one');
    await store.commit(put('a', '1'));
    await store.close();
    await expect(store.commit(put('a', '2'))).rejects.toThrow('was closed');
    await inPage(other, null, 'await removeBrowserStore("one");');
    expect(await (await storeIn(other, 'one')).list('')).toEqual([]);
  });

  it('is a device\'s: registered, it is the same one after the page was loaded anew', async () => {
    await storeIn(visitor.page, 'one');
    const made = `const { Device } = await import('@parley/sdk'); const device = new Device({ baseUrl: location.origin, store: self.stores.one, sleep: async () => undefined });`;
    // There is no platform behind this page: what a device says of that is its own word, and its keys are kept before it asks.
    expect(await inPage(visitor.page, null, `${made} return await device.register('+4915112345678', '1').then(() => '', (error) => error.name);`)).toBe('PlatformError');
    const keys = await inPage<[string, string][]>(visitor.page, null, 'return await self.stores.one.list("");');
    expect(keys.length).toBeGreaterThan(1);
    await visitor.page.reload();
    expect(await (await storeIn(visitor.page, 'one')).list('')).toEqual(keys);
  });
});

suite('a page that is not the browser\'s own to trust', pages.missing, () => {
  it('is told by which address it could keep a device', async () => {
    const visitor = await pages.visit();
    await expect(inPage(visitor.page, null, 'Object.defineProperty(navigator, "locks", { value: undefined }); await openBrowserStore();')).rejects.toThrow('over https');
    await visitor.leave();
  });
});
