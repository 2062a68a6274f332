// What processes take of the machine, from /proc: CPU seconds, and the most memory they held together.
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

/** The process and all that descend from it. */
function treeOf(root) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name))).filter(Boolean);
  const tree = all.filter(({ pid }) => pid === root);
  for (const member of tree) tree.push(...all.filter(({ parent, pid }) => parent === member.pid && !tree.some((known) => known.pid === pid)));
  return tree;
}

/** CPU seconds of a tree so far, of its ended members too. */
function cpuOf(root) {
  const [first, ...others] = treeOf(root);
  return first ? first.cpu + others.reduce((sum, { own }) => sum + own, 0) : 0;
}

/** Memory of a tree now, MB. What its members share counts once. */
function memoryOf(root) {
  let kilobytes = 0;
  for (const { pid } of treeOf(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended.
    }
  }
  return kilobytes / 1024;
}

export const canMeasure = existsSync('/proc/self/smaps_rollup');

/** Watches trees by name, from now until `end`. */
export class Watch {
  #begun = new Map();
  #cpu = new Map();
  #peaks = new Map();
  #timer;

  constructor(roots) {
    this.roots = Object.entries(roots);
    if (!canMeasure) return;
    for (const [name, pid] of this.roots) this.#begun.set(name, cpuOf(pid));
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), 500);
  }

  #sample() {
    for (const [name, pid] of this.roots) {
      this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, memoryOf(pid)));
      // What has ended takes no more: its last sample stands.
      this.#cpu.set(name, Math.max(this.#cpu.get(name) ?? 0, cpuOf(pid)));
    }
  }

  /** CPU seconds and peak MB by name. */
  end() {
    if (!canMeasure) return { cpu: {}, peakMb: {} };
    clearInterval(this.#timer);
    this.#sample();
    const cpu = this.roots.map(([name]) => [name, this.#cpu.get(name) - this.#begun.get(name)]);
    return { cpu: Object.fromEntries(cpu), peakMb: Object.fromEntries(this.#peaks) };
  }
}
