import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';

/** A stretch of a process's memory that it may write to. */
export interface Region {
  /** What the system calls it; empty for anonymous memory, where the heap, stacks and buffers are. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const chunkBytes = 1024 * 1024;

/** Why memory cannot be read here; undefined where it can. */
export function memoryUnavailable(): string | undefined {
  return existsSync('/proc/self/mem') ? undefined : 'no /proc: the memory of a process is read on Linux only';
}

/** Memory that a process may have written something to. Code and files that it only reads are left out. */
export function regionsOf(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, from, to, rights, name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      const isWritable = rights?.startsWith('rw') ?? false;
      return isWritable && !name.startsWith('[v') ? [{ name, from: Number.parseInt(from!, 16), to: Number.parseInt(to!, 16) }] : [];
    });
}

/**
 * All of that memory of a child process, held still while it is read: what a core file would hold, with buffers and what is not yet collected, which a heap snapshot
 * leaves out. The same chunk is filled again and again: look at it at once.
 */
export function* memoryOf(pid: number): Generator<Uint8Array> {
  process.kill(pid, 'SIGSTOP');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  try {
    for (const { from, to } of regionsOf(pid)) {
      for (let at = from; at < to; at += chunkBytes) {
        const read = readAt(memory, chunk.subarray(0, Math.min(chunkBytes, to - at)), at);
        if (read === 0) break;
        yield chunk.subarray(0, read);
      }
    }
  } finally {
    closeSync(memory);
    process.kill(pid, 'SIGCONT');
  }
}

/** 0 where nothing is mapped behind the region's name: a guard page, or what a device keeps. */
function readAt(file: number, into: Buffer, at: number): number {
  try {
    return readSync(file, into, 0, into.length, at);
  } catch (error) {
    if (['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}
