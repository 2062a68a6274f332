import { afterAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@parley/bus-postgres';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { runCommand } from './cli.js';
import { makeTables } from './lanes/filled-database.fixture.js';
import { memoryTerminal } from './terminal/memory-terminal.fixture.js';

const root = mkdtempSync(join(tmpdir(), 'parley-cli-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function parley(line: string, environment: { readonly [variable: string]: string } = {}) {
  const terminal = memoryTerminal();
  const streams = { input: Readable.from(['']), output: new PassThrough() };
  const exit = await runCommand(line.split(' '), { terminal, streams, environment, interruption: () => new AbortController().signal });
  return { exit, out: terminal.lines.join('\n'), remarks: terminal.remarks.join('\n') };
}

describe('the command line', () => {
  it.each(['story', 'phone', 'late', 'rebuild', 'redrive', 'log', 'invoices', 'invoice', 'database', 'pricing', 'pricing import', 'pricing international', 'reprice', 'import'])('has help for %s, with examples', async (command) => {
    const { exit, out } = await parley(`${command} --help`);
    expect([exit, out]).toEqual([0, expect.stringMatching(new RegExp(`Usage: parley ${command}[^]*Examples:\\n {2}\\$ parley`))]);
  });

  it.each(['dance', 'story --loud', 'log', 'log ledger --from soon', 'phone --listen 0', 'late --from soon', 'late --until 2026-13-40', 'late --closed today', 'reprice', 'reprice --policy S0 --fail-over much', 'redrive', 'redrive windows/1', 'redrive windows/1 key --all', 'redrive --list --all', 'invoice', 'invoice acme-000001 --csv --json', 'invoices --owner', 'database', 'database --url nowhere', 'pricing import', 'pricing import nothing.csv', 'pricing import x.csv --version 0', 'pricing export x.csv', 'pricing international', 'pricing international acme', 'pricing international acme --none --market Egypt', 'import', 'import x.ndjson', 'import x.ndjson --into', 'import nothing.ndjson --into nowhere', 'import x.ndjson --into h --category promo', 'import x.ndjson --into h --owner a.b'])(
    'refuses "parley %s" with code 2 and a way on',
    async (line) => {
      const { exit, remarks } = await parley(line);
      expect([exit, remarks]).toEqual([2, expect.stringMatching(/Fix: |--help/)]);
    },
  );

  it('names the fix where there is no data, without a stack', async () => {
    for (const line of ['rebuild', 'redrive --list', 'log ledger', 'late']) {
      const { exit, remarks } = await parley(line, { PARLEY_DATA: join(root, 'nothing') });
      expect([exit, remarks]).toEqual([2, expect.stringMatching(/^There is no data in .*\nFix: .*--data/)]);
    }
  });

  it('names the fix where a server does not answer', async () => {
    const { exit, remarks } = await parley('redrive --list', { PARLEY_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect([exit, remarks]).toEqual([1, expect.stringContaining('PARLEY_DATABASE_URL')]);
  }, 60_000);
});

describe('on a folder', () => {
  const data = join(root, 'data');

  it('refuses while another process has it open, or no platform was started on it; then works', async () => {
    const database = await openPglite({ folder: join(data, 'database'), durable: false });
    const busy = await parley(`rebuild --data ${data}`);
    expect([busy.exit, busy.remarks]).toEqual([1, expect.stringMatching(/in use by process \d+[^]*Fix: stop the platform there \(Ctrl-C\), run `parley rebuild`, then start it again/)]);
    await database.close();
    const bare = await parley(`rebuild --data ${data}`);
    expect([bare.exit, bare.remarks]).toEqual([1, expect.stringMatching(/has no table log\.head[^]*Fix: start the platform once/)]);
    const again = await openPglite({ folder: join(data, 'database'), durable: false });
    await makeTables(again);
    await again.close();
    expect((await parley(`rebuild --check --data ${data}`)).exit).toBe(0);
    expect(await parley(`redrive --list --data ${data}`)).toMatchObject({ exit: 0, out: 'No key waits.' });
    expect(await parley(`log ledger --data ${data}`)).toMatchObject({ exit: 0, out: '' });
  }, 120_000);
});
