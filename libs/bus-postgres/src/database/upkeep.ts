import { pgliteSuperuser } from './login.js';
import type { PgliteSession } from './session.js';
import type { Turns } from './turns.js';

const lookMs = 1_000;
const atLeastMs = 30_000;
/** Sent to the engine since the last checkpoint. The next start after a crash reads about this much again, at some 60 MB/s. */
const atMostBytes = 64 * 1024 * 1024;

/**
 * What a server's background processes do, and PGlite has none: checkpoints (or the log of changes grows, and with it the next start after a
 * crash), and vacuum and analyze of the tables that changed most. Only after work: every 30 s, and whenever much was written; one turn a table.
 */
export class Upkeep {
  readonly #timer: NodeJS.Timeout;
  #seen = { statements: 0, bytes: 0 };
  #idleLooks = 0;
  #running: Promise<void> | undefined;

  constructor(
    private readonly session: PgliteSession,
    private readonly turns: Turns,
  ) {
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  #look(): void {
    this.#idleLooks += 1;
    if (this.session.sent.statements === this.#seen.statements) return;
    if (this.#idleLooks * lookMs < atLeastMs && this.session.sent.bytes - this.#seen.bytes < atMostBytes) return;
    // What it could not do now, it tries next time; a database that has stopped says so to whoever uses it.
    void this.run().catch(() => undefined);
  }

  /** Does what is due. Concurrent calls share one run. */
  async run(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<void> {
    this.#idleLooks = 0;
    await this.#inTurn('select pg_stat_force_next_flush()');
    const { rows } = await this.#inTurn(dueTables);
    for (const { name } of rows) await this.#inTurn(`vacuum (analyze) ${String(name)}`);
    await this.#inTurn('checkpoint');
    this.#seen = { ...this.session.sent };
  }

  /** As the superuser: a session that gave that up (see `lowerPglite`) may vacuum no table of others, and is what it was before afterwards. */
  async #inTurn(sql: string): ReturnType<PgliteSession['run']> {
    const giveBack = await this.turns.take();
    try {
      const { user } = (await this.session.run('select session_user as user')).rows[0]!;
      await this.session.run(`set session authorization ${pgliteSuperuser}`);
      try {
        return await this.session.run(sql);
      } finally {
        await this.session.run(`set session authorization ${String(user)}`);
      }
    } finally {
      giveBack();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Autovacuum's own rule: a fifth of the rows dead, or a tenth changed since the last analyze, and a few in any case. */
const dueTables = `
  select format('%I.%I', schemaname, relname) as name
  from pg_stat_user_tables
  where n_dead_tup > 1000 + n_live_tup / 5 or n_mod_since_analyze > 500 + n_live_tup / 10
  order by n_dead_tup desc`;
