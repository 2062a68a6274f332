import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakePlatform } from '../device/platform.fixture.js';
import { deviceIn } from './kill.fixture.js';

const lib = fileURLToPath(new URL('../../', import.meta.url));
let platform: FakePlatform;
let folder: string;
let server: Server;
let address: string;

beforeAll(() => {
  // The process to be killed runs what is built: build what changed (seconds, and nothing when all is fresh).
  execFileSync(process.execPath, [join(lib, '../../node_modules/typescript/bin/tsc'), '-b', join(lib, 'tsconfig.build.json')], { stdio: 'inherit' });
}, 120_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-kill-'));
  platform = await new FakePlatform().open();
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  try {
    const headers = request.headers as Record<string, string>;
    const answered = await platform.fetch(`http://platform${request.url}`, { method: request.method!, headers, ...(body === '' ? {} : { body }) });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(await answered.text());
  } catch {
    response.destroy(); // Its client was killed.
  }
}

/** Runs the device until `isMoment` holds of a request, kills it there, and waits until it is dead. */
async function killAt(isMoment: (path: string, when: 'arrives' | 'answered') => boolean | Promise<boolean>): Promise<void> {
  let child: ChildProcess | null = null;
  const dead = new Promise<NodeJS.Signals | null>((resolve) => {
    platform.onStep = async ({ path }, when) => {
      if (!(await isMoment(path, when))) return;
      child?.kill('SIGKILL');
      await dead;
      throw new Error('the client is dead');
    };
    child = spawn(process.execPath, [join(lib, 'dist/node/kill.fixture.js'), folder, address], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('close', (_code, signal) => resolve(signal));
  });
  expect(await dead).toBe('SIGKILL');
  platform.onStep = () => undefined;
}

it('killed between storing a message and hearing of it, sends the same bytes under the same key', async () => {
  await killAt((path) => path === '/delivery/v1/inbound');
  const { device, store } = await deviceIn(folder, address);
  await device.sync();
  const sent = platform.requests.filter(({ path }) => path === '/delivery/v1/inbound');
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(await device.history()).toMatchObject([{ direction: 'out', state: 'accepted' }]);
  expect(await platform.readInbound(0)).toMatchObject({ body: 'Where is my parcel?' });
  await store.close();
}, 60_000);

it('killed while it acknowledges a message, has the message, and acknowledges it once', async () => {
  await killAt(async (path, when) => {
    if (path === '/delivery/v1/inbound' && when === 'answered') await platform.send('m1', { type: 'text', body: 'hello' });
    return path === '/delivery/v1/receipts';
  });
  const { device, store } = await deviceIn(folder, address);
  expect((await device.sync()).received).toEqual([]);
  expect((await device.history()).map(({ text }) => text)).toEqual(['Where is my parcel?', 'hello']);
  expect(platform.receipts()).toEqual(['m1 delivered']);
  await store.close();
}, 60_000);
