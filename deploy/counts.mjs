// Counts what tests said, and trusts nothing that is missing: no result, no test, or a skip without its reason is a failure.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** `it.skip('… (skipped: why)')`: a skip says why in its title. */
const skipReason = /\(skipped: ([^()]*[^()\s][^()]*)\)/;
const closingLine = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** `ranAt`: epoch ms of the first suite, Infinity where none ran. */
const nothing = () => ({ passed: 0, failed: 0, skipped: 0, seconds: 0, ranAt: Infinity, problems: [], skips: [] });

const failure = (counts, problem) => ({ ...counts, failed: counts.failed + 1, problems: [...counts.problems, problem] });

function specsIn(folder) {
  const src = join(folder, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.spec.ts'))
    .map((path) => `src/${path.split(sep).join('/')}`);
}

/** Jest's report on a suite that did not start, without its colours and its heading. */
function firstReason(message) {
  const [heading = '', reason = heading] = stripVTControlCharacters(message).split('\n').filter((line) => line.trim() !== '');
  return reason.trim();
}

/** Why a test failed, in few lines: what was expected and found, and where. */
function whyItFailed([message = 'no reason given'] = []) {
  const lines = stripVTControlCharacters(message).split('\n').filter((line) => line.trim() !== '');
  const firstPlace = lines.find((line) => /^\s+at .*\.spec\.ts/.test(line));
  return [...lines.filter((line) => !/^\s+at /.test(line)).slice(0, 12), ...(firstPlace === undefined ? [] : [firstPlace])].map((line) => `\n      ${line.trim()}`).join('');
}

function countSuite(suite, counts) {
  for (const { status, fullName, failureMessages } of suite.assertionResults) {
    if (status === 'passed') counts.passed += 1;
    else if (status === 'failed') {
      counts.failed += 1;
      counts.problems.push(`${fullName}${whyItFailed(failureMessages)}`);
    } else {
      const reason = skipReason.exec(fullName)?.[1];
      if (reason) {
        counts.skipped += 1;
        counts.skips.push(fullName);
      } else {
        counts.failed += 1;
        counts.problems.push(`left out without a reason: ${fullName}`);
      }
    }
  }
  if (suite.assertionResults.length === 0) return failure(counts, `${suite.path} ran no test: ${firstReason(suite.message)}`);
  if (suite.status === 'failed' && !suite.assertionResults.some(({ status }) => status === 'failed')) return failure(counts, `${suite.path} failed`);
  return counts;
}

/** What jest wrote into a project's test-results.json, held against the specs that are there. `folder` is absolute; the result may name another checkout of it, if Nx put it back from its cache. */
export function countJest(folder) {
  const file = join(folder, 'test-results.json');
  if (!existsSync(file)) return failure(nothing(), 'no test-results.json: its tests did not run');
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  let counts = nothing();
  const specs = specsIn(folder);
  const ran = new Set();
  for (const suite of testResults) {
    const name = suite.name.split(sep).join('/');
    const path = specs.find((spec) => name.endsWith(`/${spec}`)) ?? name;
    ran.add(path);
    counts.seconds += (suite.endTime - suite.startTime) / 1000;
    counts.ranAt = Math.min(counts.ranAt, suite.startTime);
    counts = countSuite({ ...suite, path }, counts);
  }
  for (const spec of specs) if (!ran.has(spec)) counts = failure(counts, `${spec} did not run`);
  return counts;
}

/** What a program's last line says of itself, held against its exit code. */
export function countLastLine(output, exitCode) {
  const last = output.trimEnd().split('\n').at(-1);
  const match = closingLine.exec(last);
  if (!match) return failure(nothing(), `ended without its counts, with exit code ${exitCode}: ${last.slice(0, 200) || 'no output'}`);
  const [passed, failed, skipped] = match.slice(1).map((digits) => Number(digits ?? 0));
  const counts = { ...nothing(), passed, failed, skipped };
  if (passed + failed === 0) return failure(counts, 'ran no test');
  return exitCode !== 0 && failed === 0 ? failure(counts, `counted no failure but ended with exit code ${exitCode}`) : counts;
}
