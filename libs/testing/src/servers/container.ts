import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Server } from './server.js';

export interface ContainerProgram {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The port inside → the port of the machine that the engine runs on. */
  readonly ports: ReadonlyMap<number, number>;
  /** Path inside → content. */
  readonly files: ReadonlyMap<string, string>;
  /** Run inside; it serves once this succeeds. */
  readonly healthy: string;
  readonly readyMs: number;
}

const engineMs = 2_000;

/** Whether a Docker engine answers. The program on the path says nothing: it may be there without one. */
export async function hasDockerEngine(): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: engineMs, killSignal: 'SIGKILL' });
    return /^\d+\./.test(stdout.trim());
  } catch {
    return false;
  }
}

/** The host on which a container's published ports are reached. */
export async function containerHost(): Promise<string> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return (await getContainerRuntimeClient()).info.containerRuntime.host;
}

/** Runs an image; Testcontainers removes it when we are gone, however that comes. */
export async function startContainer(program: ContainerProgram): Promise<Server> {
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  const started = await new GenericContainer(program.image)
    .withCommand([...program.command])
    .withEnvironment({ ...program.environment })
    .withExposedPorts(...[...program.ports].map(([container, host]) => ({ container, host })))
    .withCopyContentToContainer([...program.files].map(([target, content]) => ({ target, content })))
    .withHealthCheck({ test: ['CMD-SHELL', program.healthy], interval: 250, timeout: 3_000, retries: 200 })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(program.readyMs)
    .start();
  const container = (await getContainerRuntimeClient()).container.getById(started.getId());
  let pid = (await container.inspect()).State.Pid;
  return {
    get pid() {
      return pid;
    },
    stop: async () => void (await started.stop({ timeout: 0, remove: true, removeVolumes: true })),
    kill: async () => void (await container.kill({ signal: 'SIGKILL' })),
    pause: async () => void (await container.pause()),
    resume: async () => void (await container.unpause()),
    restart: async () => {
      await started.restart({ timeout: 10_000 });
      pid = (await container.inspect()).State.Pid;
    },
  };
}
