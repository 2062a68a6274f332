import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { CatalogView, createCodec, messageOf } from '@parley/bus';
import type { Codec, LaneStore, Log, Report, RunnerPorts, SlotStore } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import type { CatalogFold, Instant, TopicName } from '@parley/contracts';
import type { Random } from '@parley/crypto';
import type { Assignment } from '../lanes/assignment.js';
import { logReport } from '../lanes/report-line.js';
import { LaneBoard } from '../observation/board.js';
import type { ServiceParts } from './service.js';

export interface RuntimeOptions<Catalog> {
  readonly database: Database;
  readonly log: Log;
  readonly fold: CatalogFold<Catalog>;
  /** The installation's key for token hashes and contact ids, 32 bytes. */
  readonly serviceKey: Uint8Array;
  /** Who we are among the processes that share slots. */
  readonly holder: string;
  /** HTTP slots per service, over all processes. */
  readonly slots: number;
  laneStore(schema: string): LaneStore;
  slotStore(schema: string): SlotStore;
  /** Which of a service's lanes this process runs. */
  assignment(schema: string): Assignment;
  /** Called once a schema has its tables, before anything in it is run. Throws where the log is not the one that the schema goes with. */
  meet(schema: string): Promise<void>;
  clock(): Instant;
  newId(): string;
  readonly random: Random;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  closeLog(): Promise<void>;
}

interface Writer {
  close(drainMs: number): Promise<void>;
}

/** What a process has once, whatever services run in it: the database, the log, the catalog as far as it is known, time and randomness. */
export class Runtime<Catalog = unknown> {
  private readonly logger = new Logger('process');
  readonly board = new LaneBoard();
  readonly codec: Codec = createCodec();
  readonly catalog: CatalogView<Catalog>;
  /** Aborted when the process begins to stop: whoever waits for something to happen stops waiting. */
  readonly stopping = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly writers: Writer[] = [];
  private readonly sources = new Map<string, { readonly topic: TopicName; readonly partition: number }>();
  private following: Promise<void> | undefined;
  private readonly catalogEnd = new AbortController();

  constructor(private readonly options: RuntimeOptions<Catalog>) {
    setMaxListeners(0, this.stopping.signal); // Every request that waits listens.
    this.catalog = new CatalogView(this.ports((report) => this.tell(report)), options.fold);
  }

  get database(): Database {
    return this.options.database;
  }

  get log(): Log {
    return this.options.log;
  }

  get serviceKey(): Uint8Array {
    return this.options.serviceKey;
  }

  get random(): Random {
    return this.options.random;
  }

  get holder(): string {
    return this.options.holder;
  }

  get slots(): number {
    return this.options.slots;
  }

  clock(): Instant {
    return this.options.clock();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.options.sleep(ms, signal);
  }

  laneStore(service: Pick<ServiceParts, 'name'>): LaneStore {
    return this.options.laneStore(service.name);
  }

  slotStore(service: Pick<ServiceParts, 'name'>): SlotStore {
    return this.options.slotStore(service.name);
  }

  assignment(service: Pick<ServiceParts, 'name'>): Assignment {
    return this.options.assignment(service.name);
  }

  meet(service: Pick<ServiceParts, 'name'>): Promise<void> {
    return this.options.meet(service.name);
  }

  warn(line: string): void {
    this.logger.warn(line);
  }

  /** What the runner needs of the outside. */
  ports(report: (report: Report) => void): RunnerPorts {
    const { log, clock, newId, sleep } = this.options;
    return { log, codec: this.codec, clock, newId, sleep, report };
  }

  /** Reads the catalog to its end, then follows it until `close`. */
  async open(): Promise<void> {
    while (await this.catalog.catchUp()) continue;
    this.following = this.catalog.follow(this.catalogEnd.signal);
  }

  /** Resolves when this process has folded all that is on the catalog's topic now. */
  async catalogCaughtUp(): Promise<void> {
    const end = await this.log.end('parley.catalog.v1', 0);
    await this.catalog.reach(end, 'http', 30_000, this.stopping.signal);
  }

  /** Whether the catalog is folded to the topic's end. */
  async catalogIsCurrent(): Promise<boolean> {
    return this.catalog.view().offset >= (await this.log.end('parley.catalog.v1', 0));
  }

  /** Repeats a piece of upkeep until the process stops. One that fails is logged, and tried again the next time. */
  repeat(what: string, everyMs: number, work: () => Promise<unknown>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) => this.logger.warn(`${what} failed and is tried again in ${everyMs / 60_000} min: ${messageOf(error)}`));
    }, everyMs);
    timer.unref();
    this.timers.push(timer);
  }

  /** Says what has to be closed, after the last request and before the log. */
  closeLater(writer: Writer): void {
    this.writers.push(writer);
  }

  async closeWriters(drainMs: number): Promise<void> {
    await Promise.all(this.writers.splice(0).map((writer) => writer.close(drainMs)));
  }

  /** The end of the partition that a lane reads, for its lag; undefined where the lane reads none. */
  async sourceEnd(lane: string): Promise<number | undefined> {
    const source = this.sources.get(lane);
    return source && this.log.end(source.topic, source.partition);
  }

  /** Says what a lane reads. */
  reads(lane: string, topic: TopicName, partition: number): void {
    this.sources.set(lane, { topic, partition });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers) clearInterval(timer);
    this.catalogEnd.abort();
    await this.following;
    await this.options.closeLog();
  }

  private tell(report: Report): void {
    if (report.kind === 'halted') this.board.expect('catalog');
    this.board.report(report);
    logReport(this.logger, report);
  }
}
