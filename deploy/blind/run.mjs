// Nobody between the ends can read a message: words go every way that content can take, then everything that the platform leaves behind is looked through. Then the same
// with builds that leak, one for each kind of sink: each has to be found.
import { randomBytes } from 'node:crypto';
import { Canaries, memoryUnavailable, needle } from '@parley/testing/secrecy';
import { clusterUnavailable } from '../servers.mjs';
import { cases, inClear, published } from './journey.mjs';
import { newFolder, Place } from './place.mjs';
import { plantedArguments, plants } from './plants.mjs';
import { least, scanAll, sinkKinds } from './scan.mjs';

const numbers = ['491713920042', '491713920043'];
const phoneNumber = 'the phone number';

/** Where a word may be: what was said to a process in clear is in its memory, what was published is where its publisher put it, and a number is told to the directory of numbers. */
function mayBeThere({ word, kind, sink }) {
  if (kind === 'memory') return inClear(word) || (word === phoneNumber && sink === 'delivery-1');
  if (word === published) return (kind === 'topic' && sink.startsWith('parley.requests.v1/')) || (kind === 'file' && sink.startsWith('kafka/data/parley.requests.v1-'));
  return word === phoneNumber && kind === 'traffic' && sink.endsWith(', to the directory of numbers');
}

const shown = ({ word, form, sink, at }) => `${word} as ${form} in ${sink} at ${at}`;
const counts = { passed: 0, failed: 0, skipped: 0 };
const startedAt = Date.now();
const tell = (line) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${line}`);

/** `fault`: null, or what is wrong. `skip`: why it cannot be known here. */
function count(name, fault, skip) {
  const [key, mark, more] = skip !== undefined ? ['skipped', '○', ` (skipped: ${skip})`] : fault === null ? ['passed', '✓', ''] : ['failed', '✗', `: ${fault}`];
  counts[key] += 1;
  tell(`${mark} ${name}${more}`);
}

const withoutMemory = (kind) => (kind === 'memory' ? memoryUnavailable() : undefined);
const holdsNothing = (kind) => `${kind}: holds none of the words`;
const isFound = ({ name }) => `${name}: a planted leak is found`;

/** The shipped builds: what was seen of each kind, and that nothing was found. */
async function honest(place, words) {
  for (const [name, run] of Object.entries(cases)) count(name, await run(place, (one) => words.word(one)).catch((error) => error.stack));
  const { findings, looked } = await scanAll(place, [words, needle(phoneNumber, numbers[0])], tell);
  for (const kind of sinkKinds) {
    const wrong = findings.filter((finding) => finding.kind === kind && !mayBeThere(finding)).map(shown);
    const { names, bytes } = looked[kind];
    if (names.length < least[kind].sinks || bytes < least[kind].bytes) wrong.push(`only ${names.length} sinks with ${bytes} bytes were looked at`);
    count(holdsNothing(kind), wrong.length === 0 ? null : wrong.slice(0, 10).join('; '), withoutMemory(kind));
  }
}

/** Builds that leak. Memory is only asked for the leak that is nowhere else: each of these words was said to a process in clear. */
async function leaking(place, words) {
  for (const { name, send } of plants) await send(place, words.word(`planted ${name}`));
  const { findings } = await scanAll(place, [words], tell);
  for (const plant of plants) {
    const own = findings.filter(({ word }) => word === `planted ${plant.name}`);
    const passing = ['memory', ...(plant.passing ?? [])];
    const kinds = [...new Set(own.map(({ kind }) => kind))].filter((kind) => plant.found.includes(kind) || !passing.includes(kind)).sort();
    const where = [...new Set(own.map(({ kind, sink }) => `${kind} ${sink}`))].join('; ');
    const fault = kinds.join() === plant.found.join() ? null : `it should be found in ${plant.found.join(', ')} and is in ${where || 'nothing'}`;
    count(isFound(plant), fault, plant.found.includes('memory') ? memoryUnavailable() : undefined);
  }
}

const names = [...Object.keys(cases), ...sinkKinds.map(holdsNothing), ...plants.map(isFound)];
const skip = clusterUnavailable();
const { folder, remove } = newFolder();
// Nothing else keeps this process: what it starts is not to hold it back when it goes.
const keeping = setInterval(() => undefined, 3_600_000);
let place;
let stopping;
const stop = () => (stopping ??= Promise.resolve(place?.stop()));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop().finally(() => process.exit(130)));

/** One life of the cluster, on the same folder. */
async function round(number, contactName, plantsOfRound, play) {
  stopping = undefined;
  const words = new Canaries(randomBytes(8).toString('hex'));
  place = new Place({ folder, tell, plants: plantsOfRound });
  try {
    await place.start({ number, name: words.word(contactName) });
    await play(place, words);
  } finally {
    await stop();
  }
}

try {
  if (skip !== undefined) for (const name of names) count(name, null, skip);
  else {
    await round(numbers[0], 'name of the contact', {}, honest);
    await round(numbers[1], 'name of another contact', plantedArguments(), leaking);
  }
} catch (error) {
  count('the cluster runs', error.stack ?? String(error));
} finally {
  clearInterval(keeping);
  remove();
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
