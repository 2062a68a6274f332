// The examples as their READMEs tell people to run them: what each needs first, and its command.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, root } from '../bootstrap.mjs';
import { surroundings } from '../cluster/process.mjs';

const folder = join(root, 'deploy/examples');
const cache = join(root, 'node_modules/.cache/parley');

/** Runs a program to its end; resolves with what it printed, rejects with the last of what it said. `ENOENT` where it is not there. */
export function run(command, args, { cwd = root, env = {}, withinMs = 180_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...surroundings(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: withinMs, killSignal: 'SIGKILL' });
    let [said, wrong] = ['', ''];
    child.stdout.on('data', (bytes) => (said += bytes));
    child.stderr.on('data', (bytes) => (wrong = `${wrong}${bytes}`.slice(-5_000)));
    child.once('error', reject);
    child.once('close', (code, signal) => (code === 0 ? resolve(said) : reject(new Error(`${command} ended with ${signal ?? code}${signal ? ` after ${withinMs / 1000} s` : ''}:\n${said}${wrong}`))));
  });
}

/** What `fill` makes, kept between runs until the file that it is made from changes. */
async function fetched(name, from, fill) {
  const made = join(cache, `${name}-${createHash('sha256').update(readFileSync(from)).digest('hex').slice(0, 12)}`);
  if (existsSync(join(made, 'whole'))) return made;
  rmSync(made, { recursive: true, force: true });
  await fill(made);
  writeFileSync(join(made, 'whole'), '');
  return made;
}

/** Why a language cannot be had here, or rethrown where it is the example's own fault. */
const missing = (program) => (error) => {
  if (error.code === 'ENOENT') return { unavailable: `there is no ${program} on the path` };
  return { unavailable: String(error.message).trim().split('\n').findLast((line) => /error/i.test(line)) ?? String(error.message).split('\n')[0] };
};

/** By language: `prepare` resolves to { command, args } or { unavailable }; it rejects where the example itself is wrong. */
export const languages = {
  typescript: {
    prepare: async () => {
      await run(process.execPath, [binary('typescript', 'tsc'), '--project', join(folder, 'typescript')]);
      return { command: process.execPath, args: [join(folder, 'typescript/dist/send.js')] };
    },
  },
  python: {
    prepare: async () => {
      const requirements = join(folder, 'python/requirements.txt');
      const fill = async (into) => {
        await run('python3', ['-m', 'venv', into]);
        await run(join(into, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-input', '--requirement', requirements]);
      };
      const venv = await fetched('example-python', requirements, fill).catch(missing('python3'));
      return typeof venv === 'string' ? { command: join(venv, 'bin/python'), args: [join(folder, 'python/send.py')] } : venv;
    },
  },
  java: {
    prepare: async () => {
      const pom = join(folder, 'java/pom.xml');
      const fill = (into) => run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${into}`]);
      const java = await run('java', ['-version']).catch(missing('java'));
      if (typeof java !== 'string') return java;
      const jars = await fetched('example-java', pom, fill).catch(missing('mvn'));
      return typeof jars === 'string' ? { command: 'java', args: ['-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), join(folder, 'java/Send.java')] } : jars;
    },
  },
};
