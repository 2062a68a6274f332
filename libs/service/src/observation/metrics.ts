import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { LaneBoard } from './board.js';

export interface MetricsSource {
  readonly board: LaneBoard;
  /** The end of the source partition that a lane reads, for its lag; undefined for HTTP slots. */
  endOf(lane: string): Promise<number | undefined>;
  catalogOffset(): number;
}

export interface AskedFigure {
  readonly name: string;
  readonly help: string;
  readonly everyMs: number;
  clock(): number;
  read(): Promise<number>;
}

/** What the process tells of itself at /metrics. Labels hold names of ours (lanes, routes), never an id or content. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly durations = new Histogram({
    name: 'parley_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });
  private readonly catalog = this.gauge('parley_catalog_offset', 'Catalog records this process has folded.');
  private readonly lanes = {
    offset: this.gauge('parley_lane_offset', 'Next source offset the lane reads.', 'lane'),
    lag: this.gauge('parley_lane_lag_records', 'Records between the lane and the end of its source.', 'lane'),
    waiting: this.gauge('parley_lane_waiting_keys', 'Keys whose records wait to be redriven.', 'lane'),
    running: this.gauge('parley_lane_running', '1 where the lane is claimed and at work.', 'lane'),
    batches: this.counter('parley_lane_batches_total', 'Commits of the lane or slot.'),
    records: this.counter('parley_lane_records_total', 'Records read by the lane, or requests taken by the slot.'),
    timers: this.counter('parley_lane_timers_total', 'Timers that fell due.'),
    retries: this.counter('parley_lane_retries_total', 'Appends and commits that had to be tried again.'),
  };

  private readonly asked: (() => Promise<void>)[] = [];

  constructor(private readonly source: MetricsSource) {
    collectDefaultMetrics({ register: this.registry });
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.durations.observe({ method, route, status }, seconds);
  }

  /** A figure that is dear to find out: read again when the last answer is older than `everyMs`. One that cannot be read is left out. */
  ask({ name, help, everyMs, clock, read }: AskedFigure): void {
    const gauge = this.gauge(name, help);
    let readAt = -Infinity;
    this.asked.push(async () => {
      if (clock() - readAt < everyMs) return;
      readAt = clock();
      try {
        gauge.set(await read());
      } catch {
        gauge.remove();
      }
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  async text(): Promise<string> {
    this.catalog.set(this.source.catalogOffset());
    await this.readBoard();
    for (const read of this.asked) await read();
    return this.registry.metrics();
  }

  private async readBoard(): Promise<void> {
    const { board, endOf } = this.source;
    for (const status of board.all()) {
      const { lane } = status;
      this.lanes.running.set({ lane }, status.state === 'running' ? 1 : 0);
      this.lanes.waiting.set({ lane }, status.waitingKeys);
      const end = await endOf(lane);
      if (end !== undefined) {
        this.lanes.offset.set({ lane }, status.offset);
        this.lanes.lag.set({ lane }, Math.max(0, end - status.offset));
      }
      refill(this.lanes.batches, lane, status.batches);
      refill(this.lanes.records, lane, status.records);
      refill(this.lanes.timers, lane, status.timersFired);
      refill(this.lanes.retries, lane, status.retries);
    }
  }

  private gauge<L extends string = never>(name: string, help: string, ...labelNames: L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private counter(name: string, help: string): Counter<'lane'> {
    return new Counter({ name, help, labelNames: ['lane'], registers: [this.registry] });
  }
}

/** Brings a counter to what the board has counted. */
function refill(counter: Counter<'lane'>, lane: string, count: number): void {
  counter.remove({ lane });
  counter.inc({ lane }, count);
}
