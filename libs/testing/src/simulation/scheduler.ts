import type { Random } from './random.js';

/** Something that will happen, once the scheduler picks it. */
interface Task {
  /** Not before this instant. */
  readonly dueAt: number;
  /** Where given, it may also happen as soon as this holds. */
  readonly ready?: () => boolean;
  readonly run: () => void | Promise<void>;
  readonly owner: Owner;
}

/** A process of the simulation. Once dead, nothing reaches it any more; what it had sent may still arrive. */
export interface Owner {
  readonly name: string;
  dead: boolean;
  /** Stalled: picked rarely, as a process that is paused for long. */
  slow: boolean;
}

/** Time and order of everything: each step runs one task, chosen by the seed among those that may run. */
export class Scheduler {
  now: number;
  readonly #tasks = new Set<Task>();

  constructor(
    private readonly random: Random,
    start: number,
  ) {
    this.now = start;
  }

  add(task: Task): () => void {
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Forgets what these processes had under way. */
  drop(whose: (owner: Owner) => boolean): void {
    for (const task of this.#tasks) if (whose(task.owner)) this.#tasks.delete(task);
  }

  /** Runs one task. Where none may run yet, time jumps to the first that may, up to `until`. False when nothing is left to do by then. */
  async step(until: number): Promise<boolean> {
    const tasks = [...this.#tasks];
    let runnable = tasks.filter((task) => task.dueAt <= this.now || task.ready?.());
    if (runnable.length === 0) {
      const next = tasks.reduce((first, { dueAt }) => Math.min(first, dueAt), Infinity);
      if (next > until) return false;
      this.now = next;
      runnable = tasks.filter((task) => task.dueAt <= this.now);
    }
    const quick = runnable.filter(({ owner }) => !owner.slow);
    const task = this.random.pick(quick.length > 0 && this.random.chance(0.97) ? quick : runnable);
    this.#tasks.delete(task);
    await task.run();
    // Lets every continuation run until all processes wait for the scheduler again.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return true;
  }
}
