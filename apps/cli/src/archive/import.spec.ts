import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@parley/bus-postgres';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { printLog } from '../records/records.js';
import { runReprice } from '../reprice/reprice.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runImport, type ImportOptions } from './import.js';

const root = mkdtempSync(join(tmpdir(), 'parley-import-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const archive = (name: string): string => fileURLToPath(new URL(`./archives/${name}.ndjson`, import.meta.url));
const sessions = archive('2023-06-sessions');
const perMessage = archive('2025-08-per-message');
const paidReplies = archive('2026-10-paid-replies');
let folders = 0;
const fresh = (): string => join(root, `history-${(folders += 1)}`);

interface Shown {
  readonly messages: number;
  readonly compared: number;
  readonly withoutPrice: number;
  readonly differences: number;
  readonly facts: number;
  readonly repeated: number;
  readonly counts: { readonly [name: string]: number };
  readonly charged: { readonly [currency: string]: string };
  readonly causes: readonly { readonly cause: string; readonly messages: number; readonly ourAmount: string; readonly theirAmount: string; readonly unknown: number }[];
  readonly examples: readonly { readonly source: string; readonly cause: string; readonly detail: string; readonly ourAmount: string; readonly theirAmount: string | null }[];
}

async function imported(files: readonly string[], more: { readonly [Name in keyof ImportOptions]?: ImportOptions[Name] | undefined } = {}) {
  const terminal = memoryTerminal();
  const into = more.into ?? fresh();
  const defaults = { append: false, policy: 'history', zone: 'America/Sao_Paulo', currency: 'USD', skipBroken: false, failOnDifference: false, top: 5, json: true };
  const code = await runImport({ ...defaults, files, into, ...more } as ImportOptions, terminal);
  return { code, into, terminal, shown: (more.json === false ? null : JSON.parse(terminal.lines.at(-1)!)) as Shown };
}

/** Cause, line of the archive, ours, theirs. */
function found({ examples }: Shown): readonly (readonly [cause: string, line: number, ours: string, theirs: string | null])[] {
  return examples.map(({ cause, source, ourAmount, theirAmount }) => [cause, Number(source.split(':').at(-1)), ourAmount, theirAmount] as const).sort(([, one], [, other]) => one - other);
}

async function logOf(into: string, topic: string): Promise<readonly { readonly meta: object; readonly [field: string]: unknown }[]> {
  const database = await openPglite({ folder: join(into, 'database'), durable: false });
  const terminal = memoryTerminal();
  await printLog(database, { topic, follow: false, json: true, environment: {} }, terminal, new AbortController().signal);
  await database.close();
  return terminal.lines.map((line) => (JSON.parse(line) as { readonly event: { readonly meta: object } }).event);
}

/** All three archives in one history, imported once: specs read it, and leave it as it is. */
let together: Awaited<ReturnType<typeof imported>>;
beforeAll(async () => void (together = await imported([perMessage, paidReplies, sessions])), 60_000);

const facts = (events: readonly { readonly meta: object }[]) => events.map(({ meta: _, ...event }) => event);

// Prices by hand, USD: Brazil marketing 0.0625, utility 0.0068; India marketing 0.0118, utility 0.0014; Germany marketing 0.1365, utility 0.0550; Other utility 0.0077.
describe('archives of three price lists', () => {
  it('2023: a second session, a charge within an entry point, and May priced as June are found, and nothing else', async () => {
    const { shown, code } = await imported([sessions]);
    expect(shown).toMatchObject({ messages: 9, compared: 9, withoutPrice: 0, differences: 3, repeated: 1, counts: { undelivered: 1, failed: 1, sentMissing: 0, unknownCategory: 0 } });
    // Of May 31st: 23:30 in Sao Paulo, where sessions of 2022 hold, the first 1,000 free. Then 15 s before the end of a marketing session. Then 25 h into 72.
    expect(found(shown)).toEqual([['price_list_day', 2, '0', '0.0014'], ['session', 15, '0', '0.0625'], ['entry_point', 21, '0', '0.0118']]);
    expect(shown.examples.find(({ cause }) => cause === 'session')!.detail).toContain('15 s before its end');
    // One marketing session and one utility session, of July by the minute: 0.0625 + 0.0068.
    expect(shown.charged).toEqual({ USD: '0.0693' });
    expect(code).toBe(0);
  }, 60_000);

  it('2025: the second at which the window closes, another number, a category, a second price, a failure', async () => {
    const { shown, code } = await imported([perMessage], { failOnDifference: true });
    expect(shown).toMatchObject({ messages: 9, compared: 8, withoutPrice: 1, differences: 6, counts: { undelivered: 1, failed: 1, uncertain: 1 } });
    expect(found(shown)).toEqual([['window', 5, '0.0068', '0'], ['window', 6, '0', '0.0068'], ['category', 9, '0.055', '0.1365'], ['number', 12, '0', '0.055'], ['billed_twice', 18, '0.1365', '0.273'], ['not_delivered', 21, '0', null]]);
    // 0.0068 (closed) + 0.0550 + 0.1365 + 0.0625 at the month's end.
    expect(shown.charged).toEqual({ USD: '0.2608' });
    expect(code).toBe(1);
  }, 60_000);

  it('2026: September priced as October, a reply within the allowance, an entry point that had ended, and one that nothing explains', async () => {
    const { shown } = await imported([paidReplies]);
    expect(shown).toMatchObject({ messages: 11, compared: 11, differences: 4 });
    expect(found(shown)).toEqual([['price_list_day', 5, '0', '0.0068'], ['allowance', 11, '0', '0.0068'], ['entry_point', 20, '0.0118', '0'], ['unexplained', 22, '0.0068', null]]);
    // Utility in October 0.0068, Kazakhstan by the fallback row 0.0077, marketing after the entry point 0.0118, authentication 0.0068.
    expect(shown.charged).toEqual({ USD: '0.0331' });
  }, 60_000);

  it('what the business recorded tells what a message was, and the webhook what the operator billed', async () => {
    const { shown, into } = await imported([archive('2026-11-recorded')]);
    expect(shown).toMatchObject({ messages: 2, compared: 1, withoutPrice: 1, differences: 1, counts: { undelivered: 1 } });
    expect(found(shown)).toEqual([['category', 4, '0.0068', '0.0625']]);
    expect((await logOf(into, 'usage')).map(({ message }) => (message as { readonly lane: string }).lane)).toEqual(['app', 'api']);
  }, 60_000);

  it('the end of a month is that of the receipt, in the account’s zone', async () => {
    const charges = await logOf(together.into, 'ledger');
    const months = charges.map(({ month, category, deliveredAt }) => [new Date(deliveredAt as number).toISOString().slice(0, 19), month, category]).filter(([at]) => /-(31|01)T/.test(at as string));
    expect(months.map(([at, month]) => [at, month])).toEqual(expect.arrayContaining([['2023-07-01T03:00:10', '2023-07'], ['2025-09-01T03:00:05', '2025-09'], ['2026-10-01T02:55:01', '2026-09'], ['2026-11-01T03:00:03', '2026-11']]));
  }, 60_000);
});

describe('a history', () => {
  it('is the same of one file or several in any order, packed in a list, and of imports one after the other', async () => {
    const lines = [sessions, perMessage, paidReplies].flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'));
    const [first, second, packed] = ['first.ndjson', 'second.ndjson', 'packed'].map((name) => join(root, name)) as [string, string, string];
    writeFileSync(first, lines.filter((_, index) => index % 2 === 0).join('\n'));
    writeFileSync(second, lines.filter((_, index) => index % 2 === 1).join('\n'));
    writeFileSync(packed, gzipSync(`[${lines.join(',\n')}]`));
    // A key of its own would make other contact ids: so all are given the first one's.
    const keyed = (): string => {
      const into = fresh();
      mkdirSync(into, { recursive: true });
      writeFileSync(join(into, 'history.json'), readFileSync(join(together.into, 'history.json')));
      return into;
    };
    const whole = (await imported([packed], { into: keyed(), append: true })).into;
    const grown = keyed();
    const half = await imported([second], { into: grown, append: true });
    expect(half.shown.messages).toBeLessThan(29);
    const again = await imported([second, first, packed], { into: grown, append: true });
    expect(again.shown).toMatchObject({ messages: 29, differences: together.shown.differences });
    const [usage, ledger] = [facts(await logOf(together.into, 'usage')), facts(await logOf(together.into, 'ledger'))];
    expect(usage).toHaveLength(29);
    for (const into of [whole, grown]) {
      expect(facts(await logOf(into, 'usage'))).toEqual(usage);
      expect(facts(await logOf(into, 'ledger'))).toEqual(ledger);
    }
  }, 120_000);

  it('is priced again like any platform’s usage: under its own rules to the micro', async () => {
    const { into, shown } = together;
    const database = await openPglite({ folder: join(into, 'database'), durable: false });
    const reprice = async (policy: string) => {
      const terminal = memoryTerminal();
      const code = await runReprice(database, { policy, businesses: [], top: 1, json: true, failOver: 0n, environment: {} }, terminal);
      const { currencies } = JSON.parse(terminal.lines.at(-1)!) as { readonly currencies: readonly { readonly was: string; readonly wouldBe: string; readonly messages: number }[] };
      return [code, currencies[0]!.messages, currencies[0]!.was, currencies[0]!.wouldBe];
    };
    expect(shown.charged).toEqual({ USD: '0.3632' }); // 0.0693 + 0.2608 + 0.0331
    for (const policy of ['published', 'history']) expect(await reprice(policy)).toEqual([0, 29, '0.3632', '0.3632']);
    await database.close();
  }, 60_000);

  it('holds no phone number of a contact, no id that contains one, and nothing of any content', async () => {
    const { into } = together;
    const held = readdirSync(into, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
    expect(held).toContain('102290129340398');
    for (const secret of ['5511987650001', '919876500003', '4915112345678', 'wamid', 'HBgN', 'STOP', 'Wann kommt', 'Bruno', 'ARAkLmN']) expect(held.includes(secret) ? secret : '').toBe('');
    expect(statSync(join(into, 'history.json')).mode & 0o077).toBe(0);
  }, 60_000);

  it('has a folder of its own: none of a platform, no other history unless it is to be appended to', async () => {
    const platform = fresh();
    mkdirSync(platform, { recursive: true });
    writeFileSync(join(platform, 'secrets.json'), '{}');
    await expect(imported([sessions], { into: platform })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('holds a platform') });
    await expect(imported([sessions], { into: platform, append: true })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('no history to append to') });
    writeFileSync(join(root, 'thesis.txt'), 'precious');
    await expect(imported([sessions], { into: root })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('is not empty') });
    await expect(imported([sessions], { into: together.into })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('--append') });
    const open = await openPglite({ folder: join(together.into, 'database'), durable: false });
    await expect(imported([sessions], { into: together.into, append: true })).rejects.toMatchObject({ name: 'Failure', exitCode: 1, message: expect.stringContaining('in use') });
    await open.close();
    const into = fresh();
    mkdirSync(into, { recursive: true });
    writeFileSync(join(into, 'history.json'), '{"format":2}');
    await expect(imported([sessions], { into, append: true })).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('damaged') });
  }, 60_000);

  it('is not made, or not changed, by an archive with something broken in it; that can be left out', async () => {
    const broken = archive('broken');
    const into = fresh();
    await expect(imported([broken], { into })).rejects.toMatchObject({
      exitCode: 1, fix: expect.stringContaining('--skip-broken'),
      message: expect.stringMatching(/broken\.ndjson:2 is not JSON[^]*broken\.ndjson:5 entry\[0\]\.changes\[0\]\.value\.statuses\[0\]\.recipient_id: has to be a phone number[^]*broken\.ndjson:6 text: is not a field/),
    });
    expect(existsSync(into)).toBe(false);
    const { shown } = await imported([broken], { into, skipBroken: true });
    expect(shown).toMatchObject({ messages: 1, brokenCount: 3, counts: { sentMissing: 1 } });
    await expect(imported([broken], { into, append: true })).rejects.toThrow('cannot be read');
    expect(await logOf(into, 'usage')).toHaveLength(1);
  }, 60_000);
});

describe('what is told', () => {
  it('is a table of causes with examples for people, a line per message that differs, and what is taken for granted', async () => {
    const csv = join(root, 'differences.csv');
    const { terminal } = await imported([perMessage], { json: false, csv, zone: undefined, currency: undefined });
    expect(terminal.remarks.join()).toMatch(/time zone is taken for UTC \(--zone\).*currency for USD \(--currency\)/);
    const said = terminal.lines.join('\n');
    expect(said).toContain('8 prices of the operator’s compared: 6 differ.');
    expect(said).toMatch(/│ another category than it was sent as +│ +1 │ +0\.055 │ +0\.1365 │ \+0\.0815 │ USD │/);
    expect(said).toContain('1 messages carry no price of the operator’s: nothing to compare.');
    const [header, ...lines] = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(lines).toHaveLength(6);
    expect(header!.split(',')).toHaveLength(23);
    expect(lines.find((line) => line.includes(',category,'))).toMatch(/2025-08-per-message\.ndjson:9,m[a-z2-7]{26},102290129340398,106540352242922,c[a-z2-7]{26},Germany,2025-08-06T13:00:00Z,.*,regular,utility,PMP,P5\/template,true,regular,marketing,PMP,category,category,.*,USD,0\.055,0\.1365$/);
  }, 60_000);

  it.each([
    [{ zone: 'Brazil/Rio' }, 'is no time zone'],
    [{ currency: 'EUR' }, 'no rate card in EUR'],
    [{ currency: 'usd' }, 'is no currency'],
    [{ policy: 'published' }, 'nothing published'],
    [{ files: ['nothing.ndjson'] }, 'cannot be read'],
  ])('refuses %j, and leaves no folder behind', async (more, why) => {
    const into = fresh();
    await expect(imported([perMessage], { into, ...(more as Partial<ImportOptions>) })).rejects.toThrow(why);
    expect(existsSync(into)).toBe(false);
  });

  it('is priced by another list or card where that is asked for', async () => {
    const rates = join(root, 'rates.csv');
    writeFileSync(rates, 'Market,Currency,Marketing,Utility,Authentication,"Authentication-\nInternational",Service\nOther,EUR,0.1,0.01,0.01,n/a,n/a\n');
    const { shown } = await imported([perMessage], { policy: 'P6', rates, currency: 'EUR' });
    // Utility is paid inside the window, too: 5 × 0.01; marketing 2 × 0.1; the replies are among the 1,000.
    expect(shown.charged).toEqual({ EUR: '0.25' });
  }, 60_000);
});
