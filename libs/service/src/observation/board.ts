import type { LaneEnd, Report } from '@parley/bus';

/** How a lane or slot is. Only `running` and `paused` are at work. */
export type LaneState = 'starting' | 'running' | 'paused' | 'failing' | 'superseded' | 'halted' | 'stopped';

/** What is known of one lane: for health and metrics. Never content. */
export interface LaneStatus {
  readonly lane: string;
  readonly state: LaneState;
  /** Why it is not running and what to do, for a person; empty when it runs. */
  readonly detail: string;
  /** The next source offset it will read. */
  readonly offset: number;
  readonly waitingKeys: number;
  readonly batches: number;
  readonly records: number;
  readonly timersFired: number;
  /** Appends and commits that had to be tried again. */
  readonly retries: number;
}

/** Every lane and slot of this process, as they last reported. */
export class LaneBoard {
  private readonly lanes = new Map<string, LaneStatus>();

  /** A lane that is meant to run: readiness waits for it. */
  expect(lane: string): void {
    this.change(lane, { state: 'starting', detail: 'not claimed yet' });
  }

  /** A lane that is no longer this process's. */
  forget(lane: string): void {
    this.lanes.delete(lane);
  }

  all(): readonly LaneStatus[] {
    return [...this.lanes.values()];
  }

  report(report: Report): void {
    const { lane } = report;
    const now = this.lanes.get(lane) ?? unknown(lane);
    switch (report.kind) {
      case 'claimed':
        return this.change(lane, { state: 'running', detail: '', offset: report.offset, waitingKeys: report.waitingKeys });
      case 'batch':
        return this.change(lane, {
          offset: report.offset,
          waitingKeys: report.waitingKeys,
          batches: now.batches + 1,
          records: now.records + report.records,
        });
      case 'paused':
        return this.change(lane, { state: 'paused', detail: `paused at offset ${report.offset}: too many keys wait. Repair the cause, then redrive them.` });
      case 'resumed':
        return this.change(lane, { state: 'running', detail: '' });
      case 'timers':
        return this.change(lane, { timersFired: now.timersFired + report.fired });
      case 'append-failed':
      case 'commit-failed':
        return this.change(lane, { retries: now.retries + 1 });
      case 'requests':
        return this.change(lane, { state: 'running', detail: '', batches: now.batches + 1, records: now.records + report.taken });
      case 'superseded':
        return this.change(lane, { state: 'superseded', detail: supersededDetail });
      case 'halted':
        return this.change(lane, { state: 'halted', detail: report.error });
      case 'stopped':
        return this.change(lane, { state: 'stopped', detail: 'stopped' });
      case 'waiting':
      case 'redriven':
      case 'catalog-late':
        return;
      default:
        return report satisfies never;
    }
  }

  /** A lane came to its end. */
  ended(lane: string, end: LaneEnd): void {
    switch (end.kind) {
      case 'stopped':
        return this.change(lane, { state: 'stopped', detail: 'stopped' });
      case 'superseded':
        return this.change(lane, { state: 'superseded', detail: supersededDetail });
      case 'halted':
        return this.change(lane, { state: 'halted', detail: end.reason });
      default:
        return end satisfies never;
    }
  }

  /** A lane threw what it should not have; it is started again. */
  failed(lane: string, error: string): void {
    this.change(lane, { state: 'failing', detail: `failed, and will be started again: ${error}` });
  }

  private change(lane: string, change: Partial<LaneStatus>): void {
    this.lanes.set(lane, { ...(this.lanes.get(lane) ?? unknown(lane)), ...change });
  }
}

const supersededDetail = 'another process has claimed this lane. Stop one of the two, and start this one again if it is to go on.';

function unknown(lane: string): LaneStatus {
  return { lane, state: 'starting', detail: 'not claimed yet', offset: 0, waitingKeys: 0, batches: 0, records: 0, timersFired: 0, retries: 0 };
}
