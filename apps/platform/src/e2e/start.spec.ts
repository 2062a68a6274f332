import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pause, PlatformProcess } from './platform-process.fixture.js';

let platform: PlatformProcess;

beforeAll(async () => {
  platform = await PlatformProcess.make();
  await platform.start();
}, 120_000);

afterAll(() => platform.remove());

/** Starts another platform with these settings; what it said, and how it ended. */
async function refusal(settings: Record<string, string>): Promise<{ code: number; said: string }> {
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'], ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, said };
}

describe('a start', () => {
  it('says what a person needs next', () => {
    const { apiToken, appToken, apiKey, code } = platform.sandbox;
    for (const needed of [platform.address, apiToken, appToken, apiKey, code, 'npx parley phone', 'curl ', 'WhatsAppClient']) expect(platform.printed).toContain(needed);
    expect(platform.printed).toContain('A sandbox was made');
  });

  it.each([
    ['on a taken port', () => ({ PARLEY_PORT: String(platform.port), PARLEY_DATA: `${platform.home}/another` }), /^parley cannot start\.\nPort \d+ is taken .* choose another: PARLEY_PORT=\d+ npm start\n$/],
    ['on a folder in use', () => ({ PARLEY_PORT: '0', PARLEY_DATA: platform.folder.path }), /^parley cannot start\.\n.* is in use by process \d+ on .*Stop that process, or choose another folder.*PARLEY_DATA/],
    ['with a misspelt setting', () => ({ PARLEY_PROT: '8080' }), /^parley cannot start\.\nThe settings are wrong:\n {2}- PARLEY_PROT is not known\. Did you mean PARLEY_PORT\?\n$/],
    ['with a wrong setting', () => ({ PARLEY_BODY_LIMIT: '1MB' }), /PARLEY_BODY_LIMIT must be a whole number from 1024 to 16777216, not "1MB"/],
    ['without its database server', () => ({ PARLEY_PORT: '0', PARLEY_DATA: `${platform.home}/server`, PARLEY_DATABASE_URL: 'postgres://parley@127.0.0.1:1/parley' }), /The database does not answer \(ECONNREFUSED\)\. Check that it runs/],
  ])('%s is refused, with the fix', async (_, settings, words) => {
    const { code, said } = await refusal(settings());
    expect(said).toMatch(words);
    expect(code).toBe(1);
  }, 60_000);

  it('after Ctrl-C goes on where the last one stopped', async () => {
    const { apiToken, contactId } = platform.sandbox;
    const headers = { Authorization: `Bearer ${platform.sandbox.apiKey}` };
    const { cursor } = (await (await fetch(`${platform.address}/delivery/v1/inbox`, { headers })).json()) as { cursor: string };
    const waiting = fetch(`${platform.address}/delivery/v1/inbox?wait=25&cursor=${cursor}`, { headers });
    await pause(300);
    const startedAt = performance.now();
    expect(await platform.end('SIGINT')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect((await waiting).status).toBe(200);
    expect(platform.printed).toMatch(/parley: stopped\.\n$/);
    const before = platform.printed.length;
    await platform.start();
    const printed = platform.printed.slice(before);
    expect(printed).toContain('The sandbox: Harbour Coffee');
    for (const kept of [apiToken, contactId]) expect(printed).toContain(kept);
  }, 60_000);
});
