import { Column, Entity, In, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Party } from '@parley/contracts';
import { noDevices } from '@parley/domain';
import type { PresentDevices } from '@parley/domain';
import { toNumber } from '@parley/service';

/** The devices of an account. Written by the lanes of `devices` alone. */
@Entity({ schema: 'ingest', name: 'account_devices' })
export class AccountDevices {
  @PrimaryColumn({ type: 'text', name: 'account_id' })
  accountId!: string;

  /** contact or business. */
  @PrimaryColumn({ type: 'text' })
  party!: string;

  /** `*` for a contact. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'bigint', name: 'list_version', transformer: toNumber })
  listVersion!: number;

  @Column({ type: 'jsonb' })
  devices!: readonly string[];
}

/** Accounts of either party, by their ids. */
export interface AccountIds {
  readonly business: readonly string[];
  readonly contact: readonly string[];
}

/** The present devices of any of the accounts that were asked for. */
export type PresentOf = (party: Party, accountId: string) => PresentDevices;

export async function presentOf(manager: EntityManager, { business, contact }: AccountIds): Promise<PresentOf> {
  const wanted = [{ party: 'business', accountId: In(business) }, { party: 'contact', accountId: In(contact) }];
  const rows = new Map((await manager.findBy(AccountDevices, wanted)).map((row) => [`${row.party} ${row.accountId}`, row]));
  return (party, accountId) => rows.get(`${party} ${accountId}`) ?? noDevices;
}
