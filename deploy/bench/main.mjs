// `npm run bench`: the live line of windows and billing against the same line on Kafka Streams, round after round, in one table.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawInput } from './input.mjs';
import { topOf } from './profile.mjs';
import { buildStreams, ourLine, streamsProgram } from './programs.mjs';
import { runRound } from './round.mjs';
import { scaleOf } from './workload.mjs';

const folder = fileURLToPath(new URL('../../node_modules/.cache/parley/bench/', import.meta.url));

const help = `The live line (windows and billing) against the same line on Kafka Streams, on a broker and a database started for it.

  npm run bench                       1 M events in 200 k conversations, 3 rounds of each
  npm run bench -- --scale 10M        the long one (10k to 50M)
  npm run bench -- --rounds 1         fewer rounds (1 to 9)
  npm run bench -- --only ours        ours, streams, or both (the default)
  npm run bench -- --profile          one more round of ours under the profiler: what its time goes into
  npm run bench -- --json             the result as JSON on stdout
  npm run bench -- --views            something else: what dashboards' questions take over 10 M charges; --views --help says more

Needs Java 17, Maven and PostgreSQL's programs. Results are kept in node_modules/.cache/parley/bench/.`;

function settings() {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1M' }, rounds: { type: 'string', default: '3' }, only: { type: 'string', default: 'both' }, threads: { type: 'string', default: '2' },
      profile: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { help: true };
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 9)) throw new RangeError('--rounds: from 1 to 9');
  const threads = Number(values.threads);
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 12)) throw new RangeError('--threads: of the Streams program, from 1 to 12');
  if (!['ours', 'streams', 'both'].includes(values.only)) throw new RangeError('--only: ours, streams or both');
  return { ...values, rounds, threads, sizes: scaleOf(values.scale) };
}

/** Streams gets a heap that it does not fill: with less it collects more, with more its memory would only look worse. */
const streamsHeapMb = 512;
const limits = { batchRecords: 5_000, appendRecords: 5_000 };

function programs({ only, threads }) {
  const ours = (processes, nodeArgs) => ({
    name: `ours, ${processes === 1 ? '1 process' : `${processes} processes`}`, needsDatabase: true,
    start: ({ brokers, databaseUrl }) => ourLine({ brokers, databaseUrl, processes, limits, nodeArgs }),
  });
  const streams = {
    name: `Kafka Streams, ${threads} threads`, needsDatabase: false,
    start: ({ brokers, inputs }) => [streamsProgram({ brokers, inputs, folder, threads, heapMb: streamsHeapMb })],
  };
  return { measured: [...(only === 'streams' ? [] : [ours(1), ours(2)]), ...(only === 'ours' ? [] : [streams])], profiled: ours(1, ['--cpu-prof', `--cpu-prof-dir=${join(folder, 'profile')}`]) };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

/** Sums over a program's own processes. */
function own(taken) {
  return Object.entries(taken).reduce((sum, [name, value]) => (name.startsWith('program') ? sum + value : sum), 0);
}

function summaryOf(name, rounds) {
  const of = (pick) => median(rounds.map(pick));
  return {
    name,
    eventsPerSecond: Math.round(of(({ inputs, ms }) => inputs / (ms / 1_000))),
    cpuSeconds: { program: of(({ cpu }) => own(cpu)), broker: of(({ cpu }) => cpu.broker ?? 0), database: of(({ cpu }) => cpu.postgres ?? 0) },
    peakMb: { program: of(({ peakMb }) => own(peakMb)), database: of(({ peakMb }) => peakMb.postgres ?? 0) },
    outcome: rounds[0].outcome,
  };
}

/** Both must have decided the same, or their speeds say nothing. */
function refuseDifferences(rounds) {
  const outcomes = new Set(rounds.map(({ outcome }) => JSON.stringify([Object.entries(outcome.counts).sort(), outcome.micros, outcome.checksum])));
  if (outcomes.size > 1) throw new Error(`the programs have decided differently:\n${[...outcomes].join('\n')}`);
}

function table(summaries) {
  const streams = summaries.find(({ name }) => name.startsWith('Kafka'));
  const heads = ['', 'events/s', 'ratio', 'CPU s: program', 'broker', 'database', 'peak MB: program', 'database'];
  const rows = summaries.map(({ name, eventsPerSecond, cpuSeconds, peakMb }) => [
    name, eventsPerSecond.toLocaleString('en'), streams ? (eventsPerSecond / streams.eventsPerSecond).toFixed(2) : '',
    ...[cpuSeconds.program, cpuSeconds.broker, cpuSeconds.database].map((seconds) => seconds.toFixed(1)), ...[peakMb.program, peakMb.database].map((mb) => String(Math.round(mb))),
  ]);
  const widths = heads.map((head, column) => Math.max(...[heads, ...rows].map((row) => row[column].length)));
  return [heads, ...rows].map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')).join('\n');
}

function machine() {
  return `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

const say = (text) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
let saidAt = 0;
/** Not more than one line in a few seconds where the output is kept. */
const progress = (text) => {
  if (performance.now() - saidAt < (process.stderr.isTTY ? 100 : 5_000)) return;
  saidAt = performance.now();
  say(text);
};

async function profileOurs(program, round) {
  rmSync(join(folder, 'profile'), { recursive: true, force: true });
  await round(program, 'profiled');
  const [file] = readdirSync(join(folder, 'profile'));
  return topOf(JSON.parse(readFileSync(join(folder, 'profile', file), 'utf8')), 15);
}

async function bench({ scale, sizes, rounds, threads, only, profile, json }) {
  mkdirSync(folder, { recursive: true });
  const input = join(folder, `input-${scale}.bin`);
  await drawInput(input, sizes, progress);
  const { measured, profiled } = programs({ only, threads });
  if (only !== 'ours') {
    say('building the Streams program');
    await buildStreams(folder);
  }
  const timeoutMs = 120_000 + sizes.events / 2; // A line of 2,000 events a second is slower than any worth measuring.
  const round = ({ name, ...program }, which) => {
    say(`${name}, ${which}`);
    return runRound({ ...program, input, timeoutMs, progress: (what) => progress(`${name}, ${which}: ${what}`) });
  };
  const results = new Map(measured.map(({ name }) => [name, []]));
  for (let number = 1; number <= rounds; number += 1) {
    for (const program of measured) results.get(program.name).push(await round(program, `round ${number} of ${rounds}`));
  }
  refuseDifferences([...results.values()].flat());
  const summaries = [...results].map(([name, done]) => summaryOf(name, done));
  const top = profile ? await profileOurs(profiled, round) : [];
  const result = { at: new Date().toISOString(), machine: machine(), scale, ...sizes, rounds, summaries, top, all: Object.fromEntries(results) };
  writeFileSync(join(folder, `line-${scale}.json`), JSON.stringify(result, null, 2));
  say('');
  if (json) console.log(JSON.stringify(result));
  else print(result);
}

function print({ scale, conversations, rounds, summaries, top }) {
  const [{ outcome }] = summaries;
  console.log(`The live line, ${scale} events in ${conversations.toLocaleString('en')} conversations; medians of ${rounds}; ${machine()}`);
  console.log(table(summaries));
  console.log(`\nDecided by each, the same: ${Object.entries(outcome.counts).map(([type, count]) => `${type} ${count.toLocaleString('en')}`).join(', ')}; ${outcome.micros} micros; checksum ${outcome.checksum}`);
  if (top.length > 0) console.log(`\nWhat one process of ours spends its time on\n${top.map(({ percent, where }) => `${percent.toFixed(1).padStart(5)} %  ${where}`).join('\n')}`);
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--views')) await (await import('./views.mjs')).measureViews(args);
  else {
    const given = settings();
    if (given.help) console.log(help);
    else await bench(given);
  }
} catch (error) {
  console.error(`\n${error instanceof RangeError || error?.code?.startsWith?.('ERR_PARSE_ARGS') ? `${error.message}\nFix: npm run bench -- --help` : (error.stack ?? error)}`);
  process.exitCode = 1;
}
process.exit();
