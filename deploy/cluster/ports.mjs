// Room for a cluster beside others on this machine.
import { createServer } from 'node:net';
import { broker, database, front, gateway, instanceStep, services } from './settings.mjs';

async function isFree(port) {
  const probe = createServer();
  return new Promise((resolve) => probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true))));
}

/** What to add to every port so that a cluster with up to two instances of a service finds its own free. */
export async function freeOffset() {
  const ports = [broker, database, front, gateway, ...services, ...services.map(({ port }) => ({ port: port + instanceStep }))].map(({ port }) => port);
  for (let tries = 0; tries < 50; tries += 1) {
    const offset = 10_000 + Math.floor(Math.random() * 12_000);
    const free = await Promise.all(ports.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('no free ports');
}

/** One that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
