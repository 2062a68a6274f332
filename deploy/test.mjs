// `npm test`: everything that is tested, then one table and one line.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, bootstrap, projectFolders, root } from './bootstrap.mjs';
import { countJest, countLastLine } from './counts.mjs';

/** `counts`: 'jest' reads every project's test-results.json; 'last line' reads the program's closing `N passed, N failed, N skipped`. */
const steps = [
  { name: 'specs', command: () => [binary('nx'), 'run-many', '--target=test', '--output-style=stream'], counts: 'jest' },
  { name: 'workspace', command: () => ['deploy/check.mjs'], counts: 'last line' },
  { name: 'cluster', command: () => ['deploy/cluster/trial.mjs'], counts: 'last line' },
  { name: 'examples', command: () => ['deploy/examples/run.mjs'], counts: 'last line' },
  { name: 'blind', command: () => ['deploy/blind/run.mjs'], counts: 'last line' },
  { name: 'simulation', command: () => ['libs/testing/dist/simulation/main.js', '--seeds', '200', '--recorded'], counts: 'last line' },
];

/** Runs a step with our own Node; its output is shown as it comes, and its end returned. */
function run([script, ...args]) {
  const colors = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: '0' };
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...colors } });
    let output = '';
    child.stdout.on('data', (bytes) => {
      process.stdout.write(bytes);
      output = (output + bytes).slice(-10_000);
    });
    child.on('close', (code, signal) => done({ output, exitCode: code ?? signal }));
  });
}

function countProjects(exitCode) {
  const rows = projectFolders().map((folder) => ({ name: folder, ...countJest(join(root, folder)) }));
  if (exitCode !== 0 && rows.every(({ failed }) => failed === 0)) {
    rows.push({ ...countLastLine('', exitCode), name: 'nx', problems: [`nx ended with exit code ${exitCode}`] });
  }
  return rows;
}

function printTable(rows, startedAt) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const cells = (values) => values.map((value) => String(value).padStart(9)).join('');
  console.log(`\n${''.padEnd(width)}${cells(['passed', 'failed', 'skipped', 'seconds'])}`);
  for (const { name, passed, failed, skipped, seconds, ranAt, problems, skips } of rows) {
    const isEmpty = passed + failed + skipped === 0;
    const line = isEmpty ? '   no specs' : cells([passed, failed, skipped, seconds.toFixed(1)]);
    console.log(`${name.padEnd(width)}${line}${ranAt < startedAt ? '  unchanged, from the cache' : ''}`);
    for (const problem of problems) console.log(`  ✗ ${problem}`);
    for (const skip of skips) console.log(`  ○ ${skip}`);
  }
}

bootstrap();
const startedAt = Date.now();
// A result that is left from an earlier run must not count: a cached one is put back by Nx.
for (const folder of projectFolders()) rmSync(join(root, folder, 'test-results.json'), { force: true });

const rows = [];
for (const { name, command, counts } of steps) {
  console.log(`\n── ${name}`);
  const stepStartedAt = Date.now();
  const { output, exitCode } = await run(command());
  const seconds = (Date.now() - stepStartedAt) / 1000;
  rows.push(...(counts === 'jest' ? countProjects(exitCode) : [{ ...countLastLine(output, exitCode), name, seconds }]));
}

printTable(rows, startedAt);
const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
console.log(`\nin ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') > 0 || total('passed') === 0 ? 1 : 0;
