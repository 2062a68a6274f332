import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64, readMessage, systemRandom } from '@parley/crypto';
import { copyFolder } from './folder/copy.js';
import { changeSecret, createFolder, openFolder, type FolderSecret } from './folder/folder.js';
import { restoreFolder } from './restore.js';
import { State } from './state/state.js';
import { Bench, benchSecret, phoneNumberId } from './testing/bench.fixture.js';
import { contactPhone } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

const quick = { scryptCost: { work: 2, blockSize: 1, parallelism: 1 } };
let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'parley-copy-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a backup', () => {
  it('is the folder as it lies, and is refused where it could mix with something or a gateway runs', async () => {
    const [folder, copy] = [join(root, 'gateway'), join(root, 'backup')];
    await createFolder({ path: folder, secret: benchSecret, facts: [] });
    mkdirSync(join(folder, 'media'));
    writeFileSync(join(folder, 'media', '1'), 'sealed');
    expect(await copyFolder(folder, copy)).toEqual({ files: 3, bytes: expect.any(Number) });
    for (const name of ['gateway.json', 'media/1']) expect(readFileSync(join(copy, name))).toEqual(readFileSync(join(folder, name)));
    expect(readdirSync(copy)).not.toContain('gateway.lock');
    await expect(copyFolder(folder, copy)).rejects.toThrow('is there already');
    await expect(copyFolder(root, join(root, 'other'))).rejects.toThrow('holds no gateway');
    await expect(copyFolder(folder, join(folder, 'inside'))).rejects.toThrow('lies in the folder');
    const opened = await openFolder(folder, benchSecret, new State());
    await expect(copyFolder(folder, join(root, 'other'))).rejects.toThrow(/in use|runs/);
    await opened.close();
    expect(existsSync(join(root, 'other'))).toBe(false);
  });

  it('that was cut off is begun anew', async () => {
    const [folder, copy] = [join(root, 'gateway'), join(root, 'backup')];
    await createFolder({ path: folder, secret: benchSecret, facts: [] });
    mkdirSync(`${copy}.new`);
    writeFileSync(join(`${copy}.new`, 'half'), 'x');
    await copyFolder(folder, copy);
    expect(readdirSync(copy).sort()).toEqual(readdirSync(folder).sort());
  });
});

describe('a restored gateway', () => {
  it('goes on with all contacts by new sessions, both ways, although it knows less than was sent', async () => {
    const bench = await Bench.open();
    try {
      const send = async (body: string) => (await bench.client().messages.sendText({ phoneNumberId, to: contactPhone, body })).messages[0]!.id;
      const texts = () => bench.business.values.flatMap(({ messages }) => messages?.map(({ text }) => text?.body) ?? []);
      bench.platform.text('m1', 'one');
      await until(() => texts().includes('one'));
      await send('before');
      await bench.stop();
      await copyFolder(bench.folder, join(root, 'backup'));
      await bench.start();
      const lost = await send('after the backup');
      const taken = (wamid: string) => bench.platform.taken.get(wamid.slice('wamid.'.length))!;
      expect(await bench.platform.read(taken(lost))).toMatchObject({ body: 'after the backup' });
      bench.platform.text('m2', 'two');
      await until(() => texts().includes('two'));
      await bench.stop();
      rmSync(bench.folder, { recursive: true });

      expect(await restoreFolder(join(root, 'backup'), bench.folder, benchSecret)).toMatchObject({ sessions: 1 });
      await bench.start();
      const first = taken(await send('restored'));
      expect(readMessage(fromBase64(String(first.body['envelope']))!).wraps[0]!.opening).not.toBeNull();
      expect(await bench.platform.read(first)).toMatchObject({ body: 'restored' });
      bench.platform.text('m3', 'three');
      await until(() => texts().includes('three'));
      expect(await bench.platform.read(taken(await send('and again')))).toMatchObject({ body: 'and again' });
    } finally {
      await bench.close();
    }
  }, 60_000);
});

describe('a new secret', () => {
  it('opens the folder from then on, and the old one opens it no more; a copy from before is opened by the old', async () => {
    const folder = join(root, 'gateway');
    const next: FolderSecret = { kind: 'passphrase', passphrase: 'correct horse' };
    await createFolder({ path: folder, secret: benchSecret, facts: [{ type: 'CursorMoved', cursor: 'here' }], random: systemRandom });
    await copyFolder(folder, join(root, 'backup'));
    await changeSecret(folder, benchSecret, next, quick);
    await expect(openFolder(folder, benchSecret, new State())).rejects.toThrow('is opened by a passphrase');
    await expect(changeSecret(folder, { kind: 'passphrase', passphrase: 'wrong' }, benchSecret)).rejects.toThrow('does not open');
    for (const [path, secret] of [[folder, next], [join(root, 'backup'), benchSecret]] as const) {
      const state = new State();
      await (await openFolder(path, secret, state)).close();
      expect(state.cursor).toBe('here');
    }
    await changeSecret(folder, next, benchSecret);
    await (await openFolder(folder, benchSecret, new State())).close();
  });
});
