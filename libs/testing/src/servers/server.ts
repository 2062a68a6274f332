import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A server that a test started: what can be done to it from outside. */
export interface Server {
  /** Its process; another one after a restart. 0 where it is a process of somebody else's. */
  readonly pid: number;
  /** Ends it; data in a folder of its own making is removed. */
  stop(): Promise<void>;
  /** SIGKILL, to all of its processes at once; its data stays. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Starts it again, after a kill or in good order: the same data, the same port. */
  restart(): Promise<void>;
}

export interface Unavailable {
  readonly unavailable: string;
}

/** What a test run can be told to have: without it the tests fail instead of being skipped. */
export type Requirement = 'kafka' | 'postgres' | 'browser' | 'java' | 'python';

/** Hands back why something is not there, for the title of a skip; an error where the environment's PARLEY_REQUIRE (`kafka,postgres`) names it. */
export function requireOr(what: Requirement, unavailable: string): string {
  const required = (process.env['PARLEY_REQUIRE'] ?? '').split(',').map((name) => name.trim());
  if (required.includes(what)) throw new Error(`${unavailable}; and PARLEY_REQUIRE says that ${what} must be there`);
  return unavailable;
}

/** A server that runs for several specs: nobody may take it away from the others. */
export function sharedServer(what: string): Server {
  const refuse = (): Promise<void> => Promise.reject(new Error(`this ${what} is shared by several specs: start one of your own with { own: true }`));
  return { pid: 0, stop: () => Promise.resolve(), kill: refuse, pause: refuse, resume: refuse, restart: refuse };
}

/** Where downloaded and prepared programs are kept between runs. */
export const cacheFolder = fileURLToPath(new URL('../../../../node_modules/.cache/parley/', import.meta.url));

/** Ports of the loopback interface that nobody listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(probes.map((probe) => new Promise<number>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
  })));
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}
