import { BrokerError } from '../wire/errors.js';
import { metadataRequest, type Placement, type WireRequest } from '../wire/requests.js';
import { Link } from './link.js';
import type { KafkaReport, KafkaSettings } from './settings.js';

/** Nothing but this process stands in the way: the log was closed. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/** Pauses between attempts to learn where partitions are, ms. */
const refreshPauseMs = 100;

/** The brokers of a cluster as one process sees them: which leads which partition, and links to them by purpose. */
export class Cluster {
  private readonly report: KafkaReport;
  readonly #links = new Map<string, Link>();
  #placement: Placement = { brokers: [], topics: [] };
  #refreshing: Promise<void> | undefined;
  #refreshedAt = -Infinity;
  #closed = false;
  #bootstrap = 0;

  constructor(
    readonly settings: KafkaSettings,
    readonly topics: readonly string[],
    report: KafkaReport,
  ) {
    this.report = seldom(report);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get placement(): Placement {
    return this.#placement;
  }

  /** The broker that leads a partition, as last known; undefined while there is none. */
  leader(topic: string, partition: number): number | undefined {
    const nodeId = this.#placement.topics.find(({ name }) => name === topic)?.leaders[partition];
    return nodeId === undefined || nodeId < 0 ? undefined : nodeId;
  }

  /** Sends to a broker. `purpose`: requests of different purposes do not wait for one another. Rejects as Link does. */
  async send<Answer>(nodeId: number, request: WireRequest<Answer>, purpose = 'main'): Promise<Answer> {
    const broker = this.#placement.brokers.find((candidate) => candidate.nodeId === nodeId);
    if (!broker) throw new BrokerError(8, `broker ${nodeId}`);
    return this.#link(broker.host, broker.port, purpose).send(request);
  }

  /** Learns again where partitions are, at most every 100 ms however many ask. Rejects when no broker answers. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Asks any broker. */
  async ask<Answer>(request: WireRequest<Answer>): Promise<Answer> {
    let failure: unknown = new Error('no broker is named');
    for (const { host, port } of this.#candidates()) {
      if (this.#closed) throw new ClosedError('the log is closed');
      try {
        return await this.#link(host, port, 'main').send(request);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  async #refresh(): Promise<void> {
    const since = performance.now() - this.#refreshedAt;
    if (since < refreshPauseMs) await new Promise((resolve) => setTimeout(resolve, refreshPauseMs - since));
    this.#refreshedAt = performance.now();
    this.#placement = await this.ask(metadataRequest(this.topics));
  }

  /** Brokers we know, then those we were told of, beginning with another one each time. */
  #candidates(): { host: string; port: number }[] {
    const told = this.settings.brokers.map((address) => {
      const colon = address.lastIndexOf(':');
      return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    });
    const all = [...this.#placement.brokers, ...told];
    const distinct = all.filter((one, index) => all.findIndex(({ host, port }) => host === one.host && port === one.port) === index);
    const first = (this.#bootstrap += 1) % distinct.length;
    return [...distinct.slice(first), ...distinct.slice(0, first)];
  }

  #link(host: string, port: number, purpose: string): Link {
    if (this.#closed) throw new ClosedError('the log is closed');
    const name = `${purpose} ${host}:${port}`;
    let link = this.#links.get(name);
    if (!link) {
      link = new Link({ host, port }, this.settings, this.report);
      this.#links.set(name, link);
    }
    return link;
  }
}

/** A broker that is away is tried many times a second on several connections: once in a while is enough to know it. */
const againMs = 10_000;

function seldom(report: KafkaReport): KafkaReport {
  const said = new Map<string, number>();
  return (message) => {
    const now = performance.now();
    if (now - (said.get(message) ?? -Infinity) < againMs) return;
    if (said.size > 100) said.clear();
    said.set(message, now);
    report(message);
  };
}
