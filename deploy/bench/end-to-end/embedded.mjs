// The whole platform in one process on PGlite: messages go in by HTTP, what becomes of them is read by HTTP.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolder } from '@parley/platform';
import { watch } from '@parley/testing/servers';
import { root } from '../../bootstrap.mjs';
import { ServiceProcess } from '../../cluster/process.mjs';
import { front } from '../../cluster/settings.mjs';
import { clientOf } from './people.mjs';
import { Phones } from './phones.mjs';

const host = '127.0.0.1';
const madeWithinMs = 60_000;
/** Between two looks at the charges where the last one found little. */
const lookMs = 20;
const pageSize = 500;

export class EmbeddedPlace {
  static title = 'embedded, one process';
  static form = 'body';
  handing = { chunk: 1, width: 64 };
  #stop = new AbortController();
  #readers = [];
  #tally;

  /** @param options { folder, portOffset, nodeArgs(name), failed(error) } */
  constructor(options) {
    this.options = options;
    const { folder, portOffset, nodeArgs, failed } = options;
    this.folder = new DataFolder(folder);
    this.operatorKey = this.folder.open().operatorKey;
    const port = front.port + portOffset;
    this.address = `http://${host}:${port}`;
    const logFile = `${folder}.log`;
    mkdirSync(dirname(logFile), { recursive: true });
    this.process = new ServiceProcess({
      name: 'platform', service: 'ingest', watch, address: this.address, logFile,
      args: [...nodeArgs('platform'), join(root, 'apps/platform/dist/main.js')],
      environment: { PARLEY_DATA: folder, PARLEY_HOST: host, PARLEY_PORT: String(port) },
      restarts: false,
      on: (event, detail) => event === 'fell' && failed(new Error(`the platform ${detail}; its lines are in ${logFile}`)),
    });
  }

  async start() {
    await this.process.start();
  }

  /** It makes its sandbox itself, at its first start. */
  async makeBusiness() {
    for (const until = Date.now() + madeWithinMs; !this.#sandbox()?.made; await sleep(100)) {
      if (Date.now() > until) throw new Error(`the platform made no sandbox within ${madeWithinMs / 1_000} s`);
    }
    this.code = this.#sandbox().code;
  }

  #sandbox() {
    return existsSync(this.folder.sandbox) ? JSON.parse(readFileSync(this.folder.sandbox, 'utf8')) : undefined;
  }

  /** Reads on from what is there now: what is sent, for the phones, in the business's inbox; what is charged, in the list of charges. */
  async follow(people) {
    this.client = clientOf(this.address, people.apiKey);
    this.phones = new Phones(this.address, people.contacts, this.options.failed);
    // Read to their ends first: what is there is none of ours.
    let cursor = null;
    for (let page; page === undefined || page.items.length > 0; cursor = page.cursor) page = await this.client.inbox({ cursor });
    const { next } = await this.#charges('');
    this.#readers = [this.#readInbox(cursor), this.#readCharges(next)].map((reader) => reader.catch((error) => this.#stop.signal.aborted || this.options.failed(error)));
  }

  #charges(after) {
    return this.client.get(`/billing/v1/charges?limit=${pageSize}&after=${after}`);
  }

  async #readInbox(from) {
    const { signal } = this.#stop;
    for (let cursor = from; !signal.aborted; ) {
      const page = await this.client.inbox({ cursor, waitSeconds: 25, signal });
      for (const { kind, status, conversationId, messageId, reason } of page.items) {
        if (kind === 'status' && status === 'sent') this.phones.sent(conversationId, messageId);
        else if (kind === 'status' && status === 'failed') this.options.failed(new Error(`${messageId} was lost: ${reason}`));
      }
      cursor = page.cursor;
    }
  }

  async #readCharges(from) {
    for (let after = from; !this.#stop.signal.aborted; ) {
      const { data, next } = await this.#charges(after);
      const at = performance.now();
      for (const { messageId, amountMicros, postedAt } of data) this.#tally?.priced({ messageId, micros: BigInt(amountMicros) }, at, Date.now() - Date.parse(postedAt));
      after = next;
      if (data.length < pageSize) await sleep(lookMs);
    }
  }

  tell(tally) {
    this.#tally = tally;
  }

  /** What each call of a phone took, ms. */
  get receiptCalls() {
    return this.phones.calls;
  }

  /** Each is accepted when it is answered 2xx. */
  async accept(messages, tally) {
    await Promise.all(messages.map(async (message) => {
      await this.client.send(message.call);
      tally.accepted(message, performance.now());
    }));
  }

  /** Its log is its own. */
  async watchStages() {
    return async () => [];
  }

  pids() {
    return { platform: this.process.pid, harness: process.pid };
  }

  async stop() {
    this.#stop.abort();
    await Promise.all(this.#readers);
    await this.process.stop();
  }

  async kill() {
    this.process.kill();
  }
}
