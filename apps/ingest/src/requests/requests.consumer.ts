import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { runIntake } from '@parley/bus';
import type { IntakeSpec, LaneEnd, Report } from '@parley/bus';
import type { Catalog } from '@parley/domain';
import { logReport, supervise } from '@parley/service';
import type { Runtime, ServiceParts } from '@parley/service';
import type { Judge } from './judge.js';
import { intakeLane, intakeTopics, requestsTopic } from './topics.js';

/** The life of the intake lanes: one per partition of requests, those of them that are this process's, from its start to the closing of its writers. */
export class RequestsConsumer implements OnApplicationBootstrap {
  private readonly logger = new Logger('ingest/requests');
  private readonly stopping = new AbortController();
  private readonly specs = new Map<string, IntakeSpec>();
  private lanes: Promise<void> = Promise.resolve();

  constructor(
    private readonly runtime: Runtime,
    private readonly service: ServiceParts,
    judge: Judge,
  ) {
    setMaxListeners(0, this.stopping.signal); // Every lane listens.
    for (let partition = 0; partition < runtime.log.partitions(requestsTopic); partition += 1) {
      const lane = intakeLane(service, partition);
      this.specs.set(lane, {
        ...runtime.ports((report) => this.tell(report)),
        ...{ lane, source: requestsTopic, partition, topics: intakeTopics },
        ...{ store: runtime.slotStore(service), catalog: runtime.catalog },
        judge: (records, catalog, now) => judge.judge(partition, records, catalog as Catalog, now),
      });
      runtime.reads(lane, requestsTopic, partition);
    }
    runtime.closeLater(this);
  }

  onApplicationBootstrap(): void {
    const lanes = [...this.specs.keys()];
    this.lanes = this.runtime.assignment(this.service).run([lanes], (lane, signal) => this.start(lane, signal), this.stopping.signal);
  }

  /** Stops every lane after the batch it is at. What one has committed and not appended yet, its next holder appends. */
  async close(drainMs: number): Promise<void> {
    this.stopping.abort();
    const done = new AbortController();
    await Promise.race([this.lanes, this.runtime.sleep(drainMs, done.signal)]);
    done.abort();
  }

  private async start(lane: string, signal: AbortSignal): Promise<LaneEnd> {
    const { board } = this.runtime;
    const spec = this.specs.get(lane)!;
    board.expect(lane);
    const end = await supervise(
      { lane, board, run: (running) => runIntake(spec, running), sleep: (ms, stop) => this.runtime.sleep(ms, stop), log: (line) => this.logger.error(line) },
      signal,
    );
    // Another process runs it from here on: readiness and metrics are that one's.
    if (end.kind === 'stopped' && !this.stopping.signal.aborted) board.forget(lane);
    return end;
  }

  private tell(report: Report): void {
    this.runtime.board.report(report);
    logReport(this.logger, report);
  }
}
