// The cluster in containers: what docker-compose.yml says, brought up, followed and stopped.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../bootstrap.mjs';
import { ClusterError } from './error.mjs';
import { broker, database, front, gateway, preparations, services } from './settings.mjs';

const readyWithinMs = 120_000;
/** The first version that writes `configs` from their content. */
const oldest = [2, 23, 1];

function isOlder(version) {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const differs = oldest.findIndex((part, index) => part !== parts[index]);
  return differs >= 0 && !(parts[differs] > oldest[differs]);
}

export class DockerCluster {
  processes = [];
  logs = 'docker compose logs';

  constructor(options, on) {
    this.options = options;
    this.on = on;
    this.address = `http://127.0.0.1:${front.port + options.portOffset}`;
    this.place = { broker: `${broker.name}:${broker.port} (in the containers' network)`, database: `127.0.0.1:${database.port + options.portOffset}` };
  }

  async startServers() {
    const version = (await this.#docker(['compose', 'version', '--short']).catch(() => '0')).trim().replace(/^v/, '');
    if (isOlder(version)) throw new ClusterError(`Docker Compose ${oldest.join('.')} or newer is needed${version === '0' ? '' : `; this is ${version}`}.`, 'install the plugin docker-compose, or run without containers: npm run cluster -- --local');
    this.on('docker', 'progress', 'builds the image, and starts broker and database …');
    await this.#compose(['build']);
    await this.#compose(['up', '--detach', broker.name, database.name]);
    for (const { name, says } of preparations({ secret: () => '' }, '')) {
      this.on(name, 'progress', `${says} …`);
      await this.#compose(['run', '--rm', name]);
    }
  }

  async startServices() {
    const scales = services.flatMap(({ name }) => ['--scale', `${name}=${this.options.instances[name] ?? 1}`]);
    this.on('services', 'progress', 'start …');
    this.#follow();
    await this.#compose(['up', '--detach', ...scales]);
    await Promise.all(services.map(({ name }) => this.#ready(name)));
    this.processes = services.map(({ name }) => ({ name, address: this.address, pid: 0, isUp: true, options: { service: name } }));
  }

  async startGateway() {
    await this.#compose(['--profile', 'gateway', 'up', '--detach', gateway.name]);
    await this.#ready(gateway.name);
    this.processes.push({ name: gateway.name, address: this.address, pid: 0, isUp: true, options: { service: gateway.name } });
  }

  async #ready(name) {
    for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; await sleep(250)) {
      const answer = await fetch(`${this.address}/${name}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      if (answer?.ok) return this.on(name, 'progress', `runs on ${this.address}/${name}`);
    }
    throw new ClusterError(`${name} is not ready after ${readyWithinMs / 1000} s.`, `docker compose logs ${name} says more.`);
  }

  /** Lines of all containers, for as long as we are there. */
  #follow() {
    this.follower = this.#spawn(['compose', ...this.#where(), 'logs', '--follow', '--no-color', '--tail', '0']);
    createInterface(this.follower.stdout).on('line', (text) => {
      const [, name, line] = /^(\S+)\s+\| ?(.*)$/.exec(text) ?? [];
      if (name) this.on(name, 'line', line);
    });
  }

  #where() {
    return ['--project-directory', root, '--file', join(root, 'docker-compose.yml'), '--env-file', this.options.env];
  }

  #spawn(args) {
    const { folder, portOffset } = this.options;
    const environment = {
      PARLEY_FRONT_PORT: String(front.port + portOffset), PARLEY_DATABASE_PORT: String(database.port + portOffset), PARLEY_CLUSTER_FOLDER: folder,
      PARLEY_UID: String(process.getuid?.() ?? 1000), PARLEY_GID: String(process.getgid?.() ?? 1000),
    };
    return spawn('docker', args, { env: { ...process.env, ...environment }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #compose(args) {
    return this.#docker(['compose', ...this.#where(), ...args]);
  }

  #docker(args) {
    const child = this.#spawn(args);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said = `${said}${bytes}`.slice(-20_000)));
    return new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code) => (code === 0 ? resolve(said) : reject(new ClusterError(`docker ${args.filter((arg) => !arg.includes('/')).join(' ')} failed:\n${said.trim()}`, 'correct what it names, or run without containers: npm run cluster -- --local'))));
    });
  }

  async stop() {
    await this.#compose(['--profile', 'gateway', 'stop']).catch((error) => this.on('docker', 'progress', error.message));
    this.follower?.kill();
  }

  async kill() {
    await this.#compose(['--profile', 'gateway', 'kill']).catch(() => undefined);
    this.follower?.kill();
  }
}
