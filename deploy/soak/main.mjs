// `npm run soak`: a cluster under load whose processes, broker and database are killed and held still at random; then everything is counted.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '@parley/testing/servers';
import { LocalCluster } from '../cluster/local.mjs';
import { openFolder, sandbox } from '../cluster/sandbox.mjs';
import { clusterSecrets } from '../cluster/secrets.mjs';
import { gateway, secrets } from '../cluster/settings.mjs';
import { fail } from '../bootstrap.mjs';
import { Chaos } from './chaos.mjs';
import { checkLog, checkMoney, readLog, rebuildCheck } from './checks.mjs';
import { Load } from './load.mjs';

const help = `npm run soak -- [options]

Runs the cluster (Kafka, PostgreSQL, every service, two of windows and delivery, a gateway), sends messages to customers' phones, and meanwhile
kills processes, broker and database at random, or holds them still. Then it waits until all is delivered, stops the services and counts:
every message that the gateway answered is on its phone exactly once, every invariant of the log holds, every price is decided again and is the
same, and every projection equals its refold.

  --minutes N      how long (10)
  --seed N         what befalls whom (a new one each time; it is printed)
  --rate N         messages a second (20)
  --customers N    phones (12)
  --port-offset N  adds N to every port (11000)
  --verbose        says each misfortune
  --json           the result as JSON, on the last line but one
  --help`;

function parse() {
  const options = {
    minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, rate: { type: 'string', default: '20' }, customers: { type: 'string', default: '12' }, 'port-offset': { type: 'string', default: '11000' },
    verbose: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error.message, 'npm run soak -- --help lists the options.');
  }
}

/** A run's misfortunes can be had again from its seed; its races cannot. */
function randomFrom(seed) {
  const random = new Random(seed);
  return () => random.next();
}

const flags = parse();
if (flags.help) {
  console.log(help);
  process.exit(0);
}
const number = (name, { least, most }) => {
  const value = Number(flags[name]);
  if (!(value >= least && value <= most)) fail(`--${name} ${flags[name]}: give a number from ${least} to ${most}.`, 'npm run soak -- --help lists the options.');
  return value;
};
const minutes = number('minutes', { least: 0.2, most: 24 * 60 });
const [rate, customers, portOffset] = [number('rate', { least: 1, most: 500 }), number('customers', { least: 1, most: 500 }), number('port-offset', { least: 0, most: 50_000 })];
const seed = flags.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : number('seed', { least: 0, most: 2 ** 31 });
const random = randomFrom(seed);
const startedAt = Date.now();

const clock = () => {
  const seconds = Math.floor((Date.now() - startedAt) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
const say = (text) => console.log(`${clock().padStart(6)}  ${text}`);

const folder = mkdtempSync(join(tmpdir(), 'parley-soak-'));
const opened = openFolder(folder);
const { path: env, secret } = clusterSecrets(folder, { [secrets.installation]: opened.serviceKey, [secrets.operator]: opened.operatorKey, [secrets.sandbox]: opened.draft.code });
// A few phones get what many would: the wire's limit for one contact is not what this is about.
const gatewaySettings = { PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0' };
const cluster = new LocalCluster({ folder, gatewaySettings, env, portOffset, secret, instances: { windows: 2, delivery: 2 }, servicesToo: true, restarts: true }, (name, event, detail) => {
  if (flags.verbose && event !== 'line') say(`${name}: ${detail}`);
});

let load;
let chaos;
async function abandon() {
  await cluster.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit(130);
}
process.on('SIGINT', abandon);
process.on('SIGTERM', abandon);

async function soak() {
  say(`seed ${seed}, ${minutes} min, ${rate} messages a second, ${cpus().length} × ${cpus()[0].model}, Node ${process.version}`);
  await cluster.startServers();
  await cluster.startServices();
  const isUp = () => cluster.processes.some(({ name, isUp: up }) => name === gateway.name && up);
  const made = await sandbox(opened, cluster.address, { start: () => cluster.startGateway(opened.keyFile), isUp });
  say('the cluster runs; phones register');
  load = new Load({ address: cluster.address, token: made.apiToken, code: made.code, customers, perSecond: rate, random: randomFrom(seed + 1) });
  await load.begin();
  say('load and misfortunes begin');
  chaos = new Chaos({ cluster, random, tell: (text) => flags.verbose && say(text) });
  chaos.begin();
  for (const until = Date.now() + minutes * 60_000; Date.now() < until; ) {
    await sleep(Math.min(15_000, until - Date.now()));
    say(`${load.attempted} sent, ${load.answered.size} answered, ${load.arrivals().size} arrived; ${[...chaos.counts].map(([what, count]) => `${what} ${count}×`).join(', ')}`);
  }
  await Promise.all([load.endSending(), chaos.end()]);
  say('misfortunes are over; waiting until all is delivered');
}

async function settle() {
  const missing = await load.arrived(180_000);
  // What was sent without an answer may still be on its way; what was delivered still has to be charged.
  await sleep(20_000);
  await load.end();
  for (const one of cluster.processes) await one.stop();
  // Slots that nobody gave back are free again after their lease.
  await sleep(16_000);
  return missing;
}

async function examine(missing) {
  const kafka = cluster.broker.connection();
  const log = checkLog(await readLog(kafka));
  const money = checkMoney(log.events);
  const rebuilt = await rebuildCheck({ folder, kafka });
  const differing = rebuilt.lanes.filter(({ differences, behind }) => (differences?.length ?? 0) > 0 || behind > 0);
  const doubled = [...load.arrivals()].filter(([, count]) => count > 1);
  const kinds = [...chaos.counts];
  const prices = log.found.filter((line) => line.startsWith('invariant 10'));
  return {
    seed, minutes, sent: load.attempted, answered: load.answered.size, arrived: load.arrivals().size, unanswered: Object.fromEntries(load.refused), misfortunes: Object.fromEntries(kinds),
    records: log.events.length, repeats: log.repeats, charged: money.charged, micros: String(money.micros), lanes: rebuilt.lanes.length,
    checks: {
      'enough happened for this to mean something': [load.answered.size < 20 * minutes && `only ${load.answered.size} answered`, kinds.length < Math.min(4, minutes * 4) && `only ${kinds.length} kinds of misfortune`].filter(Boolean),
      'nothing is lost: every answered message arrived': missing.map((text) => `"${text}" never arrived`),
      'nothing is doubled: no message arrived twice': doubled.map(([text, count]) => `"${text}" arrived ${count} times`),
      'every message is requested, used and charged once': money.found,
      'every invariant of the log holds': log.found.filter((line) => !prices.includes(line)),
      'every price decided again is the same: 0 micros of difference': prices,
      'every projection equals its refold': differing.map(({ lane, differences, behind }) => `${lane}: ${behind > 0 ? `${behind} records behind` : JSON.stringify(differences).slice(0, 300)}`),
    },
  };
}

let result;
try {
  await soak();
  result = await examine(await settle());
} catch (error) {
  result = { seed, checks: { 'the soak ran to its end': [error.stack ?? String(error)] } };
}
await cluster.stop().catch(() => undefined);
const failed = Object.values(result.checks).filter((found) => found.length > 0).length;
const { checks, ...figures } = result;
console.log(Object.entries(figures).map(([name, value]) => `  ${name.padEnd(12)} ${typeof value === 'object' ? JSON.stringify(value) : value}`).join('\n'));
for (const [name, found] of Object.entries(checks)) {
  console.log(`${found.length === 0 ? '✓' : '✗'} ${name}`);
  for (const line of found.slice(0, 20)) console.log(`    ${line}`);
  if (found.length > 20) console.log(`    … and ${found.length - 20} more`);
}
if (failed > 0) console.log(`Data and logs are kept in ${folder}; the same misfortunes: --seed ${seed}`);
else rmSync(folder, { recursive: true, force: true });
if (flags.json) console.log(JSON.stringify(result));
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
