import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sha256Hex } from '@parley/crypto';
import type { Unavailable } from '../servers/server.js';
import { fetchedFolder, runProgram } from './fetched.js';

const requirements = fileURLToPath(new URL('../../python/requirements.txt', import.meta.url));

/** Python with the clients of python/requirements.txt. */
export interface PythonClients {
  /** The interpreter, for programs that outlive a call. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs a script to its end and resolves with what it printed; rejects with what went wrong. */
  run(script: string, args: readonly string[]): Promise<string>;
}

/** Python's clients with pip's help; fetched once. */
export async function pythonClients(): Promise<PythonClients | Unavailable> {
  const name = `python-clients-${sha256Hex(readFileSync(requirements, 'utf8')).slice(0, 12)}`;
  // A folder of packages, not a virtual environment: those hold their own path and cannot be moved into place.
  const packages = await fetchedFolder(name, async (into) => {
    await runProgram('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--target', into, '--requirement', requirements]);
    await rm(join(into, 'bin'), { recursive: true, force: true });
  });
  if (typeof packages !== 'string') return packages;
  const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
  return {
    command: 'python3',
    env,
    run: async (script, args) => (await promisify(execFile)('python3', [script, ...args], { env, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 })).stdout,
  };
}
