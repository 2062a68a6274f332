import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../random.js';
import { fromUtf8, utf8 } from '../bytes.js';
import { BrowserKeys } from './browser-keys.js';

const cost = { work: 1024, blockSize: 8, parallelism: 1 };
const salt = new Uint8Array(16).fill(3);

describe('keys that a browser keeps', () => {
  it('open what they sealed, in its place alone, and cannot be taken out', async () => {
    const keys = await BrowserKeys.make();
    const record = await keys.seal('a', utf8('hello'), systemRandom);
    expect(fromUtf8(await new BrowserKeys(keys.kept).open('a', record))).toBe('hello');
    const changed = { ...record, sealed: record.sealed.slice(0) };
    new Uint8Array(changed.sealed)[0]! ^= 1;
    for (const opening of [keys.open('b', record), keys.open('a', changed), (await BrowserKeys.make()).open('a', record)]) await expect(opening).rejects.toMatchObject({ code: 'refused' });
    for (const key of Object.values(keys.kept)) expect(key.extractable).toBe(false);
  });

  it('seal the same text differently each time, and name it always the same', async () => {
    const keys = await BrowserKeys.make();
    const [one, other] = [await keys.seal('a', utf8('x'), systemRandom), await keys.seal('a', utf8('x'), systemRandom)];
    expect(Buffer.from(one.sealed)).not.toEqual(Buffer.from(other.sealed));
    expect(await keys.nameOf('x')).toBe(await keys.nameOf('x'));
    expect(await keys.nameOf('x')).not.toBe(await keys.nameOf('y'));
    expect(await keys.nameOf('x')).not.toBe(await (await BrowserKeys.make()).nameOf('x'));
  });

  it('follow from a passphrase and its salt, and from nothing less', async () => {
    const record = await (await BrowserKeys.under('correct horse', salt, cost)).seal('a', utf8('hello'), systemRandom);
    expect(fromUtf8(await (await BrowserKeys.under('correct horse', salt, cost)).open('a', record))).toBe('hello');
    for (const other of [BrowserKeys.under('wrong horse', salt, cost), BrowserKeys.under('correct horse', new Uint8Array(16), cost)]) await expect((await other).open('a', record)).rejects.toMatchObject({ code: 'refused' });
  });

  it('refuses a source of chance that gives too little', async () => {
    await expect((await BrowserKeys.make()).seal('a', utf8('x'), () => new Uint8Array(3))).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});
