import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { BaseRpcContext, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import { laneName, runLane } from '@parley/bus';
import type { LaneEnd, Report } from '@parley/bus';
import type { AnyTopology } from '@parley/contracts';
import type { Runtime } from '../process/runtime.js';
import type { ServiceParts } from '../process/service.js';
import { supervise } from './supervised.js';

interface Served {
  readonly topology: AnyTopology;
  readonly service: ServiceParts;
}

/**
 * Owns the life of the runners. A consumer's `@EventPattern('<topology>')` says that this process serves that topology: one lane per
 * partition of its source is claimed and run until `close`. What the lanes report goes to the board and then to the consumer's method.
 */
export class TopologyServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('parley.topologies');
  protected override readonly logger = new Logger('lanes');
  private readonly stopping = new AbortController();
  private lanes: Promise<LaneEnd>[] = [];

  constructor(
    private readonly runtime: Runtime,
    private readonly services: readonly ServiceParts[],
  ) {
    super();
    setMaxListeners(0, this.stopping.signal); // Every lane listens.
  }

  /** Claims and starts every lane. Throws where a pattern names no topology, or a topology has no consumer: a lane that nobody runs is silence. */
  listen(callback: (error?: unknown) => void): void {
    try {
      const served = this.served();
      for (const { topology } of served) this.announce(topology);
      this.lanes = served.flatMap((one) => this.start(one));
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

  private start({ topology, service }: Served): readonly Promise<LaneEnd>[] {
    const handler = this.messageHandlers.get(topology.name)!;
    const { runtime } = this;
    return Array.from({ length: runtime.log.partitions(topology.source) }, (_, partition) => {
      const spec = {
        ...runtime.ports((report) => this.tell(handler, report)),
        topology,
        partition,
        store: runtime.laneStore(service),
        catalog: runtime.catalog,
      };
      const lane = laneName(topology, partition);
      const supervision = { lane, board: runtime.board, run: (signal: AbortSignal) => runLane(spec, signal), sleep: runtime.sleep, log: (line: string) => this.logger.error(line) };
      return supervise(supervision, this.stopping.signal);
    });
  }

  /** Before any lane starts: readiness waits for all of them from the first moment. */
  private announce(topology: AnyTopology): void {
    const { log, board } = this.runtime;
    for (let partition = 0; partition < log.partitions(topology.source); partition += 1) {
      board.expect(laneName(topology, partition));
      this.runtime.reads(laneName(topology, partition), topology.source, partition);
    }
  }

  private tell(handler: MessageHandler, report: Report): void {
    this.runtime.board.report(report);
    // A consumer that fails to listen must not stop the lane that speaks.
    Promise.resolve(handler(report, new BaseRpcContext([report.lane]))).catch((error: unknown) => {
      this.logger.error(`the consumer of ${report.lane} failed on a report: ${error instanceof Error ? error.message : 'unknown'}`);
    });
  }
}
