// `npm run bench -- --reprice`: usage priced again under other rules, and the heap that takes, at several lengths of history.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { historyOf } from './history.mjs';
import { folder, machine, median, progress, say, table } from './table.mjs';
import { scaleOf } from './workload.mjs';

const help = `Usage priced again under other rules, each measurement in a process of its own. A history is drawn once, and read from disk:
used messages of 200,000 conversations, 100,000 a day, with billing's decision on each under the published rules.

  npm run bench -- --reprice                        100k and 1M messages, under the published rules, P6 and P3
  npm run bench -- --reprice --scale 10M --rounds 1 the long one: 8 GB on disk; about 15 minutes to draw it, then a minute or two each
  --rules published,P6   with commas between (published,P6,P3)
  --json                 the results as JSON on stdout

Messages a second by the clock, and by processor time (all threads, the collector's too) where other things run; the most that the heap had,
garbage included; what was left of it at the end, collected; the most memory that the process had. Histories are kept in node_modules/.cache/parley/bench/.`;

/** Measures, and prints. Throws where the published rules do not give the sums that were charged. */
export async function measureRepricing(args) {
  const { values } = parseArgs({ args, options: {
    reprice: { type: 'boolean' }, scale: { type: 'string', default: '100k,1M' }, rounds: { type: 'string', default: '3' }, rules: { type: 'string', default: 'published,P6,P3' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  } });
  if (values.help) return console.log(help);
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 9)) throw new RangeError(`--rounds ${values.rounds}: from 1 to 9`);
  mkdirSync(folder, { recursive: true });
  const results = [];
  for (const scale of values.scale.split(',')) {
    const { events } = scaleOf(scale);
    const history = await historyOf(events, folder, (written) => progress(`Drawing a history of ${scale}: ${Math.floor((written / events) * 100)} %`));
    const runs = Object.fromEntries(values.rules.split(',').map((rules) => [rules, []]));
    // Rounds take turns, so that what else the machine does falls on all alike.
    for (let round = 0; round < rounds; round += 1) {
      for (const rules of Object.keys(runs)) {
        say(`${scale} under ${rules}: round ${round + 1} of ${rounds}`);
        runs[rules].push(await measured(history, rules));
      }
    }
    for (const [rules, of] of Object.entries(runs)) results.push({ scale, rules, ...medians(of) });
  }
  say('');
  console.log(values.json ? JSON.stringify({ machine: machine(), load: loadavg(), results }) : printed(results, rounds));
}

async function measured(history, rules) {
  const program = fileURLToPath(new URL('./repricing-process.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, history, rules]);
  const result = JSON.parse(stdout);
  if (rules === 'published' && result.change !== '0') throw new Error(`under the published rules the sums differ by ${result.change} micros`);
  return result;
}

function medians(runs) {
  const changes = new Set(runs.map(({ change }) => change));
  if (changes.size !== 1) throw new Error(`the same history gave different sums: ${[...changes].join(' and ')}`);
  const numbers = Object.keys(runs[0]).filter((name) => name !== 'change');
  return { ...Object.fromEntries(numbers.map((name) => [name, median(runs.map((run) => run[name]))])), change: runs[0].change };
}

function printed(results, rounds) {
  const grouped = (number) => number.toLocaleString('en');
  const rows = results.map(({ scale, rules, perSecond, perCpuSecond, mostHeapMb, heapMb, rssMb, change }) => [`${scale} under ${rules}`, grouped(perSecond), grouped(perCpuSecond), `${mostHeapMb} MB`, `${heapMb} MB`, `${rssMb} MB`, change]);
  const load = loadavg().map((of) => of.toFixed(1)).join(', ');
  return `${machine()}; medians of ${rounds}; load ${load}\n\n${table(['messages priced again', 'a second', 'a CPU second', 'most heap', 'at the end', 'process', 'change, micros'], rows)}`;
}
