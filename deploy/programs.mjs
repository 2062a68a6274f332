// The programs of this checkout, and how to become one of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, fail, root } from './bootstrap.mjs';

const programs = {
  platform: { entry: 'apps/platform/dist/main.js', args: [] },
  parley: { entry: 'apps/cli/dist/main.js', args: [] },
  story: { entry: 'apps/cli/dist/main.js', args: ['story'] },
  cluster: { entry: 'deploy/cluster/main.mjs', args: [] },
  soak: { entry: 'deploy/soak/main.mjs', args: [] },
  bench: { entry: 'deploy/bench/main.mjs', args: [] },
  blind: { entry: 'deploy/blind/run.mjs', args: [] },
  examples: { entry: 'deploy/examples/run.mjs', args: [] },
  simulate: { entry: 'libs/testing/dist/simulation/main.js', args: [] },
};

/**
 * Makes up for npm between the terminal and us. It passes on the signal that the terminal has already sent to the whole group, so one Ctrl-C
 * arrives twice, and for most programs a second one means "stop at once": an echo is dropped, a person's second Ctrl-C still arrives. And its
 * shell keeps a SIGTERM to itself: when the shell is gone, so is whoever wanted the program.
 */
function mendSignals(echoMs = 300) {
  const lastAt = { SIGINT: -Infinity, SIGTERM: -Infinity };
  const emit = process.emit;
  process.emit = function (name, ...args) {
    if (!(name in lastAt)) return emit.call(this, name, ...args);
    const isEcho = performance.now() - lastAt[name] < echoMs;
    lastAt[name] = performance.now();
    return isEcho || emit.call(this, name, ...args);
  };
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    const isStopping = Object.values(lastAt).some((at) => at > 0);
    if (!isStopping) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** Runs a program of this checkout in this very process: signals, exit code and terminal are its own, and no kill can orphan it. */
export async function start(name, args) {
  if (!(name in programs)) fail(`There is no program '${name}'.`, `one of: ${Object.keys(programs).join(', ')}.`);
  bootstrap();
  const { entry, args: first } = programs[name];
  const path = join(root, entry);
  if (!existsSync(path)) fail(`${entry} is not there after the build.`, `see that ${entry.replace('dist', 'src').replace('.js', '.ts')} exists.`);
  mendSignals();
  process.argv = [process.argv[0], path, ...first, ...args];
  await import(pathToFileURL(path).href);
}
