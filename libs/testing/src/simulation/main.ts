import * as bus from '@parley/bus';
import { simulateIntake } from './intake/simulate-intake.js';
import { patchedRunner } from './planted/patched-runner.js';
import { plantedFaults, type PlantedFault } from './planted/planted-faults.js';
import { simulate, type Verdict } from './simulate.js';

const help = `Usage: npm run simulate -- [options]

Runs the shipped runner through seeded lives full of crashes (of the platform with its folds, and of lanes that take integrators' requests),
and checks the design's invariants.

  --seeds N        how many seeds (default 200)
  --from N         the first seed (default 1)
  --seed N         just this seed, with its violations in full
  --faults         also plants each fault, and looks for a seed that catches it, up to 1,000
  --recorded       also plants each fault, at its recorded seed only
  --fault NAME     just this fault (see --list)
  --list           the planted faults and what they break
  --json           the result as JSON
`;

interface Options {
  seeds: number;
  from: number;
  faults: 'none' | 'search' | 'recorded';
  fault?: string;
  json: boolean;
}

function options(words: readonly string[]): Options {
  const found: Options = { seeds: 200, from: 1, faults: 'none', json: false };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    const number = (): number => {
      const value = Number(words[(index += 1)]);
      if (!Number.isSafeInteger(value) || value < 0) stop(`${word} takes a whole number`);
      return value;
    };
    if (word === '--seeds') found.seeds = number();
    else if (word === '--from') found.from = number();
    else if (word === '--seed') Object.assign(found, { from: number(), seeds: 1 });
    else if (word === '--faults') found.faults = 'search';
    else if (word === '--recorded') found.faults = 'recorded';
    else if (word === '--fault') Object.assign(found, { fault: words[(index += 1)], faults: 'search', seeds: 0 });
    else if (word === '--json') found.json = true;
    else if (word === '--list') stop(plantedFaults.map(({ name, breaks }) => `${name}: invariant ${breaks}`).join('\n'), 0);
    else stop(word === '--help' || word === '-h' ? help : `unknown option ${word}\n\n${help}`, word === '--help' || word === '-h' ? 0 : 2);
  }
  if (found.fault !== undefined && !plantedFaults.some(({ name }) => name === found.fault)) stop(`no planted fault ${found.fault}: see --list`);
  return found;
}

function stop(text: string, code = 2): never {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}

/** A line that is written over, where somebody looks; nothing into a file. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

async function runSeeds({ seeds, from }: Options): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const since = Date.now();
  for (let seed = from; seed < from + seeds; seed += 1) {
    verdicts.push(await bothLives(seed));
    const done = verdicts.length;
    const left = Math.round((((Date.now() - since) / done) * (seeds - done)) / 1000);
    progress(`seed ${seed}: ${done}/${seeds}, ${verdicts.filter(({ violations }) => violations.length > 0).length} with violations, ${left} s left`);
  }
  progress('');
  return verdicts;
}

/** The platform's life and that of its intake lanes, from the same seed. */
async function bothLives(seed: number): Promise<Verdict> {
  const [platform, intake] = [await simulate(seed, bus), await simulateIntake(seed, bus)];
  const both = (figure: 'steps' | 'records' | 'crashes' | 'zombies' | 'restores'): number => platform[figure] + intake[figure];
  const violations = [...platform.violations, ...intake.violations.map(({ invariant, detail }) => ({ invariant, detail: `intake: ${detail}` }))];
  return { seed, violations, steps: both('steps'), records: both('records'), crashes: both('crashes'), zombies: both('zombies'), restores: both('restores') };
}

interface Caught {
  readonly fault: PlantedFault;
  readonly seed: number | undefined;
  readonly invariant: number | undefined;
  readonly detail: string;
}

/** A fault is caught when the invariant it names is seen broken; anything else that breaks besides is not enough. */
async function catchFault(fault: PlantedFault, search: boolean): Promise<Caught> {
  const runner = await patchedRunner(fault);
  const [first, last] = search ? [1, 1000] : [fault.seed, fault.seed];
  let other = '';
  for (let seed = first; seed <= last; seed += 1) {
    progress(`${fault.name}: seed ${seed}`);
    const { violations } = fault.life === 'intake' ? await simulateIntake(seed, runner) : await simulate(seed, runner);
    const named = violations.find(({ invariant }) => invariant === fault.breaks);
    if (named) return { fault, seed, invariant: named.invariant, detail: named.detail };
    if (violations.length > 0) other = `${violations[0]!.invariant}: ${violations[0]!.detail}`;
  }
  return { fault, seed: undefined, invariant: undefined, detail: other === '' ? 'nothing was seen' : `only ${other}` };
}

async function main(): Promise<void> {
  const given = options(process.argv.slice(2));
  const verdicts = await runSeeds(given);
  const bad = verdicts.filter(({ violations }) => violations.length > 0);
  progress('');
  const caught: Caught[] = [];
  for (const fault of given.faults === 'none' ? [] : plantedFaults) {
    if (given.fault !== undefined && fault.name !== given.fault) continue;
    caught.push(await catchFault(fault, given.faults === 'search'));
    if (!given.json) console.log(sentence(caught.at(-1)!));
  }
  progress('');
  if (given.json) console.log(JSON.stringify({ verdicts, caught: caught.map(({ fault, ...rest }) => ({ fault: fault.name, ...rest })) }));
  else print(verdicts, bad, given.seeds === 1);
  const passed = verdicts.length - bad.length + caught.filter(({ seed }) => seed !== undefined).length;
  const failed = verdicts.length + caught.length - passed;
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function print(verdicts: readonly Verdict[], bad: readonly Verdict[], full: boolean): void {
  const sum = (figure: 'steps' | 'records' | 'crashes' | 'zombies' | 'restores'): string => verdicts.reduce((total, verdict) => total + verdict[figure], 0).toLocaleString('en');
  if (verdicts.length > 0) {
    console.log(`${verdicts.length} seeds: ${sum('steps')} steps, ${sum('records')} records, ${sum('crashes')} crashes, ${sum('zombies')} zombies, ${sum('restores')} restored databases`);
  }
  for (const { seed, violations } of bad.slice(0, 20)) {
    for (const { invariant, detail } of full ? violations : violations.slice(0, 1)) console.log(`seed ${seed}: invariant ${invariant}: ${detail}`);
  }
}

function sentence({ fault, seed, detail }: Caught): string {
  const what = `${fault.name} (invariant ${fault.breaks})`;
  return seed === undefined ? `NOT CAUGHT ${what}: ${detail}` : `caught ${what} at seed ${seed}: ${detail}`;
}

await main();
