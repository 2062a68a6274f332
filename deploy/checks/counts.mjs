// The counting counts: a failing, a skipped, a missing and a silent test each show.
import { deepStrictEqual } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countJest, countLastLine } from '../counts.mjs';

const test = (status, fullName = 'says what it does') => ({ status, fullName });
const suite = (spec, assertionResults, more = {}) => ({ spec, assertionResults, status: 'passed', message: '', startTime: 0, endTime: 1000, ...more });

/** Counts a project with these specs on disk and these suites in its result; no suites: no result file. `ranIn`: the checkout they ran in. */
function counted(specs, suites, ranIn) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-counts-'));
  try {
    mkdirSync(join(folder, 'src'));
    for (const spec of specs) writeFileSync(join(folder, 'src', spec), '');
    const testResults = suites?.map(({ spec, ...result }) => ({ ...result, name: join(ranIn ?? folder, 'src', spec) }));
    if (testResults) writeFileSync(join(folder, 'test-results.json'), JSON.stringify({ testResults }));
    const { passed, failed, skipped, problems } = countJest(folder);
    return [passed, failed, skipped, problems.length];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const skip = 'reads the old log (skipped: no native PostgreSQL)';
const cases = [
  ['a test that passed', ['a.spec.ts'], [suite('a.spec.ts', [test('passed')])], [1, 0, 0, 0]],
  ['a test that failed', ['a.spec.ts'], [suite('a.spec.ts', [test('passed'), test('failed')], { status: 'failed' })], [1, 1, 0, 1]],
  ['a skip with its reason', ['a.spec.ts'], [suite('a.spec.ts', [test('pending', skip)])], [0, 0, 1, 0]],
  ['a skip without a reason', ['a.spec.ts'], [suite('a.spec.ts', [test('pending')])], [0, 1, 0, 1]],
  ['a test that is still to be written', ['a.spec.ts'], [suite('a.spec.ts', [test('todo')])], [0, 1, 0, 1]],
  ['a suite that did not start', ['a.spec.ts'], [suite('a.spec.ts', [], { status: 'failed', message: 'SyntaxError' })], [0, 1, 0, 1]],
  ['a suite that failed after its tests', ['a.spec.ts'], [suite('a.spec.ts', [test('passed')], { status: 'failed' })], [1, 1, 0, 1]],
  ['a spec that is not in the result', ['a.spec.ts', 'b.spec.ts'], [suite('a.spec.ts', [test('passed')])], [1, 1, 0, 1]],
  ['a project that ran none of its specs', ['a.spec.ts'], [], [0, 1, 0, 1]],
  ['a missing result', ['a.spec.ts'], undefined, [0, 1, 0, 1]],
  ['a project without specs', [], [], [0, 0, 0, 0]],
];
const lines = [
  ['a closing line', 'seed 1\n4 passed, 0 failed, 1 skipped\n', 0, [4, 0, 1, 0]],
  ['a closing line with failures', '3 passed, 1 failed, 0 skipped\n', 1, [3, 1, 0, 0]],
  ['a program that ends early', 'seed 1\n', 0, [0, 1, 0, 1]],
  ['a program that does not start', '', 1, [0, 1, 0, 1]],
  ['a good line with a bad exit', '4 passed, 0 failed, 0 skipped\n', 1, [4, 1, 0, 1]],
  ['a program that tests nothing', '0 passed, 0 failed, 0 skipped\n', 0, [0, 1, 0, 1]],
];

function countedLine(output, exitCode) {
  const { passed, failed, skipped, problems } = countLastLine(output, exitCode);
  return [passed, failed, skipped, problems.length];
}

export const countChecks = [
  {
    name: 'a result that another checkout left in the cache',
    run: () => deepStrictEqual(counted(['a.spec.ts'], [suite('a.spec.ts', [test('passed')])], '/elsewhere/libs/bus'), [1, 0, 0, 0]),
  },
  ...cases.map(([name, specs, suites, expected]) => ({ name, run: () => deepStrictEqual(counted(specs, suites), expected) })),
  ...lines.map(([name, output, exitCode, expected]) => ({ name, run: () => deepStrictEqual(countedLine(output, exitCode), expected) })),
];
