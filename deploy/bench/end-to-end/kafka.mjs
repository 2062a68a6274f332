// The platform on Kafka and PostgreSQL, a process each: requests go to its topic, what becomes of them is read from its log.
import { join } from 'node:path';
import { createCodec } from '@parley/bus';
import { KafkaLog } from '@parley/bus-kafka';
import { LocalCluster } from '../../cluster/local.mjs';
import { openFolder, sandbox } from '../../cluster/sandbox.mjs';
import { clusterSecrets } from '../../cluster/secrets.mjs';
import { gateway, integrator, secrets } from '../../cluster/settings.mjs';
import { Phones } from './phones.mjs';
import { endsOf, stagesOf } from './stages.mjs';
import { partitionsOf, requests } from './written.mjs';

const conversations = 'parley.conversations.v1';
const usage = 'parley.usage.v1';
const ledger = 'parley.ledger.v1';
const lost = new Set(['MessageRefused', 'MessageFailed']);
const readRecords = 2_000;
const waitMs = 1_000;

export class KafkaPlace {
  static title = 'Kafka, a process each';
  static form = 'record';
  /** How messages are handed in: so many together, so many times at once. */
  handing = { chunk: 250, width: 8 };
  #codec = createCodec();
  #stop = new AbortController();
  #readers = [];
  #logs = [];
  #tally;

  /** @param options { folder, portOffset, nodeArgs(name), failed(error) } */
  constructor(options) {
    this.options = options;
    const { folder, portOffset, nodeArgs, failed } = options;
    this.opened = openFolder(folder);
    const { env, secret } = this.#secrets(folder);
    const on = (name, event, detail) => event === 'fell' && failed(new Error(`${name} ${detail}; its lines are in ${join(folder, 'logs')}`));
    this.cluster = new LocalCluster({ folder, env, portOffset, secret, instances: {}, servicesToo: true, restarts: false, nodeArgs }, on);
    this.address = this.cluster.address;
    this.operatorKey = this.opened.operatorKey;
    this.code = this.opened.draft.code;
    this.secret = secret;
  }

  #secrets(folder) {
    const { serviceKey, operatorKey, draft } = this.opened;
    const { path, secret } = clusterSecrets(folder, { [secrets.installation]: serviceKey, [secrets.operator]: operatorKey, [secrets.sandbox]: draft.code });
    return { env: path, secret };
  }

  async start() {
    await this.cluster.startServers();
    await this.cluster.startServices();
  }

  /** The sandbox's business. Its gateway is only there to be made with it: nobody writes to the business here. */
  async makeBusiness() {
    const isGateway = ({ name }) => name === gateway.name;
    await sandbox(this.opened, this.address, { start: () => this.cluster.startGateway(this.opened.keyFile), isUp: () => this.cluster.processes.some((one) => isGateway(one) && one.isUp) });
    await this.cluster.processes.find(isGateway).stop();
  }

  /** Reads on from what is there now: phones hear of what is sent, the tally of the moment of what is charged. */
  async follow(people) {
    const { broker } = this.cluster;
    const options = (names) => ({ topics: names.map((name) => ({ name, partitions: partitionsOf(name) })), clock: Date.now });
    this.#logs = [
      await KafkaLog.open(broker.connection({ username: integrator, password: this.secret(secrets.service(integrator)) }), options([requests])),
      await KafkaLog.open(broker.connection(), options([conversations, usage, ledger])),
    ];
    const log = this.#logs[1];
    this.phones = new Phones(this.cluster.processes.find(({ options: { service } }) => service === 'delivery').address, people.contacts, this.options.failed);
    const readers = [[conversations, () => (frame, read) => this.#sent(frame, read)], [ledger, () => this.#charges()]];
    for (const [topic, taker] of readers) {
      for (let partition = 0; partition < partitionsOf(topic); partition += 1) {
        const from = await log.end(topic, partition);
        this.#readers.push(this.#read(log, topic, partition, from, taker()).catch(this.options.failed));
      }
    }
  }

  async #read(log, topic, partition, from, take) {
    const { signal } = this.#stop;
    for (let offset = from; !signal.aborted; ) {
      const records = await log.read(topic, partition, offset, readRecords);
      if (records.length === 0) await log.wait(topic, partition, offset, waitMs, signal);
      for (const { value } of records) take(value, this.#codec.readMeta(value));
      offset += records.length;
    }
  }

  #sent(frame, read) {
    if (read.type === 'MessageSent') {
      const { conversationId, messageId } = this.#codec.decode(frame, read).message;
      this.phones.sent(conversationId, messageId);
    } else if (lost.has(read.type)) {
      this.options.failed(new Error(`a message was lost: ${JSON.stringify(this.#codec.decode(frame, read), (_, value) => (typeof value === 'bigint' ? String(value) : value))}`));
    }
  }

  /** A number that was seen before is a repetition of the log's, not a second charge. */
  #charges() {
    const numbers = new Map();
    return (frame, read) => {
      const { link, number, recordedAt } = read.meta;
      if (number <= (numbers.get(link) ?? 0)) return;
      numbers.set(link, number);
      if (read.type !== 'ChargePosted') return;
      const { message, amount } = this.#codec.decode(frame, read);
      this.#tally?.priced({ messageId: message.messageId, micros: amount }, performance.now(), Date.now() - recordedAt);
    };
  }

  tell(tally) {
    this.#tally = tally;
  }

  /** What each call of a phone took, ms. */
  get receiptCalls() {
    return this.phones.calls;
  }

  /** Publishes them; each is accepted when the broker has acknowledged it. */
  async accept(messages, tally) {
    const parts = new Map();
    for (const message of messages) parts.set(message.partition, [...(parts.get(message.partition) ?? []), message]);
    await Promise.all([...parts].map(async ([partition, part]) => {
      await this.#logs[0].append({ topic: requests, partition, records: part.map(({ record }) => record) });
      const at = performance.now();
      for (const message of part) tally.accepted(message, at);
    }));
  }

  /** Remembers where the log stands; what it answers says where the time of those messages went that came since. */
  async watchStages() {
    const log = this.#logs[1].reader?.('stages') ?? this.#logs[1];
    const ends = await endsOf(log, [conversations, usage, ledger]);
    return (accepted) => stagesOf(log, this.#codec, ends, accepted);
  }

  pids() {
    const services = this.cluster.processes.filter(({ isUp }) => isUp).map(({ options: { service }, pid }) => [service, pid]);
    return { ...Object.fromEntries(services), broker: this.cluster.broker.pid, postgres: this.cluster.database.pid, harness: process.pid };
  }

  async stop() {
    this.#stop.abort();
    await Promise.all(this.#readers);
    for (const log of this.#logs) await log.close();
    await this.cluster.stop();
  }

  kill() {
    return this.cluster.kill();
  }
}
