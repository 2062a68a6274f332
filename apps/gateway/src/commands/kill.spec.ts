import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, phoneNumberId, wabaId } from '../testing/bench.fixture.js';
import { BusinessSide, startBroker } from '../testing/broker.fixture.js';
import { build, built } from '../testing/built.fixture.js';
import { businessId, contactPhone, FakePlatform } from '../testing/fake-platform.fixture.js';
import { until } from '../testing/until.fixture.js';
import { setup } from '../setup.js';

const { broker, suite, skipped } = await startBroker();
const key = new Uint8Array(32).fill(0x5a);

const platform = new FakePlatform();
const work = mkdtempSync(join(tmpdir(), 'parley-commands-'));
let side: BusinessSide;
let port = 0;
let child: ChildProcess | null = null;
let said = '';
/** Every command of this run, by its id: none may be lost or doubled by what comes later, either. */
const ids: string[] = [];

beforeAll(async () => {
  if (skipped) return;
  build();
  await platform.listen();
  side = await BusinessSide.open(broker);
  port = await freePort();
  writeFileSync(join(work, 'key'), '5a'.repeat(32));
  const numbers = [{ phoneNumberId, numberId: 'n1', displayPhoneNumber: '15550783881', verifiedName: 'Shop' }];
  await setup({ folder: join(work, 'folder'), secret: { kind: 'key', key }, wabaId, businessId, name: 'Shop', apiKey: 'pk_api', numbers });
}, 120_000);
afterEach(async () => {
  await kill();
  platform.instead.length = 0;
}, 30_000);
afterAll(async () => {
  await side?.close();
  await platform.close();
  await broker?.stop();
  rmSync(work, { recursive: true, force: true });
}, 60_000);

function start(): void {
  const env = {
    PATH: process.env['PATH'], PARLEY_PORT: String(port), PARLEY_GATEWAY_FOLDER: join(work, 'folder'), PARLEY_GATEWAY_KEY_FILE: join(work, 'key'), PARLEY_GATEWAY_PLATFORM_URL: platform.url,
    PARLEY_GATEWAY_KAFKA: broker.brokers, PARLEY_GATEWAY_COMMANDS: side.topics.commands, PARLEY_GATEWAY_OUTCOMES: side.topics.outcomes,
  }; // prettier-ignore
  child = spawn(process.execPath, [built('main.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
}

async function kill(): Promise<void> {
  const dying = child;
  child = null;
  if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
  const ended = new Promise((resolve) => dying.once('close', resolve));
  dying.kill('SIGKILL');
  await ended;
}

interface Waiting {
  readonly waitingCalls: number;
  readonly waitingOutcomes: number;
}

/** Waits until the gateway says so of itself. */
async function untilWaiting(isSo: (waiting: Waiting) => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(20)) {
    const waiting = await fetch(`http://127.0.0.1:${port}/gateway/health/ready`).then((answer) => answer.json() as Promise<Waiting>, () => null);
    if (waiting !== null && isSo(waiting)) return;
  }
  throw new Error(`the gateway never came to it:\n${said}`);
}

const command = (id: string) => ({ request_id: id, phone_number_id: phoneNumberId, messaging_product: 'whatsapp', to: contactPhone, text: { body: id } });

async function publish(...fresh: readonly string[]): Promise<void> {
  ids.push(...fresh);
  await side.publish(...fresh.map(command));
}

/** Every command was sent once, under the wamid that its one outcome names. */
async function expectAll(): Promise<void> {
  const accepted = () => side.outcomes.filter(({ value }) => value.outcome === 'accepted');
  const told = () => new Set(accepted().map(({ value }) => value.request_id));
  for (const deadline = Date.now() + 40_000; !ids.every((id) => told().has(id)) && Date.now() < deadline; ) await sleep(20);
  const wamids = new Map(accepted().map(({ value }) => [value.request_id, value.messages?.[0]?.id]));
  expect([...wamids.keys()].sort()).toEqual([...ids].sort());
  expect(accepted()).toHaveLength(ids.length); // By their ids: what came twice was the same record.
  const sent = await Promise.all(platform.takenBy('/ingest/v1/messages').map(async (arrived) => [((await platform.read(arrived)) as { body: string }).body, `wamid.${arrived.key}`] as const));
  expect(sent).toHaveLength(ids.length);
  for (const [body, wamid] of sent) expect(wamids.get(body)).toBe(wamid);
}

suite('a gateway that is killed', () => {
  it('between taking a command and sending it', async () => {
    platform.instead.push({ path: '/ingest/v1/messages', answer: 'hang up', always: true });
    start();
    await publish('a1', 'a2');
    await untilWaiting(({ waitingCalls }) => waitingCalls === 2);
    await kill();
    platform.instead.length = 0;
    start();
    await expectAll();
  }, 90_000);

  it('between sending a message and knowing it', async () => {
    platform.instead.push({ path: '/ingest/v1/messages', answer: 'take, then hang up', always: true });
    start();
    const before = platform.takenBy('/ingest/v1/messages').length;
    await publish('b1');
    await until(() => platform.takenBy('/ingest/v1/messages').length === before + 1);
    await kill();
    platform.instead.length = 0;
    start();
    await expectAll();
  }, 90_000);

  it('between sending a message and telling of it', async () => {
    platform.instead.push({ path: '/ingest/v1/messages', answer: 'hang up', always: true });
    start();
    await publish('c1');
    await untilWaiting(({ waitingCalls }) => waitingCalls === 1);
    await broker.pause();
    platform.instead.length = 0;
    await untilWaiting(({ waitingCalls, waitingOutcomes }) => waitingCalls === 0 && waitingOutcomes === 1);
    await kill();
    await broker.resume();
    expect(side.outcomes.some(({ value }) => value.request_id === 'c1')).toBe(false);
    start();
    await expectAll();
  }, 90_000);

  it('at any moment, under load', async () => {
    for (let round = 0; round < 3; round++) {
      start();
      await untilWaiting(() => true);
      const fresh = Array.from({ length: 40 }, (_, n) => `d${round}-${n}`);
      const before = platform.takenBy('/ingest/v1/messages').length;
      for (let n = 0; n < fresh.length; n += 8) await publish(...fresh.slice(n, n + 8));
      await until(() => platform.takenBy('/ingest/v1/messages').length >= before + 5 + round * 9, 'it works');
      await sleep((round * 17) % 40);
      await kill();
    }
    start();
    await expectAll();
  }, 120_000);
});
