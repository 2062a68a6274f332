import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { childrenOf } from '../servers/children.js';
import { freePorts, type Server, type Unavailable } from '../servers/server.js';
import { WatchedProcess, type User } from '../servers/watched-process.js';
import { addressOf, serverSettings, type Postgres, type PostgresOptions } from './postgres.js';

const readyMs = 20_000;

/** Starts PostgreSQL on the loopback interface, where its programs are installed; otherwise says why it cannot. */
export async function startLocalPostgres(options: PostgresOptions = {}): Promise<Postgres | Unavailable> {
  const programs = findPrograms();
  if (programs === undefined) return { unavailable: 'no initdb and postgres on this machine' };
  const user = unprivileged();
  if (user === 'none') return { unavailable: 'PostgreSQL does not run as root, and there is no other user' };
  const isOurs = options.folder === undefined;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  try {
    const port = options.port ?? (await freePorts(1))[0]!;
    await makeData(programs, folder, user, options.password);
    const start = (): Promise<WatchedProcess> => runServer(programs, folder, user, { ...serverSettings(options), port: String(port) }, isOurs);
    return Object.assign(controls(await start(), start, folder, isOurs), { url: addressOf('127.0.0.1', port, options), shared: false });
  } catch (error) {
    if (isOurs) rmSync(folder, { recursive: true, force: true });
    return { unavailable: `PostgreSQL did not start: ${(error as Error).message.trim().split('\n').at(-1)}` };
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

async function makeData(programs: string, folder: string, user: User | undefined, password: string | undefined): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (user) {
    await chown(folder, user.uid, user.gid);
    await promisify(execFile)('test', ['-w', folder], { ...user, cwd: '/' }).catch(() => {
      throw new Error(`it does not run as root but as another user, who cannot reach ${folder}: choose a folder that all may pass through`);
    });
  }
  const data = join(folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) return;
  const passwordFile = join(folder, 'password');
  if (password !== undefined) writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    if (user && password !== undefined) await chown(passwordFile, user.uid, user.gid);
    const login = password === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', '--pwfile', passwordFile];
    await promisify(execFile)(join(programs, 'initdb'), ['-D', data, '-U', 'parley', ...login, '-E', 'UTF8', '--no-sync', '--locale=C'], { ...user, cwd: folder });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runServer(programs: string, folder: string, user: User | undefined, settings: Readonly<Record<string, string>>, isOurs: boolean): Promise<WatchedProcess> {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  return WatchedProcess.start({
    command: join(programs, 'postgres'),
    args: ['-D', join(folder, 'data'), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    folder,
    output: join(folder, 'postgres.log'),
    ready: 'database system is ready to accept connections',
    readyMs,
    ...(user && { user }),
    ...(isOurs ? { farewell: 'QUIT', leaves: folder } : { farewell: 'INT' }),
  });
}

/** A server is a process for each connection: all of them are stopped, and all are killed. */
function controls(first: WatchedProcess, start: () => Promise<WatchedProcess>, folder: string, isOurs: boolean): Server {
  let server = first;
  const toChildren = async (signal: NodeJS.Signals): Promise<void> => {
    for (const pid of await childrenOf(server.pid)) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has just ended.
      }
    }
  };
  const pause = async (): Promise<void> => {
    server.signal('SIGSTOP'); // First, so that it makes no more of them.
    await toChildren('SIGSTOP');
  };
  const resume = async (): Promise<void> => {
    await toChildren('SIGCONT');
    server.signal('SIGCONT');
  };
  const kill = async (): Promise<void> => {
    if (!server.isRunning) return;
    server.signal('SIGSTOP');
    await toChildren('SIGKILL');
    await server.end('SIGKILL');
  };
  const end = async (): Promise<void> => {
    if (!server.isRunning) return;
    await resume();
    await server.end('SIGINT');
  };
  return {
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await end();
      if (isOurs) rmSync(folder, { recursive: true, force: true });
    },
    kill,
    pause,
    resume,
    restart: async () => {
      await end();
      server = await start();
    },
  };
}
