import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A PostgreSQL server of this machine's own, with an empty database, for tests. */
export interface LocalPostgres {
  readonly url: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

const startMs = 20_000;

/** Starts PostgreSQL on a free loopback port, where its programs are installed; otherwise says why it cannot. */
export async function startLocalPostgres(): Promise<LocalPostgres | { readonly unavailable: string }> {
  const programs = findPrograms();
  if (programs === undefined) return { unavailable: 'no initdb and postgres on this machine' };
  const user = unprivileged();
  if (user === 'none') return { unavailable: 'PostgreSQL does not run as root, and there is no other user' };
  const folder = await mkdtemp(join(tmpdir(), 'parley-postgres-'));
  try {
    if (user) await chown(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    await promisify(execFile)(join(programs, 'initdb'), ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'], { ...user, cwd: folder });
    const { server, port } = await startServer(programs, data, folder, user);
    const stop = async (): Promise<void> => {
      await ended(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    };
    return { url: `postgres://parley@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { unavailable: `PostgreSQL did not start: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** The folder with both programs: on the path, or where Debian keeps them, the newest first. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Whom to run as: ourselves, unless we are root. */
function unprivileged(): User | undefined | 'none' {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return found ? { uid: Number(found[2]), gid: Number(found[3]) } : 'none';
}

async function startServer(programs: string, data: string, folder: string, user: User | undefined): Promise<{ server: ChildProcess; port: number }> {
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off', max_connections: 50 };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...options], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  // A test run that ends in the middle must not leave its server behind.
  const abandon = (): void => void server.kill('SIGINT');
  process.once('exit', abandon);
  server.once('exit', () => process.removeListener('exit', abandon));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${startMs} ms: ${said}`)), startMs);
    server.stderr!.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
      if (!said.includes('database system is ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  }).catch(async (error: unknown) => {
    await ended(server, 'SIGKILL');
    throw error;
  });
  return { server, port };
}

async function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill(signal);
  const patience = setTimeout(() => server.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(patience);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
