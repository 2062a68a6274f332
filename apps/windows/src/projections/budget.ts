import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { toNumber } from '@parley/service';

/** What was charged against an owner's budget of one month. Written by the lanes of `budgets` alone. */
@Entity({ schema: 'windows', name: 'budget' })
export class SpentBudget {
  @PrimaryColumn({ type: 'text', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  @PrimaryColumn({ type: 'text' })
  month!: string;

  /** Micros, as text. */
  @Column({ type: 'bigint', name: 'cap_micros' })
  capMicros!: string;

  /** Micros, as text. */
  @Column({ type: 'bigint', name: 'spent_micros' })
  spentMicros!: string;

  @Column({ type: 'integer', name: 'told_percent' })
  toldPercent!: number;

  @Column({ type: 'bigint', name: 'changed_at', transformer: toNumber })
  changedAt!: number;
}

/** What is held on a budget's account now. Micros. */
export interface Held {
  /** Set aside for messages under way. */
  readonly reserved: bigint;
  readonly toldPercent: number;
  /** Charged so far. */
  readonly spent: bigint;
}

/** What is held on each of the accounts, by its name `owner/currency/month`. */
export async function heldOn(manager: EntityManager, accounts: readonly string[]): Promise<ReadonlyMap<string, Held>> {
  const sql = `
    select a.account, coalesce(b.reserved, 0)::text as reserved, coalesce(b.settled, 0)::text as settled, coalesce(t.told_percent, 0) as told
    from unnest($1::text[]) as a(account)
    left join lateral (select sum(reserved) as reserved, sum(settled) as settled from "windows"."balance" where account = a.account) b on true
    left join "windows"."budget" t on t.owner_id = split_part(a.account, '/', 1) and t.currency = split_part(a.account, '/', 2) and t.month = split_part(a.account, '/', 3)`;
  const rows: readonly { account: string; reserved: string; settled: string; told: number }[] = await manager.query(sql, [accounts]);
  return new Map(rows.map(({ account, reserved, settled, told }) => [account, { reserved: BigInt(reserved), spent: BigInt(settled), toldPercent: told }]));
}
