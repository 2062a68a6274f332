import { ownerRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import type { AdjustmentId, Instant } from '@parley/contracts';
import type { PublishedCorrection } from '@parley/domain';
import { everyBusiness } from '@parley/service';
import type { Rows } from '@parley/service';
import { Not } from 'typeorm';
import { CorrectionRow } from './correction-row.js';

const operator = { businessId: everyBusiness };

/** What a pass writes of a correction. Amounts and places are JSON, see `CorrectionRow`. */
export type CorrectionChange = Partial<Pick<CorrectionRow, 'state' | 'done' | 'total' | 'charges' | 'adjustments' | 'changes' | 'unpriced' | 'unexplained' | 'settledTo' | 'detail' | 'heldUntil' | 'nextAt'>>;

const columns: { readonly [Field in keyof Required<CorrectionChange>]: string } = {
  state: 'state', done: 'done', total: 'total', charges: 'charges', adjustments: 'adjustments', changes: 'changes', unpriced: 'unpriced', unexplained: 'unexplained',
  settledTo: 'settled_to', detail: 'detail', heldUntil: 'held_until', nextAt: 'next_at',
};

const addSql = `
  insert into "billing"."correction" (catalog_offset, business_id, kind, published_id, version, effective_from, corrected_id, corrected_version, reason, published_at,
    state, done, total, charges, adjustments, changes, unpriced, unexplained, settled_to, held_until, next_at)
  values ($1, '*', $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, 0, 0, 0, '{}', 0, 0, '{}', 0, 0) on conflict (catalog_offset) do nothing`;

const holdSql = `
  update "billing"."correction" set state = 'running', holder = $2, held_until = $3
  where catalog_offset = $1 and state <> 'settled' and (held_until <= $4 or holder = $2) returning catalog_offset`;

const postedSql = `select distinct reference from "billing"."ledger_entry" where event_type = 'AdjustmentPosted' and reference = any($1)`;

/** The rows of corrections, read as HTTP may and written as the lanes may. Each is one process's at a time, for as long as it says so in time. */
export class CorrectionStore {
  constructor(
    private readonly database: Database,
    private readonly rows: Rows,
    private readonly holder: string,
  ) {}

  /** Knows the corrections from now on; those that are known stay as they are. */
  async add(corrections: readonly PublishedCorrection[]): Promise<void> {
    for (const { kind, id, version, effectiveFrom, corrected, reason, publishedAt, catalogOffset } of corrections) {
      await this.write(addSql, [catalogOffset, kind, id, version, effectiveFrom, corrected.id, corrected.version, reason, publishedAt]);
    }
  }

  /** All of them, in the order of publication. */
  all(): Promise<readonly CorrectionRow[]> {
    return this.rows.for(operator, (manager) => manager.find(CorrectionRow, { order: { catalogOffset: 'ASC' } }));
  }

  /** Takes the earliest that is due, and that nobody else holds; null where there is none. */
  async take(now: Instant, heldMs: number): Promise<CorrectionRow | null> {
    const open = await this.rows.for(operator, (manager) => manager.find(CorrectionRow, { where: { state: Not('settled') }, order: { catalogOffset: 'ASC' } }));
    for (const row of open.filter(({ nextAt, heldUntil, holder }) => nextAt <= now && (heldUntil <= now || holder === this.holder))) {
      const held = await this.write(holdSql, [row.catalogOffset, this.holder, now + heldMs, now]);
      if (held.length > 0) return { ...row, state: 'running' };
    }
    return null;
  }

  /** Writes how far it is. False: it is another's by now. */
  async update(catalogOffset: number, change: CorrectionChange): Promise<boolean> {
    const fields = Object.keys(change) as (keyof CorrectionChange)[];
    const sets = fields.map((field, index) => `${columns[field]} = $${index + 3}`);
    const sql = `update "billing"."correction" set ${sets.join(', ')} where catalog_offset = $1 and holder = $2 returning catalog_offset`;
    return (await this.write(sql, [catalogOffset, this.holder, ...fields.map((field) => change[field] ?? null)])).length > 0;
  }

  /** Of these adjustments, those that are on the ledger. */
  async posted(ids: readonly AdjustmentId[]): Promise<ReadonlySet<string>> {
    const found = (await this.rows.for(operator, (manager) => manager.query(postedSql, [ids]))) as readonly { readonly reference: string }[];
    return new Set(found.map(({ reference }) => reference));
  }

  private async write(sql: string, values: readonly unknown[]): Promise<readonly object[]> {
    return (await this.database.as({ role: ownerRole('billing') }).query<object>(sql, [...values])).rows;
  }
}
