import { setMaxListeners } from 'node:events';
import { createCodec, messageOf, type Log, type LogRecord } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import { TOPIC_NAMES, type TopicName } from '@parley/contracts';
import { openLog, type Environment } from '../log/place.js';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import { recordJson, recordLine, type Decoded } from './show.js';

export interface LogOptions {
  readonly topic: string;
  /** All partitions where it is not given. */
  readonly partition?: number;
  /** First offset, in each partition; the first kept one where it is not given. */
  readonly from?: number;
  /** Most records to print, over all partitions. */
  readonly limit?: number;
  /** Only records of this key. */
  readonly key?: string;
  readonly follow: boolean;
  readonly json: boolean;
  readonly environment: Environment;
}

const pageRecords = 500;
const followMs = 1_000;

/** Prints a topic's records, decoded. Sealed content is given by its size only. Throws Failure. */
export async function printLog(database: Database, options: LogOptions, terminal: Terminal, signal: AbortSignal): Promise<0> {
  const topic = topicOf(options.topic);
  if (options.follow && database.kind === 'pglite' && !options.environment['PARLEY_KAFKA']) {
    const why = 'This database is a folder: while it is open here no platform can write to it, and there is nothing to follow.';
    throw new Failure(why, 'leave out --follow; a platform on a server (PARLEY_DATABASE_URL) can be followed.', 2);
  }
  const { log, close } = await openLog(database, options.environment);
  try {
    await new Printer(log, topic, options, terminal).run(signal);
    return 0;
  } finally {
    await close();
  }
}

/** The topic by its name, or by the word in the middle of it: ledger, usage, conversations. Throws Failure. */
export function topicOf(name: string): TopicName {
  const topic = TOPIC_NAMES.find((known) => known === name || known === `parley.${name}.v1`);
  if (topic === undefined) throw new Failure(`There is no topic ${name}.`, `choose among ${TOPIC_NAMES.map((known) => known.replace(/^parley\.|\.v1$/g, '')).join(', ')}.`, 2);
  return topic;
}

class Printer {
  readonly #codec = createCodec();
  readonly #next = new Map<number, number>();
  #left: number;

  constructor(
    private readonly log: Log,
    private readonly topic: TopicName,
    private readonly options: LogOptions,
    private readonly terminal: Terminal,
  ) {
    this.#left = options.limit ?? Infinity;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (const partition of this.#partitions()) this.#next.set(partition, await this.#first(partition));
    for (;;) {
      for (const partition of this.#next.keys()) await this.#toEnd(partition, signal);
      if (!this.options.follow || signal.aborted || this.#left === 0) return;
      await this.#arrival(signal);
    }
  }

  #partitions(): readonly number[] {
    const count = this.log.partitions(this.topic);
    const { partition } = this.options;
    if (partition === undefined) return Array.from({ length: count }, (_, index) => index);
    if (partition >= count) throw new Failure(`${this.topic} has the partitions 0 to ${count - 1}.`, 'give one of them, or leave out --partition for all.', 2);
    return [partition];
  }

  async #first(partition: number): Promise<number> {
    const [start, end] = await Promise.all([this.log.start(this.topic, partition), this.log.end(this.topic, partition)]);
    const { from, partition: only } = this.options;
    if (from === undefined) return start;
    // Of several partitions some may end before; of one, what is not there was a mistake.
    if (only !== undefined && (from < start || from > end)) {
      throw new Failure(`${this.topic}/${partition} holds the offsets ${start} to ${end - 1}.`, 'give --from within them, or leave it out.');
    }
    return Math.min(Math.max(from, start), end);
  }

  async #toEnd(partition: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#left > 0) {
      const records = await this.log.read(this.topic, partition, this.#next.get(partition) ?? 0, pageRecords);
      if (records.length === 0) return;
      for (const record of records) if (this.#left > 0) this.#print(partition, record);
      this.#next.set(partition, records.at(-1)!.offset + 1);
    }
  }

  #print(partition: number, { offset, key, value }: LogRecord): void {
    if (this.options.key !== undefined && key !== this.options.key) return;
    this.#left -= 1;
    const decoded: Decoded = { topic: this.topic, partition, offset, key, bytes: value.length, ...this.#decode(value) };
    this.terminal.line(this.options.json ? recordJson(decoded) : recordLine(decoded, this.terminal.ink));
  }

  #decode(value: Uint8Array): Pick<Decoded, 'event' | 'error'> {
    try {
      return { event: this.#codec.decode(value), error: null };
    } catch (error) {
      return { event: null, error: messageOf(error) };
    }
  }

  /** Resolves when there may be more in any partition, or after a while. */
  async #arrival(signal: AbortSignal): Promise<void> {
    const round = new AbortController();
    setMaxListeners(0, round.signal);
    const stop = (): void => round.abort();
    signal.addEventListener('abort', stop);
    await Promise.race([...this.#next].map(([partition, offset]) => this.log.wait(this.topic, partition, offset, followMs, round.signal)));
    signal.removeEventListener('abort', stop);
    stop();
  }
}
