// The cluster as a person meets it, on this machine's own programs: started, used, killed, started again, stopped. The last line says how it went.
import { spawn, spawnSync } from 'node:child_process';
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../bootstrap.mjs';
import { clusterUnavailable } from '../servers.mjs';
import { freeOffset } from './ports.mjs';
import { surroundings } from './process.mjs';
import { broker, services } from './settings.mjs';

const main = join(root, 'deploy/cluster/main.mjs');
const startMs = 180_000;
/** From the kill to the last of its partitions; the issue of a machine that is busy with other tests is not ours. */
const moveMs = 15_000;
const folder = mkdtempSync(join(tmpdir(), 'parley-cluster-'));
chmodSync(folder, 0o755); // PostgreSQL has to pass: it does not run as root.

const skip = clusterUnavailable();

const offset = await freeOffset();
const run = (...args) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: surroundings(), timeout: 30_000 });

/** A cluster of this folder's; resolves once it is ready, with what it said then. */
async function up() {
  const args = ['--local', '--json', '--data', join(folder, 'data'), '--port-offset', String(offset), '--instances', 'windows=2', '--no-restart'];
  const child = spawn(process.execPath, [main, ...args], { env: surroundings(), stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const errors = [];
  child.stderr.on('data', (bytes) => errors.push(String(bytes)));
  const ready = new Promise((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line);
      said.push(event);
      if (event.event === 'ready') resolve(event);
    });
    void ended.then((how) => reject(new Error(`it ended (${how}): ${errors.join('').slice(-2_000)}`)));
    setTimeout(() => reject(new Error(`not ready after ${startMs} ms`)), startMs).unref();
  });
  return { child, said, ended, ready: await ready };
}

let cluster;
let business;

async function send(text) {
  const { url, apiToken } = business;
  const body = { messaging_product: 'whatsapp', to: '491713920007', type: 'text', text: { body: text } };
  const answer = await fetch(`${url}/gateway/v23.0/100000000000001/messages`, { method: 'POST', headers: { Authorization: `Bearer ${apiToken}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  strictEqual(answer.status, 200, `the gateway answered ${answer.status}: ${await answer.text()}`);
}

/** The customer's phone takes what has come, until this text is among it. */
async function arrives(text, withinMs) {
  const said = [];
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(300)) {
    const { stdout, stderr } = phone('--once');
    said.push(stdout, stderr);
    if (stdout.includes(`"text":"${text}"`)) return;
  }
  throw new Error(`"${text}" did not arrive within ${withinMs} ms; the phone said: ${said.join('').slice(-1_000)}`);
}

function phone(...args) {
  return spawnSync(process.execPath, [join(root, 'apps/cli/dist/main.js'), 'phone', '--data', join(folder, 'data'), '--json', ...args], { encoding: 'utf8', env: surroundings(), timeout: 60_000 });
}

const ready = (process) => fetch(`${process.address}/windows/health/ready`).then((answer) => answer.json(), () => ({ checks: [] }));
const lanesOf = async (process) => (await ready(process)).checks.filter(({ name, ok: isOk }) => name.startsWith('lane windows/') && isOk).map(({ name }) => name);

function isAlive(pid) {
  try {
    // A zombie is dead; only nobody has asked for it yet.
    return process.kill(pid, 0) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function areGone(pids, withinMs) {
  for (const deadline = Date.now() + withinMs; pids.some(isAlive) && Date.now() < deadline; ) await sleep(100);
  deepStrictEqual(pids.filter(isAlive), []);
}

const pidsOf = ({ ready: { pids, processes } }) => [...Object.values(pids), ...processes.map(({ pid }) => pid)];

const cases = {
  'says what it can do, and what is wrong with what it was told': () => {
    match(run('--help').stdout, /--instances/);
    for (const [wrong, said] of [[['--instances', 'kafka=2'], /no service 'kafka'/], [['--only', 'all'], /'infra'/], [['--port-offset', 'x'], /whole number/], [['--nonsense'], /nonsense/]]) {
      const { status, stderr } = run('--data', join(folder, 'none'), ...wrong);
      deepStrictEqual([status, said.test(stderr), /^Fix: /m.test(stderr)], [1, true, true], stderr);
    }
  },
};

const onServers = {
  'refuses to start on a port that is taken, and says which': async () => {
    const holder = createServer().listen(broker.port + offset, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const child = spawn(process.execPath, [main, '--local', '--data', join(folder, 'taken'), '--port-offset', String(offset)], { env: surroundings(), stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (bytes) => (said += bytes));
    const code = await new Promise((resolve) => child.once('close', resolve));
    holder.close();
    deepStrictEqual([code, said.includes(`${broker.port + offset} (broker)`), said.includes('--port-offset')], [1, true, true], said);
  },
  'starts broker, database and every service, two of windows, and makes a business': async () => {
    cluster = await up();
    deepStrictEqual(cluster.ready.processes.map(({ name }) => name), ['ingest-1', 'notifications-1', 'windows-1', 'windows-2', 'delivery-1', 'billing-1', 'gateway']);
    business = JSON.parse(readFileSync(join(folder, 'data', 'sandbox.json'), 'utf8'));
    const answer = await fetch(`${cluster.ready.address}/health/ready`);
    strictEqual(answer.status, 200, await answer.text());
  },
  'carries a message from the business to the customer': async () => {
    phone('--send', 'Are you open?', '--once');
    await send('We are open.');
    await arrives('We are open.', 30_000);
  },
  'shares the partitions, and moves them when a process is killed': async () => {
    const [one, two] = cluster.ready.processes.filter(({ name }) => name.startsWith('windows'));
    let [mine, other] = [[], []];
    // Shared evenly: who came second is given its part bit by bit.
    for (const deadline = Date.now() + 60_000; Date.now() < deadline && (mine.length === 0 || Math.abs(mine.length - other.length) > 1); await sleep(200)) [mine, other] = [await lanesOf(one), await lanesOf(two)];
    ok(mine.length > 1 && Math.abs(mine.length - other.length) <= 1 && !mine.some((lane) => other.includes(lane)), `shared as ${mine.length} and ${other.length}`);
    const killedAt = Date.now();
    process.kill(one.pid, 'SIGKILL');
    while ((await lanesOf(two)).length < mine.length + other.length) {
      ok(Date.now() - killedAt < moveMs, `after ${moveMs} ms it has only ${(await lanesOf(two)).length} of ${mine.length + other.length} partitions`);
      await sleep(100);
    }
    console.log(`  moved ${mine.length} partitions in ${((Date.now() - killedAt) / 1000).toFixed(1)} s`);
    await send('Still open.');
    await arrives('Still open.', 30_000);
  },
  'leaves nothing running when it is killed itself': async () => {
    const pids = pidsOf(cluster);
    cluster.child.kill('SIGKILL');
    await cluster.ended;
    await areGone(pids, 30_000);
  },
  'goes on with its data at the next start': async () => {
    cluster = await up();
    await send('Open again.');
    await arrives('Open again.', 30_000);
  },
  'stops in order on Ctrl-C': async () => {
    const pids = pidsOf(cluster);
    cluster.child.kill('SIGINT');
    strictEqual(await cluster.ended, 0);
    await areGone(pids, 1_000);
    const stopped = cluster.said.filter(({ event, text }) => event === 'line' && /^\w+: stopped\.$/.test(text)).map(({ name }) => name.replace(/-\d$/, ''));
    deepStrictEqual([...new Set(stopped)], ['gateway', ...services.map(({ name }) => name)]);
  },
};

const counts = { passed: 0, failed: 0, skipped: 0 };
let broken;
for (const [name, test] of Object.entries({ ...cases, ...onServers })) {
  const reason = name in onServers ? (skip ?? broken) : undefined;
  if (reason) {
    counts[reason === skip ? 'skipped' : 'failed'] += 1;
    console.log(`○ ${name} (skipped: ${reason})`);
    continue;
  }
  const startedAt = Date.now();
  try {
    await test();
    counts.passed += 1;
    console.log(`✓ ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  } catch (error) {
    counts.failed += 1;
    if (name in onServers) broken = `it stands on '${name}'`;
    console.log(`✗ ${name}\n  ${error.stack.replaceAll('\n', '\n  ')}`);
  }
}
if (cluster?.child.exitCode === null && cluster.child.signalCode === null) {
  cluster.child.kill('SIGINT');
  await cluster.ended;
}
rmSync(folder, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
