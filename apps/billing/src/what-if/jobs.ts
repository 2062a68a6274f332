import { messageOf } from '@parley/bus';
import type { Catalog } from '@parley/domain';
import { Problem } from '@parley/service';
import type { Runtime } from '@parley/service';
import { runWhatIf, type JobState, type WhatIf } from './job.js';

interface Job {
  readonly id: string;
  /** Who asked: a business, or * for the operator. Nobody else is told of it. */
  readonly businessId: string;
  readonly asked: WhatIf;
  readonly stop: AbortController;
  state: JobState;
  endedAt: number | null;
}

/** Jobs in hand at a time, those that wait included: each reads the whole usage log. */
const mostUnfinished = 8;
const mostUnfinishedOfOne = 2;
const resultKeptMs = 3_600_000;

/** Questions over the usage log, answered one after the other. They are this process's alone, and gone with it: whoever asked asks again. */
export class WhatIfJobs {
  private readonly jobs = new Map<string, Job>();
  private running = false;

  constructor(private readonly runtime: Runtime<Catalog>) {
    runtime.stopping.signal.addEventListener('abort', () => this.jobs.forEach(({ stop }) => stop.abort()), { once: true });
  }

  /** Takes a question; its id. Throws `too-many-requests`. */
  ask(businessId: string, asked: WhatIf): string {
    this.forgetOld();
    const unfinished = [...this.jobs.values()].filter(({ endedAt }) => endedAt === null);
    if (unfinished.length >= mostUnfinished || unfinished.filter((job) => job.businessId === businessId).length >= mostUnfinishedOfOne) {
      throw new Problem('too-many-requests', 'Earlier questions are still being answered. Wait for one of them, or cancel it with DELETE.', [], { 'Retry-After': '10' });
    }
    const id = this.runtime.ports(() => undefined).newId();
    this.jobs.set(id, { id, businessId, asked, stop: new AbortController(), state: { state: 'waiting' }, endedAt: null });
    void this.work();
    return id;
  }

  /** Null: there is no such job, or it is another's. */
  find(businessId: string, id: string): { readonly title: string; readonly state: JobState } | null {
    this.forgetOld();
    const job = this.jobs.get(id);
    return job?.businessId === businessId ? { title: job.asked.title, state: job.state } : null;
  }

  cancel(businessId: string, id: string): boolean {
    const job = this.jobs.get(id);
    if (job?.businessId !== businessId) return false;
    job.stop.abort();
    if (job.state.state === 'waiting') this.end(job, { state: 'cancelled' });
    return true;
  }

  private async work(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let job = this.next(); job; job = this.next()) await this.run(job);
    this.running = false;
  }

  private next(): Job | undefined {
    return [...this.jobs.values()].find(({ state }) => state.state === 'waiting');
  }

  private async run(job: Job): Promise<void> {
    const { log, codec, catalog } = this.runtime;
    job.state = { state: 'running', done: 0, total: 0, elapsedMs: 0 };
    try {
      await runWhatIf(job.asked, { log, codec, catalog: catalog.view().state, clock: () => this.runtime.clock() }, (state) => void (job.state = state), job.stop.signal);
      job.endedAt = this.runtime.clock();
    } catch (error) {
      if (!job.stop.signal.aborted) this.runtime.warn(`a what-if failed: ${messageOf(error)}`);
      this.end(job, job.stop.signal.aborted ? { state: 'cancelled' } : { state: 'failed', detail: 'It could not be answered; the operator’s log says why.' });
    }
  }

  private end(job: Job, state: JobState): void {
    job.state = state;
    job.endedAt = this.runtime.clock();
  }

  private forgetOld(): void {
    const now = this.runtime.clock();
    for (const [id, { endedAt }] of this.jobs) if (endedAt !== null && now - endedAt > resultKeptMs) this.jobs.delete(id);
  }
}
