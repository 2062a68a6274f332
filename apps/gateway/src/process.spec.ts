import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { freePort, ownRealmFetch, phoneNumberId, wabaId } from './testing/bench.fixture.js';
import { build, built } from './testing/built.fixture.js';
import { Business } from './testing/business.fixture.js';
import { businessId, contactPhone, FakePlatform } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

const platform = new FakePlatform();
const business = new Business();
const work = mkdtempSync(join(tmpdir(), 'parley-process-'));
const keyFile = join(work, 'key');
const setupFile = join(work, 'setup.json');
let port = 0;
let token = '';

beforeAll(async () => {
  build();
  await Promise.all([platform.listen(), business.listen()]);
  port = await freePort();
  writeFileSync(keyFile, '5a'.repeat(32) + '\n');
  const numbers = [{ phoneNumberId, numberId: 'n1', displayPhoneNumber: '15550783881', verifiedName: 'Shop' }];
  writeFileSync(setupFile, JSON.stringify({ wabaId, businessId, name: 'Shop', apiKey: 'pk_api', appKey: 'pk_app', numbers }));
}, 120_000);
afterAll(async () => {
  await Promise.all([platform.close(), business.close()]);
  rmSync(work, { recursive: true, force: true });
});

const settings = () => ({
  PATH: process.env['PATH'], PARLEY_PORT: String(port), PARLEY_GATEWAY_FOLDER: join(work, 'folder'), PARLEY_GATEWAY_KEY_FILE: keyFile,
  PARLEY_GATEWAY_PLATFORM_URL: platform.url, PARLEY_GATEWAY_WEBHOOK_URL: business.url, PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN: business.verifyToken,
  PARLEY_GATEWAY_WEBHOOK_PRIVATE: '127.0.0.0/8', PARLEY_GATEWAY_PAIR_SECONDS: '0',
}); // prettier-ignore

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | string | null>;
}

function run(args: readonly string[] = [], change: Readonly<Record<string, string | undefined>> = {}): Run {
  const child = spawn(process.execPath, [built('main.js'), ...args], { env: { ...settings(), ...change }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number | string | null>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  return { child, output: () => output, ended };
}

const isReady = () => fetch(`http://127.0.0.1:${port}/gateway/health/ready`).then(({ ok }) => ok, () => false);

async function untilReady(gateway: Run): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await isReady()); await new Promise((resolve) => setTimeout(resolve, 25))) {
    if (Date.now() > deadline) throw new Error(`it never was ready:\n${gateway.output()}`);
  }
}

describe('the process', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string | undefined>>, RegExp]>([
    ['wrong settings', [], { PARLEY_GATEWAY_FOLDER: undefined }, /The settings are wrong:\n {2}- PARLEY_GATEWAY_FOLDER is not set/],
    ['an empty folder', [], { PARLEY_GATEWAY_FOLDER: work }, /holds no gateway. Set one up/],
    ['a setup with a wrong file', ['setup', built('index.js')], {}, /not JSON/],
  ])('says what to do about %s', async (_, args, change, message) => {
    const { ended, output } = run(args, change);
    expect(await ended).toBe(1);
    expect(output()).toMatch(message);
    expect(output()).not.toMatch(/\n\s+at /); // No stack: it is the person's to mend.
  });

  it('sets up a folder, runs on it, and stops when told', async () => {
    mkdirSync(join(work, 'folder'));
    const made = run(['setup', setupFile]);
    expect(await made.ended).toBe(0);
    token = /token {7}(\S+)/.exec(made.output())![1]!;
    business.appSecret = /app secret {2}(\S+)/.exec(made.output())![1]!;
    const again = run(['setup', setupFile]);
    expect(await again.ended).toBe(1);
    expect(again.output()).toMatch(/holds a gateway already/);

    const gateway = run();
    await untilReady(gateway);
    const second = run([], { PARLEY_PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/in use by process \d+/);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(gateway.output()).toMatch(/gateway: stopped/);
  });

  it('loses nothing and doubles nothing when it is killed in the middle of its work, ten times', async () => {
    const client = new WhatsAppClient({ baseUrl: `http://127.0.0.1:${port}/gateway`, accessToken: token, fetch: ownRealmFetch });
    const accepted = new Map<string, string>();
    let sent = 0;
    let written = 0;
    for (let kill = 0; kill < 10; kill++) {
      const gateway = run();
      await untilReady(gateway);
      const enough = accepted.size + 1 + ((kill * 7) % 10);
      const writer = async () => {
        for (;;) {
          const body = `out ${sent++}`;
          const answer = await client.messages.sendText({ phoneNumberId, to: contactPhone, body });
          accepted.set(answer.messages[0]!.id, body);
          platform.text(`in-${written}`, `in ${written++}`);
          if (accepted.size === enough) setTimeout(() => gateway.child.kill('SIGKILL'), (kill * 13) % 30);
        }
      };
      await Promise.allSettled([writer(), writer(), writer()]);
      expect(await gateway.ended).toBe('SIGKILL');
    }
    const last = run();
    await untilReady(last);
    const texts = () => new Set(business.values.flatMap(({ messages }) => messages?.map(({ text }) => text?.body) ?? []));
    await until(() => texts().size === written && [...accepted.keys()].every((wamid) => platform.taken.has(wamid.slice('wamid.'.length))));
    last.child.kill('SIGTERM');
    await last.ended;

    const read = await Promise.all(platform.takenBy('/ingest/v1/messages').map(async (arrived) => [`wamid.${arrived.key}`, ((await platform.read(arrived)) as { body: string }).body] as const));
    const byBody = new Map(read.map(([wamid, body]) => [body, wamid]));
    expect(byBody.size).toBe(read.length); // No text was sent twice under two ids.
    for (const [wamid, body] of accepted) expect(byBody.get(body)).toBe(wamid);
    // A webhook may come again, but then it is the same: the id tells.
    const ids = new Map(business.values.flatMap(({ messages }) => messages?.map(({ id, text }) => [id, text?.body] as const) ?? []));
    expect(ids.size).toBe(written);
  }, 120_000);

  it('goes on with a replay where it was killed, five times, and leaves none out', async () => {
    const ask = async (path: string, init: RequestInit = {}) => (await (await fetch(`http://127.0.0.1:${port}/gateway/v1/webhooks${path}`, { ...init, headers: { Authorization: `Bearer ${token}` } })).json()) as Record<string, unknown>;
    const before = business.posts.length;
    const replayed = () => business.posts.slice(before).flatMap(({ headers }) => headers['x-parley-webhook'] ?? []) as string[];
    let gateway = run();
    await untilReady(gateway);
    const kept = (await ask('?limit=1000'))['data'] as { readonly id: string }[];
    expect(kept.length).toBeGreaterThan(20);
    const { id } = await ask('/replay', { method: 'POST', body: '{"since": 1}' });
    for (let kill = 0; kill < 5; kill++) {
      const enough = replayed().length + 3;
      await until(() => replayed().length >= enough);
      gateway.child.kill('SIGKILL');
      expect(await gateway.ended).toBe('SIGKILL');
      gateway = run();
      await untilReady(gateway);
    }
    for (let replay = await ask(`/replays/${String(id)}`); replay['status'] !== 'done'; replay = await ask(`/replays/${String(id)}`)) expect(replay['status']).toBe('under_way');
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    // Each once and in order, but that a kill between an answer and the journal repeats the one it hit.
    const order = kept.map((one) => one.id);
    expect(replayed().filter((one, n) => replayed()[n - 1] !== one)).toEqual(order);
    expect(replayed().length).toBeLessThanOrEqual(order.length + 5);
  }, 120_000);
});
