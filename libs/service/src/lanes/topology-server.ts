import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { BaseRpcContext, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import { laneName, runLane } from '@parley/bus';
import type { LaneEnd, LaneSpec, Report } from '@parley/bus';
import type { AnyTopology } from '@parley/contracts';
import type { Runtime } from '../process/runtime.js';
import type { ServiceParts } from '../process/service.js';
import { supervise } from './supervised.js';

interface Served {
  readonly topology: AnyTopology;
  readonly service: ServiceParts;
}

/**
 * Owns the life of the runners. A consumer's `@EventPattern('<topology>')` says that this process serves that topology: of its lanes, one per
 * partition of its source, those assigned to this process are claimed and run until `close`. What they report goes to the board and then to
 * the consumer's method.
 */
export class TopologyServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('parley.topologies');
  protected override readonly logger = new Logger('lanes');
  private readonly stopping = new AbortController();
  private lanes: Promise<void>[] = [];

  constructor(
    private readonly runtime: Runtime,
    private readonly services: readonly ServiceParts[],
  ) {
    super();
    setMaxListeners(0, this.stopping.signal); // Every lane listens.
  }

  /** Starts the lanes. Throws where a pattern names no topology, or a topology has no consumer: a lane that nobody runs is silence. */
  listen(callback: (error?: unknown) => void): void {
    try {
      const served = this.served();
      this.lanes = this.services.map((service) => this.serve(service, served.filter((one) => one.service === service)));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Stops every lane after the batch it is at, and waits for all of them, at most `drainMs`. */
  async close(drainMs = 6_000): Promise<void> {
    this.stopping.abort();
    const done = new AbortController();
    const all = Promise.allSettled(this.lanes).then(() => true);
    const inTime = await Promise.race([all, this.runtime.sleep(drainMs, done.signal).then(() => false)]);
    done.abort();
    if (!inTime) this.logger.warn(`some lanes did not stop within ${drainMs} ms; what they committed is safe, the next start goes on from there`);
  }

  on(): never {
    throw new Error('lanes have no events of their own: their reports come to @EventPattern methods');
  }

  unwrap<T>(): T {
    throw new Error('there is no server inside: lanes are functions');
  }

  private served(): readonly Served[] {
    const all = this.services.flatMap((service) => service.topologies.map((topology) => ({ topology, service })));
    const patterns = [...this.messageHandlers.keys()];
    for (const pattern of patterns) {
      if (!all.some(({ topology }) => topology.name === pattern)) throw new Error(`@EventPattern('${pattern}') names no topology; there are ${all.map(({ topology }) => topology.name).join(', ')}`);
    }
    for (const { topology, service } of all) {
      if (!patterns.includes(topology.name)) throw new Error(`${service.name}: the topology ${topology.name} has no consumer with @EventPattern('${topology.name}')`);
    }
    return all;
  }

  private serve(service: ServiceParts, served: readonly Served[]): Promise<void> {
    const { log } = this.runtime;
    const specs = new Map<string, Omit<LaneSpec, 'catalog'>>();
    const topologies = served.map(({ topology }) =>
      Array.from({ length: log.partitions(topology.source) }, (_, partition) => {
        const lane = laneName(topology, partition);
        const handler = this.messageHandlers.get(topology.name)!;
        const ports = this.runtime.ports((report) => this.tell(handler, report));
        specs.set(lane, { ...ports, log: log.reader?.(topology.name) ?? log, topology, partition, store: this.runtime.laneStore(service) });
        this.runtime.reads(lane, topology.source, partition);
        return lane;
      }),
    );
    return this.runtime.assignment(service).run(topologies, (lane, signal) => this.start(lane, specs.get(lane)!, signal), this.stopping.signal);
  }

  private async start(lane: string, spec: Omit<LaneSpec, 'catalog'>, signal: AbortSignal): Promise<LaneEnd> {
    const { board, catalog, sleep } = this.runtime;
    board.expect(lane);
    const run = (stop: AbortSignal): Promise<LaneEnd> => runLane({ ...spec, catalog }, stop);
    const end = await supervise({ lane, board, run, sleep: (ms, stop) => sleep.call(this.runtime, ms, stop), log: (line) => this.logger.error(line) }, signal);
    // Another process runs it from here on: readiness and metrics are that one's.
    if (end.kind === 'stopped' && !this.stopping.signal.aborted) board.forget(lane);
    return end;
  }

  private tell(handler: MessageHandler, report: Report): void {
    this.runtime.board.report(report);
    // A consumer that fails to listen must not stop the lane that speaks.
    Promise.resolve(handler(report, new BaseRpcContext([report.lane]))).catch((error: unknown) => {
      this.logger.error(`the consumer of ${report.lane} failed on a report: ${error instanceof Error ? error.message : 'unknown'}`);
    });
  }
}
