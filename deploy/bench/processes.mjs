// What processes take of the machine, from /proc: CPU seconds, the most memory they held together, and their busiest thread.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Of children that have ended, too: PostgreSQL's connections come and go.
    return { pid, parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / ticksPerSecond, own: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
  } catch {
    return null;
  }
}

/** All processes of the machine, in one look. */
function everyone() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name))).filter(Boolean);
}

/** The process and all that descend from it. */
function treeOf(root, all) {
  const tree = all.filter(({ pid }) => pid === root);
  for (const member of tree) tree.push(...all.filter(({ parent, pid }) => parent === member.pid && !tree.some((known) => known.pid === pid)));
  return tree;
}

/** CPU seconds of a tree so far, of its ended members too. */
function cpuOf([first, ...others]) {
  return first ? first.cpu + others.reduce((sum, { own }) => sum + own, 0) : 0;
}

/** Memory of a tree now, MB. What its members share counts once. */
function memoryOf(tree) {
  let kilobytes = 0;
  for (const { pid } of tree) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended.
    }
  }
  return kilobytes / 1024;
}

/** CPU seconds so far of each thread of a tree. */
function threadsOf(tree) {
  const threads = new Map();
  for (const { pid } of tree) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) threads.set(`${pid}/${thread}`, statOf(`${pid}/task/${thread}`)?.own ?? 0);
    } catch {
      // It has ended.
    }
  }
  return threads;
}

export const canMeasure = existsSync('/proc/self/smaps_rollup');

/** Watches trees by name, from now until `end`. Of those in `alone`, only the process itself counts: the others may descend from it. */
export class Watch {
  #begun = new Map();
  #threads = new Map();
  #cpu = new Map();
  #peaks = new Map();
  #begunAt = performance.now();
  #timer;

  constructor(roots, { alone = [] } = {}) {
    this.roots = Object.entries(roots);
    this.alone = new Set(alone);
    if (!canMeasure) return;
    for (const [name, tree] of this.#look()) {
      this.#begun.set(name, this.#cpuOf(name, tree));
      this.#threads.set(name, threadsOf(tree));
    }
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), 500);
  }

  #look() {
    const all = everyone();
    return this.roots.map(([name, pid]) => [name, this.alone.has(name) ? all.filter((one) => one.pid === pid) : treeOf(pid, all)]);
  }

  /** What has ended below one that counts alone is not its own. */
  #cpuOf(name, tree) {
    return this.alone.has(name) ? (tree[0]?.own ?? 0) : cpuOf(tree);
  }

  #sample() {
    for (const [name, tree] of this.#look()) {
      this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, memoryOf(tree)));
      // What has ended takes no more: its last sample stands.
      this.#cpu.set(name, Math.max(this.#cpu.get(name) ?? 0, this.#cpuOf(name, tree)));
    }
  }

  /** CPU seconds and peak MB by name, and of its busiest thread the share of the time that it ran (0 to 1). */
  end() {
    if (!canMeasure) return { cpu: {}, peakMb: {}, busiest: {} };
    clearInterval(this.#timer);
    this.#sample();
    const seconds = (performance.now() - this.#begunAt) / 1_000;
    const busiest = this.#look().map(([name, tree]) => {
      const before = this.#threads.get(name);
      return [name, Math.max(0, ...[...threadsOf(tree)].map(([thread, cpu]) => cpu - (before.get(thread) ?? 0))) / seconds];
    });
    const cpu = this.roots.map(([name]) => [name, this.#cpu.get(name) - this.#begun.get(name)]);
    return { cpu: Object.fromEntries(cpu), peakMb: Object.fromEntries(this.#peaks), busiest: Object.fromEntries(busiest) };
  }
}
