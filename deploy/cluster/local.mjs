// The cluster on this machine without Docker: Kafka from Maven's jars, the machine's PostgreSQL, a process per service.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { openPostgres } from '@parley/bus-postgres';
import { startKafka, startPostgres, watch } from '@parley/testing/servers';
import { root } from '../bootstrap.mjs';
import { ClusterError } from './error.mjs';
import { startFront } from './front.mjs';
import { ServiceProcess, surroundings } from './process.mjs';
import { broker, database, front, gateway, gatewayEnvironment, instanceStep, kafkaUsers, logins, preparations, secrets, serviceEnvironment, services } from './settings.mjs';

const host = '127.0.0.1';

/** The instances asked for: [{ name: 'windows-2', service, port }, …]. The first of each has the service's own port. */
export function planned({ instances, portOffset }) {
  return services.flatMap(({ name, port }) =>
    Array.from({ length: instances[name] ?? 1 }, (_, index) => ({ name: `${name}-${index + 1}`, service: name, port: port + index * instanceStep + portOffset })),
  );
}

function isTaken(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once('connect', () => resolve(true) || socket.destroy()).once('error', () => resolve(false));
  });
}

async function refuseTakenPorts(wanted) {
  const taken = [];
  for (const { name, port } of wanted) if (await isTaken(port)) taken.push(`${port} (${name})`);
  if (taken.length === 0) return;
  throw new ClusterError(`Taken by another program: port ${taken.join(', ')}.`, 'stop that program (an earlier cluster?), or move all ports: npm run cluster -- --port-offset 1000');
}

/** A cluster, from the first process to the last. `on(name, event, detail)` hears of progress and of every line. */
export class LocalCluster {
  processes = [];
  #servers = [];
  #front;
  #stopping;

  constructor(options, on) {
    this.options = options;
    this.on = on;
    const { portOffset, secret } = options;
    this.address = `http://${host}:${front.port + portOffset}`;
    this.place = { broker: `${host}:${broker.port + portOffset}`, database: `${host}:${database.port + portOffset}`, front: this.address, host, secret, layout: options.layout ?? 'embedded' };
  }

  /** Broker and database, with what they need before services can use them. */
  async startServers() {
    const { folder, portOffset, secret, servicesToo } = this.options;
    const wanted = [broker, database, ...(servicesToo ? [front, gateway] : [])].map(({ name, port }) => ({ name, port: port + portOffset }));
    await refuseTakenPorts([...wanted, ...(servicesToo ? planned(this.options) : [])]);
    const [admin, ...users] = kafkaUsers(secret);
    // PostgreSQL does not run as root but as another user, who has to get to its folder.
    mkdirSync(folder, { recursive: true });
    if (process.getuid?.() === 0) chmodSync(folder, 0o711);
    const started = await Promise.all([
      this.#server(broker.name, 'Kafka', () => startKafka({ folder: join(folder, 'kafka'), port: broker.port + portOffset, heapMb: broker.heapMb, optimized: true, admin, sasl: users, acl: true })),
      this.#server(database.name, 'PostgreSQL', () => startPostgres({ folder: join(folder, 'postgres'), port: database.port + portOffset, fsync: true, password: secret(secrets.admin), config: database.config })),
    ]);
    const missing = started.flatMap((server) => ('unavailable' in server ? [server.unavailable] : []));
    if (missing.length > 0) throw new ClusterError(missing.join('\n'), 'Debian and Ubuntu: apt-get install postgresql openjdk-17-jre-headless maven. macOS: brew install postgresql openjdk@17 maven. Or start a Docker engine, or choose another folder: --data FOLDER.');
    [this.broker, this.database] = started;
    await this.#makeDatabase();
    await this.#prepare();
  }

  async #server(name, title, start) {
    const startedAt = Date.now();
    this.on(name, 'progress', `${title} starts …`);
    const server = await start();
    if (!('unavailable' in server)) {
      this.#servers.push(server);
      this.on(name, 'progress', `${title} runs (pid ${server.pid}, ${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    }
    return server;
  }

  async #makeDatabase() {
    const server = await openPostgres(this.database.url, { poolSize: 1 });
    try {
      const { rows } = await server.query('select 1 from pg_database where datname = $1', [database.database]);
      if (rows.length === 0) await server.query(`create database ${database.database}`);
    } finally {
      await server.close();
    }
  }

  /** The administrator's steps, as commands of `parley`. */
  async #prepare() {
    const file = join(this.options.folder, 'logins.json');
    writeFileSync(file, `${JSON.stringify(logins(this.place), null, 2)}\n`, { mode: 0o600 });
    for (const { name, says, args, environment } of preparations(this.place, file)) {
      this.on(name, 'progress', `${says} …`);
      await this.#parley(name, args, environment);
    }
  }

  #parley(name, args, environment) {
    const child = spawn(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...args], { env: { ...surroundings(), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said = `${said}${bytes}`.slice(-20_000)));
    return new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code) => {
        if (code === 0) resolve(said);
        else reject(new ClusterError(`parley ${args[0]} failed:\n${said.trim()}`, `correct what it names; data of an earlier cluster can be moved away: ${this.options.folder}`));
      });
    });
  }

  /** All instances of all services, then the front. */
  async startServices() {
    const all = planned(this.options).map(({ name, service, port }) => this.#process({ name, service, port, environment: { ...serviceEnvironment({ name: service, port }, this.place), PARLEY_INSTANCE: name, ...this.options.environment?.(name) } }));
    this.on('services', 'progress', `${all.length} processes start …`);
    await Promise.all(all.map((one) => this.#startOne(one)));
    const prefixes = [...services, gateway].map(({ name }) => name);
    const targets = (prefix) => (prefixes.includes(prefix) ? this.processes.filter(({ options, isUp }) => options.service === prefix && isUp).map(({ address }) => address) : undefined);
    this.#front = await startFront({ host, port: front.port + this.options.portOffset, prefixes, targets });
  }

  /** The business's gateway, once its folder is made. */
  async startGateway(keyFile) {
    const port = gateway.port + this.options.portOffset;
    // All of it is on this machine, and so is the business's callback.
    const environment = { ...gatewayEnvironment({ port }, this.place, { folder: join(this.options.folder, 'gateway'), keyFile }), PARLEY_GATEWAY_WEBHOOK_PRIVATE: 'allow', ...this.options.gatewaySettings };
    await this.#startOne(this.#process({ name: gateway.name, service: gateway.name, port, environment }));
  }

  #process({ name, service, port, environment }) {
    const logs = join(this.options.folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const process = new ServiceProcess({
      name, service, environment, watch,
      args: [...(this.options.nodeArgs?.(name) ?? []), join(root, `apps/${service}/dist/main.js`)],
      address: `http://${host}:${port}`,
      logFile: join(logs, `${name}.log`),
      restarts: this.options.restarts,
      on: (event, detail) => this.on(name, event, detail),
    });
    this.processes.push(process);
    return process;
  }

  async #startOne(process) {
    await process.start();
    this.on(process.name, 'progress', `runs on ${process.address}/${process.options.service} (pid ${process.pid})`);
  }

  /** In the order in which nothing is left half-way: who asks, then the services in the order data meets them, then what they stand on. */
  stop() {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll() {
    const of = (service) => this.processes.filter(({ options }) => options.service === service);
    for (const one of of(gateway.name)) await one.stop();
    this.#front?.close();
    this.#front?.closeAllConnections();
    for (const { name } of services) await Promise.all(of(name).map((one) => one.stop()));
    const ended = await Promise.allSettled(this.#servers.map((server) => server.stop()));
    for (const { reason } of ended) if (reason) this.on('cluster', 'progress', `while stopping: ${reason.message}`);
  }

  /** At once: what was committed is safe. */
  async kill() {
    for (const one of this.processes) one.kill();
    await Promise.allSettled([this.broker?.kill(), this.database?.kill()]);
  }
}
