// Everything that the examples talk with, on this machine: a broker, a database, all services, a business with its gateway, and a customer's phone that answers.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaAdmin } from '@parley/bus-kafka';
import { cast, phoneKeyOf } from '@parley/platform';
import { Device } from '@parley/sdk';
import { openFileStore } from '@parley/sdk/node';
import { startKafka, startPostgres, watch } from '@parley/testing/servers';
import { root } from '../bootstrap.mjs';
import { startFront } from '../cluster/front.mjs';
import { freePort } from '../cluster/ports.mjs';
import { ServiceProcess } from '../cluster/process.mjs';
import { openFolder, sandbox } from '../cluster/sandbox.mjs';
import { services } from '../cluster/settings.mjs';
import { run } from './languages.mjs';

const host = '127.0.0.1';

/** A running platform. One broker serves as the platform's and as the business's own. */
export class Place {
  #stops = [];
  #processes = [];

  constructor(on) {
    this.on = on;
    this.folder = mkdtempSync(join(tmpdir(), 'parley-examples-'));
    this.#stops.push(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Resolves to why it cannot be started here, or null once it runs. */
  async start() {
    const [broker, database] = await Promise.all([startKafka({ own: true }), startPostgres({ own: true })]);
    for (const server of [broker, database]) if ('stop' in server) this.#stops.unshift(() => server.stop());
    const missing = [broker, database].flatMap((server) => ('unavailable' in server ? [server.unavailable] : []));
    if (missing.length > 0) return missing.join('; ');
    this.on(`broker ${broker.brokers}, database`);
    this.brokers = broker.brokers;
    const logins = join(this.folder, 'logins.json');
    const kafka = { PARLEY_KAFKA: broker.brokers, PARLEY_LAYOUT: 'embedded' };
    await Promise.all([this.#parley(['database', '--url', database.url, '--logins', logins]), this.#parley(['topics'], kafka), this.#ownTopics()]);
    this.opened = openFolder(join(this.folder, 'data'));
    await this.#startServices(kafka, JSON.parse(readFileSync(logins, 'utf8')));
    await this.#startFront();
    this.on('all services');
    this.business = await sandbox(this.opened, this.address, { start: () => this.#startGateway(), isUp: () => this.#processes.some(({ name, isUp }) => name === 'gateway' && isUp) });
    await this.#startPhone();
    this.on('a business, its gateway, and a phone that answers');
    return null;
  }

  #parley(args, env = {}) {
    return run(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...args], { env });
  }

  /** On its own broker the business makes the topics itself. */
  async #ownTopics() {
    const admin = await KafkaAdmin.open({ brokers: [this.brokers], clientId: 'examples', tls: null, sasl: null });
    const create = ['parley.gateway.commands', 'parley.gateway.outcomes'].map((name) => ({ name, partitions: 3, config: {} }));
    await admin.apply({ create, alter: [] }, 1).finally(() => admin.close());
  }

  async #startServices(kafka, logins) {
    const { opened } = this;
    await Promise.all(services.map(async ({ name }) => {
      const port = await freePort();
      const environment = {
        ...kafka, PARLEY_HOST: host, PARLEY_PORT: String(port), PARLEY_SECRET: opened.serviceKey, PARLEY_DATABASE_URL: logins[name],
        ...(name === 'ingest' && { PARLEY_OPERATOR_KEY: opened.operatorKey }), ...(name === 'delivery' && { PARLEY_SANDBOX_CODE: opened.draft.code }),
      };
      await this.#process(name, port, environment).start();
    }));
  }

  async #startFront() {
    const prefixes = [...services.map(({ name }) => name), 'gateway'];
    const targets = (prefix) => (prefixes.includes(prefix) ? this.#processes.filter(({ name, isUp }) => name === prefix && isUp).map(({ address }) => address) : undefined);
    const port = await freePort();
    const server = await startFront({ host, port, prefixes, targets });
    this.#stops.unshift(() => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()));
    this.address = `http://${host}:${port}`;
  }

  async #startGateway() {
    const port = await freePort();
    const environment = {
      PARLEY_HOST: host, PARLEY_PORT: String(port), PARLEY_GATEWAY_PLATFORM_URL: this.address, PARLEY_GATEWAY_FOLDER: this.opened.folder.gateway, PARLEY_GATEWAY_KEY_FILE: this.opened.keyFile,
      PARLEY_GATEWAY_KAFKA: this.brokers,
    };
    await this.#process('gateway', port, environment).start();
  }

  #process(name, port, environment) {
    mkdirSync(join(this.folder, 'logs'), { recursive: true });
    const service = new ServiceProcess({
      name, service: name, environment, watch, args: [join(root, `apps/${name}/dist/main.js`)], address: `http://${host}:${port}`, logFile: join(this.folder, 'logs', `${name}.log`),
      on: (event, detail) => event === 'fell' && this.on(`${name} ${detail}`),
    });
    this.#processes.push(service);
    this.#stops.unshift(() => service.stop());
    return service;
  }

  /** The customer writes first, which permits the business to answer; then whatever comes is received, which is what is charged. */
  async #startPhone() {
    const store = await openFileStore({ folder: this.opened.folder.phone, secret: phoneKeyOf(this.opened.draft) });
    const phone = new Device({ baseUrl: this.address, store });
    this.received = [];
    const stopping = new AbortController();
    await phone.write(`+${cast.number.phone}`, 'Where is my parcel?');
    const looking = (async () => {
      while (!stopping.signal.aborted) {
        const { received, problem } = await phone.sync({ waitSeconds: 5, signal: stopping.signal });
        this.received.push(...received);
        if (problem !== null && !stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 250));
      }
    })();
    this.#stops.unshift(async () => {
      stopping.abort();
      await looking.catch((error) => this.on(`the phone: ${error.message}`));
      await store.close();
    });
  }

  /** A key of the business's own for publishing, made by the operator. */
  async newApiKey() {
    const scopes = ['messages:send', 'directory:read', 'devices:write', 'charges:read'];
    const body = JSON.stringify({ businessId: cast.business.businessId, scopes, name: 'example' });
    const headers = { Authorization: `Bearer ${this.opened.operatorKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'example-key' };
    const answer = await fetch(`${this.address}/ingest/v1/api-keys`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`no API key: ${await answer.text()}`);
    return await answer.json();
  }

  /** The environment that the READMEs of the examples name. */
  async environment() {
    const { token, signingSecret } = await this.newApiKey();
    return {
      PARLEY_URL: this.address, PARLEY_API_KEY: token, PARLEY_SIGNING_SECRET: signingSecret, PARLEY_NUMBER: cast.number.numberId,
      PHONE_NUMBER_ID: cast.wire.phoneNumberId, CONTACT_PHONE: cast.customer.phone, KAFKA_BROKERS: this.brokers, BUSINESS_BROKERS: this.brokers,
      PARLEY_GATEWAY_URL: `${this.address}/gateway`, PARLEY_GATEWAY_TOKEN: this.business.apiToken, DEVICE_FOLDER: join(this.folder, 'device'), DEVICE_PASSPHRASE: 'example',
    };
  }

  async charges(token) {
    const answer = await fetch(`${this.address}/billing/v1/charges`, { headers: { Authorization: `Bearer ${token}` } });
    return (await answer.json()).data;
  }

  /** What was started last stops first. */
  async stop() {
    for (const stop of this.#stops) await Promise.resolve(stop()).catch((error) => this.on(`while stopping: ${error.message}`));
  }
}
