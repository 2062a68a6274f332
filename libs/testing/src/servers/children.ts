import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** The processes that this one has started and that are still there. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const pairs = existsSync('/proc/self/stat') ? fromProc() : await fromPs();
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
}

function fromProc(): readonly (readonly [number, number])[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // After the program's name, which is in parentheses and may hold anything: state, parent.
      return [[Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 1).trim().split(' ')[1])] as const];
    } catch {
      return []; // It has just ended.
    }
  });
}

async function fromPs(): Promise<readonly (readonly [number, number])[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
}
