// What befalls a cluster: processes killed and held still, the broker and the database too, one misfortune after another, now and then two at once.
import { setTimeout as sleep } from 'node:timers/promises';

export class Chaos {
  counts = new Map();
  #running = true;

  /** @param tell(text) hears of each. @param random() from 0 to 1. */
  constructor({ cluster, random, tell }) {
    Object.assign(this, { cluster, random, tell });
  }

  begin() {
    this.running = this.#run();
  }

  async end() {
    this.#running = false;
    await this.running;
  }

  async #run() {
    while (this.#running) {
      const all = [this.#one(), ...(this.random() < 0.25 ? [this.#one()] : [])];
      await Promise.all(all);
      await this.#rest(3_000 + this.random() * 7_000);
    }
  }

  /** Sleeps, but no longer than the run. */
  async #rest(ms) {
    for (const until = Date.now() + ms; this.#running && Date.now() < until; ) await sleep(100);
  }

  #one() {
    const kind = this.random();
    if (kind < 0.4) return this.#killProcess();
    if (kind < 0.6) return this.#holdProcess();
    if (kind < 0.8) return this.#server('broker', this.cluster.broker);
    return this.#server('database', this.cluster.database);
  }

  #count(what) {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #victim() {
    const up = this.cluster.processes.filter(({ isUp }) => isUp);
    return up[Math.floor(this.random() * up.length)];
  }

  async #killProcess() {
    const victim = this.#victim();
    if (!victim) return;
    this.#count('process killed');
    this.tell(`kills ${victim.name}`);
    victim.signal('SIGKILL');
  }

  /** Longer than a lease: others take its lanes, and it wakes as one that was. */
  async #holdProcess() {
    const victim = this.#victim();
    if (!victim) return;
    const ms = 1_000 + this.random() * 9_000;
    this.#count('process held still');
    this.tell(`holds ${victim.name} still for ${(ms / 1000).toFixed(1)} s`);
    const { pid } = victim;
    victim.signal('SIGSTOP');
    await sleep(ms);
    if (victim.pid === pid) victim.signal('SIGCONT');
  }

  async #server(name, server) {
    if (this.busy?.has(name)) return;
    this.busy = new Set([...(this.busy ?? []), name]);
    try {
      const ms = this.random() * 4_000;
      if (this.random() < 0.5) {
        this.#count(`${name} held still`);
        this.tell(`holds the ${name} still for ${(ms / 1000).toFixed(1)} s`);
        await server.pause();
        await sleep(ms);
        await server.resume();
      } else {
        this.#count(`${name} killed`);
        this.tell(`kills the ${name}, for ${(ms / 1000).toFixed(1)} s`);
        await server.kill();
        await sleep(ms);
        await server.restart();
      }
    } finally {
      this.busy.delete(name);
    }
  }
}
