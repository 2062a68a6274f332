// A cluster with both ends, as the scan needs it: real broker and database with files at hand, every service a process that can be looked into.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cast } from '@parley/platform';
import { BothEnds, snapshotArguments } from '@parley/testing/secrecy';
import { LocalCluster } from '../cluster/local.mjs';
import { freeOffset } from '../cluster/ports.mjs';
import { openFolder, sandbox } from '../cluster/sandbox.mjs';
import { clusterSecrets } from '../cluster/secrets.mjs';
import { gateway, secrets, services } from '../cluster/settings.mjs';
import { snapshotsFolder, temporaryFolder } from './scan.mjs';
import { Wire } from './wire.mjs';

/** A folder for one run; PostgreSQL has to pass through it, as it does not run as root. */
export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-blind-'));
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export class Place {
  wires = {};

  /** @param options { folder, tell, plants: process → arguments for Node } */
  constructor({ folder, tell, plants = {} }) {
    this.folder = folder;
    this.tell = tell;
    this.plants = plants;
  }

  /** @param contact { number, name }: of the customer's phone */
  async start(contact) {
    const { folder, plants } = this;
    const opened = openFolder(folder);
    for (const part of [snapshotsFolder(folder), ...services.map((service) => temporaryFolder(folder, `${service.name}-1`))]) mkdirSync(part, { recursive: true });
    const known = { [secrets.installation]: opened.serviceKey, [secrets.operator]: opened.operatorKey, [secrets.sandbox]: opened.draft.code };
    const { secret } = clusterSecrets(folder, known);
    const isPlatform = (process) => process !== gateway.name;
    this.cluster = new LocalCluster({
      folder, secret, instances: {}, portOffset: await freeOffset(), layout: 'embedded', servicesToo: true, restarts: true,
      gatewaySettings: { PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0' }, // Everything goes to one person.
      nodeArgs: (process) => [...(isPlatform(process) ? snapshotArguments(snapshotsFolder(folder)) : []), ...(plants[process] ?? [])],
      environment: (process) => ({ TMPDIR: temporaryFolder(folder, process), PARLEY_LOG_LEVEL: 'debug' }),
    }, (process, event, detail) => event !== 'line' && this.tell(`${process}: ${detail}`));
    const { cluster } = this;
    await cluster.startServers();
    await cluster.startServices();
    this.wires.gateway = await new Wire().open(cluster.address);
    // The gateway knows the platform by one address: that of the wire.
    cluster.place = { ...cluster.place, front: this.wires.gateway.address };
    const isUp = () => cluster.processes.some((process) => process.name === gateway.name && process.isUp);
    this.business = await sandbox(opened, cluster.address, { start: () => cluster.startGateway(opened.keyFile), isUp });
    this.operatorKey = opened.operatorKey;
    this.secret = secret;
    this.wires.phone = await new Wire().open(cluster.address);
    this.ends = await BothEnds.open({
      ...cast.wire, gateway: cluster.address, platform: this.wires.phone.address, apiToken: this.business.apiToken, businessNumber: cast.number.phone, template: cast.template,
      contact: { ...contact, code: this.business.code },
    });
    return this;
  }

  /** A request to the platform that neither end makes; its answer is kept with what went over the wires. */
  ask = async (path, init) => {
    this.wires.others ??= { said: [], saidOfNumbers: [], answered: [] };
    const answer = await fetch(this.cluster.address + path, init);
    const body = await answer.text();
    this.wires.others.answered.push(Buffer.from(`${answer.status} ${JSON.stringify([...answer.headers])}\n${body}\n`));
    return { status: answer.status, body };
  };

  /** The operator, who may do everything. */
  operator = (path, key, body) => {
    const headers = { Authorization: `Bearer ${this.operatorKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': key };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  };

  async stop() {
    await this.ends?.close();
    await this.cluster?.stop();
    for (const wire of Object.values(this.wires)) await wire.close?.();
  }
}
