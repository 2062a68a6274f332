// `npm run bench`: the live line against the same line on Kafka Streams, and the whole platform from accepted to priced.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { count } from './count.mjs';
import { benchEndToEnd, printEndToEnd } from './end-to-end/rounds.mjs';
import { benchLine, printLine } from './line-rounds.mjs';
import { folder, say } from './table.mjs';
import { scaleOf } from './workload.mjs';

const halves = { line: ['ours', 'streams'], 'end-to-end': ['kafka', 'embedded'] };
const all = Object.values(halves).flat();

const help = `Two halves, each on a broker and a database started for it; medians of rounds that take turns.

The line: windows and billing as they run, against the same line on Kafka Streams. End to end: a whole platform with a business and its
customers' phones; messages from accepted (acknowledged by the broker, or answered 2xx) to priced (the charge can be read).

  npm run bench                        both halves
  npm run bench -- --line              only the first, about 10 minutes
  npm run bench -- --end-to-end        only the second, about 10 minutes
  npm run bench -- --only kafka        what to measure, with commas between: ours, streams (the line), kafka, embedded (end to end)
  npm run bench -- --rounds 1          fewer rounds (3; 1 to 9)
  npm run bench -- --profile           one more round of ours under the profiler: what each process spends its time on
  npm run bench -- --json              the results as JSON on stdout, a line for each half
  npm run bench -- --views             something else: what dashboards' questions take over 10 M charges; --views --help says more
  npm run bench -- --crypto            something else: what sealing, opening and sessions cost; --crypto --help says more
  npm run bench -- --gateway           something else: requests a second of the gateway, and how long one takes; --gateway --help says more
  npm run bench -- --reprice           something else: usage priced again under other rules; --reprice --help says more

  The line
  --scale 10M       events (1M; 10k to 50M)
  --threads 2       of the Streams program (1 to 12)

  End to end
  --messages 60k    of each phase: first as many as there is room for, then at a steady pace (20k; 500 to 500k)
  --rate 2k         messages a second of the second phase (half of what the first phase reached)
  --contacts 64     customers that they go to (1 to 1,000)
  --outstanding 4k  messages of the first phase that may be accepted and not priced yet (10k)

Needs PostgreSQL's programs, Java 17 and Maven (for embedded alone: nothing). Results are kept in node_modules/.cache/parley/bench/.`;

function onlyOf({ only, ...values }) {
  const asked = Object.keys(halves).filter((half) => values[half]);
  if (only === undefined) return asked.length === 0 ? all : asked.flatMap((half) => halves[half]);
  const names = only.split(',');
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new RangeError(`--only ${only}: of ${all.join(', ')}, with commas between`);
  const outside = asked.length > 0 ? names.filter((name) => !asked.some((half) => halves[half].includes(name))) : [];
  if (outside.length > 0) throw new RangeError(`--only ${only}: ${outside.join(', ')} does not belong to ${asked.map((half) => `--${half}`).join(' ')}`);
  return names;
}

function settings() {
  const text = (value) => ({ type: 'string', default: value });
  const flag = { type: 'boolean', default: false };
  const { values } = parseArgs({
    options: {
      line: flag, 'end-to-end': flag, only: { type: 'string' }, rounds: text('3'), profile: flag, json: flag, help: flag, scale: text('1M'), threads: text('2'), messages: text('20k'), rate: { type: 'string' },
      contacts: text('64'), outstanding: text('10k'),
    },
  });
  if (values.help) return { help: true };
  return {
    ...values,
    only: new Set(onlyOf(values)),
    rounds: count(values, 'rounds', { least: 1, most: 9 }),
    threads: count(values, 'threads', { least: 1, most: 12 }),
    sizes: scaleOf(values.scale),
    messages: count(values, 'messages', { least: 500, most: 500_000 }),
    rate: values.rate === undefined ? null : count(values, 'rate', { least: 1, most: 1_000_000 }),
    contacts: count(values, 'contacts', { least: 1, most: 1_000 }),
    outstanding: count(values, 'outstanding', { least: 100, most: 1_000_000 }),
  };
}

async function bench(given) {
  mkdirSync(folder, { recursive: true });
  const parts = [{ names: halves.line, run: benchLine, print: printLine }, { names: halves['end-to-end'], run: benchEndToEnd, print: printEndToEnd }];
  const asked = parts.filter(({ names }) => names.some((name) => given.only.has(name)));
  for (const [index, { run, print }] of asked.entries()) {
    const result = await run(given);
    say('');
    if (given.json) console.log(JSON.stringify(result));
    else print(result);
    if (index + 1 < asked.length && !given.json) console.log('');
  }
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--views')) await (await import('./views.mjs')).measureViews(args);
  else if (args.includes('--reprice')) await (await import('./repricing.mjs')).measureRepricing(args);
  else if (args.includes('--gateway')) await (await import('./gateway/rounds.mjs')).measureGateway(args);
  else if (args.includes('--crypto')) (await import('./crypto.mjs')).measureCrypto(args);
  else {
    const given = settings();
    if (given.help) console.log(help);
    else await bench(given);
  }
} catch (error) {
  const fix = error.fix ?? (error instanceof RangeError || error.code?.startsWith?.('ERR_PARSE_ARGS') ? 'npm run bench -- --help' : undefined);
  console.error(`\n${fix === undefined ? (error.stack ?? error) : `${error.message}\nFix: ${fix}`}`);
  process.exitCode = 1;
}
process.exit();
