// The first half: the live line of windows and billing against the same line on Kafka Streams, round after round.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawInput } from './input.mjs';
import { topOf } from './profile.mjs';
import { buildStreams, ourLine, streamsProgram } from './programs.mjs';
import { runRound } from './round.mjs';
import { folder, machine, median, printed, progress, say, table } from './table.mjs';

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
  const measured = [...(only.has('ours') ? [ours(1), ours(2)] : []), ...(only.has('streams') ? [streams] : [])];
  return { measured, profiled: ours(1, ['--cpu-prof', `--cpu-prof-dir=${join(folder, 'profile')}`]) };
}

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

function tableOf(summaries) {
  const streams = summaries.find(({ name }) => name.startsWith('Kafka'));
  const heads = ['', 'events/s', 'ratio', 'CPU s: program', 'broker', 'database', 'peak MB: program', 'database'];
  return table(heads, summaries.map(({ name, eventsPerSecond, cpuSeconds, peakMb }) => [
    name, eventsPerSecond.toLocaleString('en'), streams ? (eventsPerSecond / streams.eventsPerSecond).toFixed(2) : '',
    ...[cpuSeconds.program, cpuSeconds.broker, cpuSeconds.database].map((seconds) => seconds.toFixed(1)), ...[peakMb.program, peakMb.database].map((mb) => String(Math.round(mb))),
  ]));
}

async function profileOurs(program, round) {
  rmSync(join(folder, 'profile'), { recursive: true, force: true });
  await round(program, 'profiled');
  const [file] = readdirSync(join(folder, 'profile'));
  return topOf(JSON.parse(readFileSync(join(folder, 'profile', file), 'utf8')), 15);
}

/** @param settings as main.mjs reads them. Resolves with the result, which is kept in a file, too. */
export async function benchLine({ scale, sizes, rounds, threads, only, profile }) {
  const input = join(folder, `input-${scale}.bin`);
  await drawInput(input, sizes, progress);
  const { measured, profiled } = programs({ only, threads });
  if (only.has('streams')) {
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
  return result;
}

export function printLine({ scale, conversations, rounds, summaries, top }) {
  const [{ outcome }] = summaries;
  console.log(`The live line, ${scale} events in ${conversations.toLocaleString('en')} conversations; medians of ${rounds}; ${machine()}`);
  console.log(tableOf(summaries));
  console.log(`\nDecided by each, the same: ${Object.entries(outcome.counts).map(([type, count]) => `${type} ${count.toLocaleString('en')}`).join(', ')}; ${outcome.micros} micros; checksum ${outcome.checksum}`);
  if (top.length > 0) console.log(`\nWhat one process of ours spends its time on\n${printed(top)}`);
}
