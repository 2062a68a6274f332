import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Failure } from '../terminal/failure.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { code, FakePlatform, ownPhone, shopPhone } from './fake-platform.fixture.js';
import { runPhone, type PhoneOptions } from './phone.js';

const root = mkdtempSync(join(tmpdir(), 'parley-phone-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let platform: FakePlatform;
let data: string;
beforeEach(async () => {
  platform = await new FakePlatform().open();
  data = mkdtempSync(join(root, 'data-'));
  writeFileSync(join(data, 'sandbox.json'), JSON.stringify({ made: true, code, phoneKey: 'ab'.repeat(32), url: 'http://platform.test', businessPhone: shopPhone }));
});

const usual = { send: [], once: false, read: true, json: false, phone: ownPhone } as const;

async function phone(options: Partial<PhoneOptions>, typed = '') {
  const terminal = memoryTerminal();
  const streams = { input: Readable.from([typed]), output: new PassThrough() };
  const transport = { fetch: platform.fetch, sleep: async () => undefined };
  const exit = await runPhone({ ...usual, data, ...options }, terminal, streams, transport);
  return { exit, lines: terminal.lines, remarks: terminal.remarks.join('\n') };
}

describe('a phone at the terminal', () => {
  it('registers with the sandbox’s code and writes sealed', async () => {
    const { exit, lines } = await phone({ send: ['Is it open?'], name: 'Anna' });
    expect([exit, lines]).toEqual([0, [expect.stringMatching(/^\d\d:\d\d you {2}Is it open\? ✓$/)]]);
    expect(platform.opened).toEqual(['Is it open?']);
    expect(platform.posted[0]).toMatchObject({ path: '/delivery/v1/devices', body: { phone: ownPhone, code } });
    expect(JSON.stringify(platform.posted)).not.toContain('Is it open');
  });

  it('is the sandbox’s phone, under the sandbox’s key, the next time too', async () => {
    await phone({ once: true });
    await phone({ once: true });
    expect(platform.posted.filter(({ path }) => path.endsWith('/devices'))).toHaveLength(1);
    expect(readdirSync(join(data, 'phone'))).toEqual(['device.store']);
    expect(readFileSync(join(data, 'phone', 'device.store'), 'latin1')).not.toContain('dt_test');
  });

  it('is one of several of its number once the first has added it, and each can be removed', async () => {
    await phone({ once: true, folder: join(data, 'first') });
    const second = { folder: join(data, 'second'), once: true };
    const refused = await phone(second).catch((error: Failure) => error);
    expect(refused).toMatchObject({ name: 'Failure', message: expect.stringContaining('has another phone already'), fix: expect.stringContaining('--take-over') });
    const [code] = /PARLEYLINK1:\S+/.exec((refused as Failure).fix)!;
    const linked = await phone({ folder: join(data, 'first') }, `/link ${code}\n/devices\n/verify\n`);
    expect(linked.remarks).toMatch(/Added: .*\ndphone1 \(this one\)\ndphone2\nSafety number with Blue Door, the same at its end: (\d{5} ){11}\d{5}\.$/);
    expect((await phone({ ...second, send: ['From the second'] })).exit).toBe(0);
    expect(platform.opened).toEqual(['From the second']);
    expect((await phone({ folder: join(data, 'first') }, '/unlink dphone2\n/devices\n/unlink dphone2\n')).remarks).toMatch(/Removed: .*\ndphone1 \(this one\)\n.*has no device dphone2/);
  });

  it('takes its number over where the others are lost', async () => {
    await phone({ once: true, folder: join(data, 'first') });
    expect((await phone({ folder: join(data, 'second'), takeOver: true, send: ['It is me'] })).exit).toBe(0);
    expect(platform.opened).toEqual(['It is me']);
    await phone({ folder: join(data, 'second'), takeOver: true, once: true }); // Said again, it changes nothing.
    expect((await phone({ folder: join(data, 'second') }, '/devices\n')).remarks).toBe('dphone2 (this one)');
  });

  it('has a key of its own in a folder of its own, or a passphrase', async () => {
    const folder = join(data, 'anna');
    await phone({ once: true, folder });
    expect(statSync(join(folder, 'device.key')).mode & 0o077).toBe(0);
    await phone({ once: true, folder });
    const passphraseFile = join(data, 'passphrase');
    writeFileSync(passphraseFile, 'another\n');
    await expect(phone({ once: true, folder, passphraseFile })).rejects.toMatchObject({ name: 'Failure', message: expect.stringContaining('passphrase') });
  });

  it('shows what comes in clear, once, and says that it was read', async () => {
    await phone({ once: true });
    await platform.reply('m1', 'Yes, till six.');
    const { lines } = await phone({ once: true });
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d Blue Door {2}Yes, till six\.$/)]);
    expect(platform.receipts()).toMatchObject([{ messageId: 'm1', status: 'delivered' }, { messageId: 'm1', status: 'read' }]);
    expect((await phone({ once: true })).lines).toEqual([]);
  });

  it('only delivers where reading is off', async () => {
    await phone({ once: true });
    await platform.reply('m1', 'Yes.');
    await phone({ once: true, read: false });
    expect(platform.receipts()).toMatchObject([{ messageId: 'm1', status: 'delivered' }]);
  });

  it('gives programs one JSON object per line', async () => {
    const sent = await phone({ send: ['Hello'], json: true });
    const { messageId } = JSON.parse(sent.lines[0]!) as { messageId: string };
    await platform.reply('m1', 'Good day.');
    platform.status(messageId, 'read');
    const { lines } = await phone({ once: true, json: true });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'message', direction: 'in', text: 'Good day.', state: 'read' },
      { event: 'status', messageId, status: 'read' },
    ]);
  });

  it('listens for a time, and no longer', async () => {
    await phone({ once: true });
    setTimeout(() => void platform.reply('m1', 'Late.'), 400);
    const startedAt = Date.now();
    const { lines } = await phone({ listen: 1 });
    expect(lines).toEqual([expect.stringMatching(/Late\.$/)]);
    expect(Date.now() - startedAt).toBeGreaterThan(900);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('keeps what it cannot send, says so, and sends it the next time', async () => {
    await phone({ once: true });
    platform.inbound = { status: 503, body: { title: 'busy' } };
    const kept = await phone({ send: ['Are you there?'] });
    expect([kept.exit, kept.lines[0]]).toEqual([1, expect.stringMatching(/Are you there\? …$/)]);
    platform.inbound = null;
    await phone({ once: true });
    expect(platform.opened).toEqual(['Are you there?']);
  });

  it('says what to do where the platform is away, or nothing is known of one', async () => {
    platform.isAway = true;
    await expect(phone({ once: true })).rejects.toMatchObject({ name: 'Failure', exitCode: 1, fix: expect.stringContaining('npm start') });
    rmSync(join(data, 'sandbox.json'));
    await expect(phone({ once: true })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('--url') });
    await expect(phone({ once: true, url: 'http://platform.test' })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('--folder') });
    writeFileSync(join(data, 'sandbox.json'), 'no json');
    await expect(phone({ once: true })).rejects.toMatchObject({ exitCode: 1, fix: expect.stringContaining('npm start') });
  });

  it('says what is wrong with a code, a number, or another’s phone', async () => {
    await expect(phone({ once: true, code: '0000' })).rejects.toMatchObject({ message: expect.stringContaining('The code is wrong') });
    await expect(phone({ send: ['x'], to: '123' })).rejects.toMatchObject({ exitCode: 2 });
    await expect(phone({ send: ['x'], to: '4930999999' })).rejects.toMatchObject({ fix: expect.stringContaining('--to') });
    await phone({ once: true });
    await expect(phone({ once: true, phone: '4915155500002' })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('--folder') });
  });
});

describe('a phone whose lines come from a pipe', () => {
  it('does them in order, shows what came, and ends with the input', async () => {
    await phone({ once: true });
    await platform.reply('m1', 'Good day.');
    const { exit, lines, remarks } = await phone({}, '/who\n/read off\nHello\n//signed\n/stop\n');
    expect(exit).toBe(0);
    expect(platform.opened).toEqual(['Hello', '/signed']);
    expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual(['you  Hello ✓', 'you  /signed ✓', 'Blue Door  Good day.']);
    expect(remarks).toContain(`You are phone, +${ownPhone}`);
    expect(remarks).toContain('may not write to you until you write again');
    expect(platform.posted.find(({ path }) => path.endsWith('/consents'))?.body).toMatchObject({ numberId: 'nshop', action: 'revoke' });
    expect(platform.receipts()).toMatchObject([{ status: 'delivered' }]);
  });

  it('goes on after a word it does not know, and ends with an error', async () => {
    const { exit, remarks } = await phone({}, '/dance\nHello\n/quit\nnever\n');
    expect(exit).toBe(1);
    expect(remarks).toContain('/dance is not known. type /help for what is');
    expect(platform.opened).toEqual(['Hello']);
  });

  it('shows its history with ticks', async () => {
    const { lines } = await phone({ send: ['Hello'], json: true });
    platform.status((JSON.parse(lines[0]!) as { messageId: string }).messageId, 'delivered');
    await phone({ once: true });
    expect((await phone({}, '/history\n')).lines).toEqual([expect.stringMatching(/you {2}Hello ✓✓$/)]);
  });
});

describe('a phone with a person at it', () => {
  it('shows what comes while the person types, keeps what was typed, and ends with /quit', async () => {
    await phone({ once: true });
    const terminal = { ...memoryTerminal(), isInteractive: true };
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const output = new PassThrough();
    output.resume();
    const running = runPhone({ ...usual, data }, terminal, { input, output }, { fetch: platform.fetch, sleep: async () => undefined });
    const until = async (line: RegExp) => {
      while (!terminal.lines.some((shown) => line.test(shown))) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    input.write('half a li');
    await platform.reply('m1', 'While you type.');
    await until(/While you type/);
    input.write('ne\r');
    await until(/half a line ✓/);
    platform.isAway = true;
    while (!terminal.remarks.some((remark) => remark.includes('Waiting for it'))) await new Promise((resolve) => setTimeout(resolve, 10));
    input.write('/quit\r');
    expect(await running).toBe(0);
    expect(platform.opened).toEqual(['half a line']);
  });
});
