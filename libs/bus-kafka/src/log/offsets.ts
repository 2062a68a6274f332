import { ClosedError, type Cluster } from '../client/cluster.js';
import { groupBy } from '../wire/group.js';
import { BrokerError } from '../wire/errors.js';
import { beginning, end, listOffsetsRequest } from '../wire/requests.js';

interface Asked {
  readonly topic: string;
  readonly partition: number;
  readonly which: typeof beginning | typeof end;
  readonly since: number;
  resolve(offset: number): void;
  reject(error: unknown): void;
}

const patienceMs = 15_000;
const retryMs = 100;

/** The first and next offsets of partitions; all that is asked in one turn goes into one request per broker. */
export class Offsets {
  #asked: Asked[] = [];
  #scheduled = false;
  #closed = false;

  constructor(private readonly cluster: Cluster) {}

  ask(topic: string, partition: number, which: typeof beginning | typeof end): Promise<number> {
    if (this.#closed) return Promise.reject(new ClosedError('the log is closed'));
    return new Promise((resolve, reject) => {
      this.#add([{ topic, partition, which, since: performance.now(), resolve, reject }]);
    });
  }

  close(): void {
    this.#closed = true;
    for (const { reject } of this.#asked.splice(0)) reject(new ClosedError('the log is closed'));
  }

  #add(asked: readonly Asked[]): void {
    this.#asked.push(...asked);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const all = this.#asked.splice(0);
      // A request names a partition once, so the two ends are asked apart.
      const groups = groupBy(all, ({ topic, partition, which }) => `${which} ${this.cluster.leader(topic, partition) ?? ''}`);
      for (const group of groups.values()) void this.#send(group);
    });
  }

  async #send(group: readonly Asked[]): Promise<void> {
    const { topic, partition } = group[0]!;
    const leader = this.cluster.leader(topic, partition);
    const distinct = [...new Map(group.map((asked) => [`${asked.topic}/${asked.partition}`, asked])).values()];
    try {
      if (leader === undefined) throw new BrokerError(5, topic);
      const answers = await this.cluster.send(leader, listOffsetsRequest(distinct));
      const again: Asked[] = [];
      for (const asked of group) {
        const answer = answers.find((found) => found.topic === asked.topic && found.partition === asked.partition)?.value ?? { error: 5, offset: -1 };
        if (answer.error === 0) asked.resolve(answer.offset);
        else again.push(...this.#left([asked], new BrokerError(answer.error, `${asked.topic}/${asked.partition}`)));
      }
      if (again.length > 0) await this.#later(again);
    } catch (error) {
      const again = this.#left(group, error);
      if (again.length > 0) await this.#later(again);
    }
  }

  /** Those that may be asked again; the others have been told why not. */
  #left(group: readonly Asked[], error: unknown): Asked[] {
    const final = this.#closed || (error instanceof BrokerError && !error.passing);
    return group.filter((asked) => {
      if (!final && performance.now() - asked.since < patienceMs) return true;
      asked.reject(error);
      return false;
    });
  }

  async #later(group: readonly Asked[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    await this.cluster.refresh().catch(() => undefined);
    this.#add(group);
  }
}
