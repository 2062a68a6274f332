import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { toNumber } from '@parley/service';
import type { Account } from './account.js';

/** A signed list of an account's devices, as it was published. Written once and kept for ever: whoever held the one before follows from it. */
@Entity({ schema: 'delivery', name: 'device_list' })
export class DeviceListRow {
  /** Its place in the key log, and so the order in which lists were published. */
  @PrimaryColumn({ type: 'bigint', name: 'log_index', transformer: toNumber })
  logIndex!: number;

  /** `*` for a contact. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'account_id' })
  accountId!: string;

  /** contact or business. */
  @Column({ type: 'text' })
  party!: string;

  /** Of the first list under this account key since it became the account's: a take-over begins anew, also under a key of long ago. */
  @Column({ type: 'bigint', name: 'identity_from', transformer: toNumber })
  identityFrom!: number;

  @Column({ type: 'bigint', name: 'list_version', transformer: toNumber })
  listVersion!: number;

  /** Ed25519, 32 bytes in base64. */
  @Column({ type: 'text', name: 'account_key' })
  accountKey!: string;

  /** As the account signed it. */
  @Column({ type: 'bytea' })
  list!: Uint8Array;

  @Column({ type: 'jsonb' })
  devices!: readonly string[];

  @Column({ type: 'bigint', name: 'published_at', transformer: toNumber })
  publishedAt!: number;

  /** When the event log was told; null until then. */
  @Column({ type: 'bigint', name: 'announced_at', nullable: true, transformer: toNumber })
  announcedAt!: number | null;
}

/** The present list of an account; null where it never had one. */
export function presentList(manager: EntityManager, { accountId, party }: Account): Promise<DeviceListRow | null> {
  return manager.findOne(DeviceListRow, { where: { accountId, party }, order: { logIndex: 'DESC' } });
}

/** The lists of the present identity above a version, in order. */
export function listsAbove(manager: EntityManager, { identityFrom }: DeviceListRow, version: number, limit: number): Promise<DeviceListRow[]> {
  return manager
    .createQueryBuilder(DeviceListRow, 'row')
    .where('row.identity_from = :identityFrom AND row.list_version > :version', { identityFrom, version })
    .orderBy('row.listVersion')
    .limit(limit)
    .getMany();
}
