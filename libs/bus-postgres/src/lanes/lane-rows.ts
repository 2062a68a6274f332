import { SupersededError, type Acked, type LaneRow } from '@parley/bus';
import { identifier, type Database, type Queryable } from '../database/database.js';
import type { Appended, EmbeddedLog } from '../log/embedded-log.js';
import { runStatement, type Statement } from './statement.js';
import { laneColumns, laneParameters, toLaneRow, type StoredLane } from './row.js';

/** A commit that happened: what it appended, to be announced now that it is visible. */
export interface Moved {
  readonly acked: Acked;
  announce(): void;
}

const nothing: Moved = { acked: {}, announce: () => undefined };

/** The rows of a schema's lanes and slots: claimed, guarded by their epoch, moved with or without the log. */
export class LaneRows {
  readonly #sql: { readonly load: string; readonly claim: string; readonly guard: string; readonly move: string };

  constructor(
    private readonly database: Database,
    schema: string,
    readonly log: EmbeddedLog | undefined,
  ) {
    const lane = `${identifier(schema)}.lane`;
    this.#sql = {
      load: `select ${laneColumns} from ${lane} where lane = $1`,
      claim: `
        insert into ${lane} as l (lane, epoch) values ($1, 1)
        on conflict (lane) do update set epoch = l.epoch + 1 where $2::bigint is null or l.epoch <= $2::bigint
        returning ${laneColumns}`,
      guard: `select 1 from ${lane} where lane = $1 and epoch = $2 for update`,
      move: `
        update ${lane} set next_offset = $3, sent = $4::jsonb, acked = $5::jsonb, taken = $6::jsonb, catalog_offset = $7, pending = $8::bytea
        where lane = $1 and epoch = $2`,
    };
  }

  async load(lane: string): Promise<LaneRow | undefined> {
    const { rows } = await this.database.query<StoredLane>(this.#sql.load, [lane]);
    return rows[0] && toLaneRow(rows[0]);
  }

  async claim(lane: string, unless?: number): Promise<LaneRow> {
    const { rows } = await this.database.query<StoredLane>(this.#sql.claim, [lane, unless ?? null]);
    if (rows[0] === undefined) throw new SupersededError(`${lane}: its epoch is above ${unless}`);
    return toLaneRow(rows[0]);
  }

  /** First statement of a transaction: from here to its end the lane's row is locked, and cannot be claimed. */
  async guard(transaction: Queryable, lane: string, epoch: number): Promise<void> {
    this.#held(await transaction.query(this.#sql.guard, [lane, epoch]), lane, epoch);
  }

  /** Writes the row, after appending its pending output to the log where there is one. Last, so that others wait shortly for the log's heads. */
  async move(transaction: Queryable, lane: string, epoch: number, row: Omit<LaneRow, 'epoch'>): Promise<Moved> {
    const appended = this.#appends(row) ? await this.log!.appendWithin(transaction, row.pending) : undefined;
    await this.#write(transaction, lane, epoch, appended ? acknowledged(row, appended) : row);
    return appended ? moved(appended) : nothing;
  }

  /**
   * A whole commit: guard, statements, log, row. They are sent without waiting for one another, in this order, and all have been answered when
   * this ends; the guard's refusal counts before any other.
   */
  async commit(transaction: Queryable, lane: string, epoch: number, row: Omit<LaneRow, 'epoch'>, statements: readonly Statement[]): Promise<Moved> {
    const appends = this.#appends(row);
    const guarded = appends ? this.guard(transaction, lane, epoch) : this.#write(transaction, lane, epoch, row);
    const written = statements.map((statement) => runStatement(transaction, statement));
    const appending = appends ? this.log!.appendWithin(transaction, row.pending) : undefined;
    for (const outcome of await Promise.allSettled([guarded, ...written, appending])) if (outcome.status === 'rejected') throw outcome.reason;
    const appended = await appending;
    if (appended === undefined) return nothing;
    await this.#write(transaction, lane, epoch, acknowledged(row, appended));
    return moved(appended);
  }

  #appends(row: Omit<LaneRow, 'epoch'>): boolean {
    return this.log !== undefined && row.pending.length > 0;
  }

  async #write(transaction: Queryable, lane: string, epoch: number, row: Omit<LaneRow, 'epoch'>): Promise<void> {
    this.#held(await transaction.query(this.#sql.move, [lane, epoch, ...laneParameters(row)]), lane, epoch);
  }

  #held({ rowCount }: { readonly rowCount: number }, lane: string, epoch: number): void {
    if (rowCount === 0) throw new SupersededError(`${lane}: epoch ${epoch} is no longer its epoch`);
  }
}

function acknowledged(row: Omit<LaneRow, 'epoch'>, { ends }: Appended): Omit<LaneRow, 'epoch'> {
  return { ...row, acked: { ...row.acked, ...ends }, pending: [] };
}

function moved({ ends, announce }: Appended): Moved {
  return { acked: ends, announce };
}
