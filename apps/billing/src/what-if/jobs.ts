import { messageOf } from '@parley/bus';
import { Problem } from '@parley/service';
import type { Runtime } from '@parley/service';
import type { summaryText } from '@parley/domain';
import type { TrialResult } from '../correction/trial.js';

export type JobState<Result> =
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly done: number; readonly total: number; readonly elapsedMs: number }
  | { readonly state: 'done'; readonly elapsedMs: number; readonly result: Result }
  | { readonly state: 'failed'; readonly detail: string }
  | { readonly state: 'cancelled' };

/** A question over the usage log. */
export interface Question<Result> {
  readonly title: string;
  /** Tells how far it is, at last that it is done. Throws where the signal aborts. */
  run(tell: (state: JobState<Result>) => void, signal: AbortSignal): Promise<void>;
}

interface Job<Result> {
  readonly id: string;
  /** Who asked: a business, or * for the operator. Nobody else is told of it. */
  readonly businessId: string;
  readonly asked: Question<Result>;
  readonly stop: AbortController;
  state: JobState<Result>;
  endedAt: number | null;
}

/** Jobs in hand at a time, those that wait included: each reads the whole usage log. */
const mostUnfinished = 8;
const mostUnfinishedOfOne = 2;
const resultKeptMs = 3_600_000;

/** Questions over the usage log, answered one after the other. They are this process's alone, and gone with it: whoever asked asks again. */
class Jobs<Result> {
  private readonly jobs = new Map<string, Job<Result>>();
  private running = false;

  constructor(private readonly runtime: Runtime) {
    runtime.stopping.signal.addEventListener('abort', () => this.jobs.forEach(({ stop }) => stop.abort()), { once: true });
  }

  /** Takes a question; its id. Throws `too-many-requests`. */
  ask(businessId: string, asked: Question<Result>): string {
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
  find(businessId: string, id: string): { readonly title: string; readonly state: JobState<Result> } | null {
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

  private next(): Job<Result> | undefined {
    return [...this.jobs.values()].find(({ state }) => state.state === 'waiting');
  }

  private async run(job: Job<Result>): Promise<void> {
    job.state = { state: 'running', done: 0, total: 0, elapsedMs: 0 };
    try {
      await job.asked.run((state) => void (job.state = state), job.stop.signal);
      job.endedAt = this.runtime.clock();
    } catch (error) {
      if (!job.stop.signal.aborted) this.runtime.warn(`${job.asked.title}: a question over the usage log failed: ${messageOf(error)}`);
      this.end(job, job.stop.signal.aborted ? { state: 'cancelled' } : { state: 'failed', detail: 'It could not be answered; the operator’s log says why.' });
    }
  }

  private end(job: Job<Result>, state: JobState<Result>): void {
    job.state = state;
    job.endedAt = this.runtime.clock();
  }

  private forgetOld(): void {
    const now = this.runtime.clock();
    for (const [id, { endedAt }] of this.jobs) if (endedAt !== null && now - endedAt > resultKeptMs) this.jobs.delete(id);
  }
}

/** What usage would cost under other rules. */
export class WhatIfJobs extends Jobs<ReturnType<typeof summaryText>> {}

/** What a correction would change. */
export class TrialJobs extends Jobs<TrialResult> {}
