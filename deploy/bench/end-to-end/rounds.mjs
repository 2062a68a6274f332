// The second half: messages through a whole platform, from accepted to priced, on Kafka and embedded, round after round.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freeOffset } from '../../cluster/ports.mjs';
import { topOf } from '../profile.mjs';
import { folder, machine, median, printed, progress, say, table } from '../table.mjs';
import { EmbeddedPlace } from './embedded.mjs';
import { KafkaPlace } from './kafka.mjs';
import { gather } from './people.mjs';
import { fill, pace } from './phases.mjs';
import { sealAll } from './sealing.mjs';

const kinds = { kafka: KafkaPlace, embedded: EmbeddedPlace };
const profiles = join(folder, 'profile-end-to-end');
/** Before anything counts, so that no process is cold. */
const warmUpOf = (messages) => Math.max(500, Math.floor(messages / 5));

/** Where a platform's data lies while it runs, and a copy of it as each round finds it. Both go with the benchmark. */
class Ground {
  constructor() {
    // PostgreSQL has to pass: it does not run as root.
    this.path = mkdtempSync(join(tmpdir(), 'parley-bench-'));
    chmodSync(this.path, 0o711);
    this.running = join(this.path, 'running');
    this.prepared = join(this.path, 'prepared');
  }

  /** With owners and all: PostgreSQL refuses a folder that is not its own. */
  keep() {
    return promisify(execFile)('cp', ['-Rp', this.running, this.prepared]);
  }

  async restore() {
    rmSync(this.running, { recursive: true, force: true });
    await promisify(execFile)('cp', ['-Rp', this.prepared, this.running]);
  }

  clear() {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const noArgs = () => [];

/** Runs `use` on a started platform, and ends it whatever becomes of it. What fails beside it ends it, too. */
async function withPlace(Place, options, use) {
  let fail;
  const failed = new Promise((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const place = new Place({ nodeArgs: noArgs, ...options, failed: (error) => fail(error) });
  const abandon = () => void place.kill().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, abandon);
  try {
    await place.start();
    const result = await Promise.race([use(place), failed]);
    await place.stop();
    return result;
  } catch (error) {
    await place.kill();
    throw error;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, abandon);
  }
}

/** A platform with its people, made once and kept as a copy; and the messages, sealed for exactly these people. */
async function prepare(kind, ground, { portOffset, contacts, messages }) {
  const Place = kinds[kind];
  say(`${Place.title}: made once, with its customers`);
  mkdirSync(ground.running);
  const tell = (text) => progress(`${Place.title}: ${text}`);
  const people = await withPlace(Place, { folder: ground.running, portOffset }, async (place) => {
    await place.makeBusiness();
    return await gather(place, contacts, tell);
  });
  await ground.keep();
  const sealed = await sealAll(people, Place.form, 2 * messages + warmUpOf(messages), tell);
  return { people, sealed };
}

/** One round on a platform as it was prepared: warmed up, then both phases. */
async function runRound(kind, ground, { people, sealed }, { portOffset, messages, rate, outstanding, nodeArgs = noArgs }, which) {
  const Place = kinds[kind];
  say(`${Place.title}, ${which}`);
  await ground.restore();
  return await withPlace(Place, { folder: ground.running, portOffset, nodeArgs }, async (place) => {
    const tell = (name) => (text) => progress(`${Place.title}, ${which}, ${name}: ${text}`);
    await place.follow(people);
    const parts = [sealed.slice(0, messages), sealed.slice(messages, 2 * messages), sealed.slice(2 * messages)];
    await fill(place, parts[2], { outstanding }, tell('warming up'));
    const full = await fill(place, parts[0], { outstanding }, tell('as many as there is room for'));
    const pacePerSecond = rate ?? Math.max(1, Math.round(full.steadyPerSecond / 2));
    const paced = await pace(place, parts[1], { rate: pacePerSecond }, tell(`${pacePerSecond} a second`));
    return { full, paced: { rate: pacePerSecond, ...paced } };
  });
}

/** Which thread has the least left, and how much of the machine all take together (0 to 1). */
function limitOf({ busiest, cpu, seconds }) {
  const [name = 'not measured', share = 0] = Object.entries(busiest).sort((a, b) => b[1] - a[1])[0] ?? [];
  return { name, share, machine: Object.values(cpu).reduce((sum, one) => sum + one, 0) / (seconds * cpus().length) };
}

/** Each field of each process as the median of the rounds. */
function mediansOf(rounds, field) {
  return Object.fromEntries(Object.keys(rounds[0][field]).map((name) => [name, median(rounds.map((round) => round[field][name]))]));
}

/** The median of the rounds' medians, step by step. */
function stagesIn(rounds) {
  return rounds[0].stages.map(({ to }, index) => ({ to, ms: median(rounds.map(({ stages }) => stages[index].ms)) }));
}

function summaryOf(kind, rounds) {
  const [full, paced] = [rounds.map((round) => round.full), rounds.map((round) => round.paced)];
  const of = (phases, pick) => median(phases.map(pick));
  const typical = full.find(({ steadyPerSecond }) => steadyPerSecond === of(full, (one) => one.steadyPerSecond));
  return {
    kind,
    name: kinds[kind].title,
    pricedPerSecond: Math.round(typical.steadyPerSecond),
    fromFirstToLast: Math.round(of(full, ({ perSecond }) => perSecond)),
    acceptedPerSecond: Math.round(of(full, ({ acceptedPerSecond }) => acceptedPerSecond)),
    pacedPerSecond: of(paced, ({ rate }) => rate),
    latencyMs: Object.fromEntries(['p50', 'p99', 'max'].map((name) => [name, of(paced, ({ latency }) => latency[name])])),
    stages: stagesIn(paced),
    receipts: { calls: of(paced, ({ receipts }) => receipts.calls), ms: of(paced, ({ receipts }) => receipts.ms) },
    seenAfterMs: of(paced, ({ seenAfterMs }) => seenAfterMs),
    limit: limitOf(typical),
    pacedLimit: limitOf(paced.find(({ latency }) => latency.p99 === of(paced, (one) => one.latency.p99))),
    processes: { cpu: mediansOf(full, 'cpu'), busiest: mediansOf(full, 'busiest'), peakMb: mediansOf(full, 'peakMb') },
    micros: full[0].micros,
  };
}

/** What each process of one more round spent its time on while there was as much to do as there was room for. */
async function profileOf(kind, round) {
  const into = join(profiles, kind);
  rmSync(into, { recursive: true, force: true });
  const { full } = await round((name) => ['--cpu-prof', `--cpu-prof-dir=${into}`, `--cpu-prof-name=${name}.cpuprofile`]);
  const files = readdirSync(into).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((name) => ({ name: name.replace(/(-\d+)?\.cpuprofile$/, ''), top: topOf(JSON.parse(readFileSync(join(into, name), 'utf8')), 15, full.betweenUs) }));
}

/** @param settings as main.mjs reads them. Resolves with the result, which is kept in a file, too. */
export async function benchEndToEnd(given) {
  const chosen = Object.keys(kinds).filter((kind) => given.only.has(kind));
  const grounds = new Map(chosen.map((kind) => [kind, new Ground()]));
  const clear = () => [...grounds.values()].forEach((ground) => ground.clear());
  process.once('exit', clear);
  try {
    return await bench(chosen, grounds, { ...given, portOffset: await freeOffset() });
  } catch (error) {
    process.off('exit', clear);
    say(`Data and logs are kept in ${[...grounds.values()].map(({ path }) => path).join(' and ')}`);
    throw error;
  }
}

async function bench(chosen, grounds, { portOffset, rounds, messages, rate, contacts, outstanding, profile }) {
  const settings = { portOffset, messages, rate, contacts, outstanding };
  const prepared = new Map();
  for (const kind of chosen) prepared.set(kind, await prepare(kind, grounds.get(kind), settings));
  const round = (kind, which, nodeArgs) => runRound(kind, grounds.get(kind), prepared.get(kind), { ...settings, nodeArgs }, which);
  const results = new Map(chosen.map((kind) => [kind, []]));
  for (let number = 1; number <= rounds; number += 1) {
    for (const kind of chosen) results.get(kind).push(await round(kind, `round ${number} of ${rounds}`));
  }
  const profiled = {};
  for (const kind of profile ? chosen : []) profiled[kind] = await profileOf(kind, (nodeArgs) => round(kind, 'profiled', nodeArgs));
  const summaries = [...results].map(([kind, done]) => summaryOf(kind, done));
  const result = { at: new Date().toISOString(), machine: machine(), messages, contacts, outstanding, rounds, summaries, profiled, all: Object.fromEntries(results) };
  writeFileSync(join(folder, `end-to-end-${messages}.json`), JSON.stringify(result, null, 2));
  return result;
}

/** What stands beside the platform's own processes. */
const notOurs = new Set(['broker', 'postgres', 'harness']);
const percent = (share) => `${Math.round(share * 100)} %`;
const limitText = ({ name, share, machine: taken }) => `${name} ${percent(share)} of a core, all ${percent(taken)} of the machine`;

function processTable({ processes: { cpu, busiest, peakMb } }, messages) {
  const rows = Object.keys(cpu).map((name) => [name, cpu[name].toFixed(1), Math.round((cpu[name] / messages) * 1e6).toLocaleString('en'), percent(busiest[name]), String(Math.round(peakMb[name]))]);
  return table(['', 'CPU s', 'CPU µs a message', 'busiest thread', 'peak MB'], rows);
}

export function printEndToEnd({ messages, contacts, rounds, summaries, profiled }) {
  console.log(`Accepted to priced, ${messages.toLocaleString('en')} messages to ${contacts} customers in each phase; medians of ${rounds}; ${machine()}`);
  const heads = ['', 'priced/s', 'first to last/s', 'paced at/s', 'p50 ms', 'p99 ms', 'max ms', 'peak MB: ours', 'broker', 'database', 'limits'];
  console.log(table(heads, summaries.map(({ name, pricedPerSecond, fromFirstToLast, pacedPerSecond, latencyMs, processes: { peakMb }, limit }) => {
    const own = Object.entries(peakMb).reduce((sum, [process, mb]) => (notOurs.has(process) ? sum : sum + mb), 0);
    const mb = [own, peakMb.broker, peakMb.postgres].map((value) => (value === undefined ? '' : String(Math.round(value))));
    const rates = [pricedPerSecond, fromFirstToLast, pacedPerSecond].map((value) => value.toLocaleString('en'));
    return [name, ...rates, ...Object.values(latencyMs).map((ms) => String(Math.round(ms))), ...mb, limitText(limit)];
  })));
  for (const summary of summaries) {
    console.log(`\n${summary.name}: every message priced once, ${summary.micros} micros as the policy says; a charge is seen ${Math.round(summary.seenAfterMs)} ms after it is written (p50)`);
    console.log(`At the steady pace phones reported in ${summary.receipts.calls.toLocaleString('en')} calls, which took ${Math.round(summary.receipts.ms)} ms (p50)`);
    if (summary.stages.length > 0) console.log(`Where the time goes at the steady pace, each step's p50: ${summary.stages.map(({ to, ms }) => `${to} ${Math.round(ms)} ms`).join(', ')}`);
    console.log(processTable(summary, messages));
    for (const { name, top } of profiled[summary.kind] ?? []) console.log(`\nWhat ${name} spends its time on\n${printed(top)}`);
  }
}
