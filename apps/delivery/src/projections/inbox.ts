import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { UsedFacts } from '@parley/domain';
import { toNumber } from '@parley/service';
import type { Vector } from '@parley/service';

/** What waits for an end of a conversation, in log order. Written by the lanes of `feed` alone. */
@Entity({ schema: 'delivery', name: 'inbox' })
export class InboxRow {
  @PrimaryColumn({ type: 'integer', name: 'log_partition' })
  logPartition!: number;

  @PrimaryColumn({ type: 'bigint', name: 'log_offset', transformer: toNumber })
  logOffset!: number;

  /** contact or business. */
  @PrimaryColumn({ type: 'text' })
  recipient!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @Column({ type: 'text', name: 'message_id' })
  messageId!: string;

  @Column({ type: 'text', name: 'number_id', nullable: true })
  numberId!: string | null;

  /** message, status or window_expiring. */
  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text', nullable: true })
  status!: string | null;

  @Column({ type: 'bigint', transformer: toNumber })
  at!: number;

  @Column({ type: 'text', nullable: true })
  category!: string | null;

  @Column({ type: 'text', name: 'template_name', nullable: true })
  templateName!: string | null;

  @Column({ type: 'text', name: 'template_language', nullable: true })
  templateLanguage!: string | null;

  @Column({ type: 'integer', name: 'template_version', nullable: true })
  templateVersion!: number | null;

  @Column({ type: 'text', name: 'template_hash', nullable: true })
  templateHash!: string | null;

  @Column({ type: 'text', name: 'entry_point_source_id', nullable: true })
  entryPointSourceId!: string | null;

  @Column({ type: 'text', name: 'entry_point_click_id', nullable: true })
  entryPointClickId!: string | null;

  @Column({ type: 'text', name: 'envelope_hash', nullable: true })
  envelopeHash!: string | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text', nullable: true })
  detail!: string | null;

  @Column({ type: 'boolean', nullable: true })
  billable!: boolean | null;

  @Column({ type: 'jsonb', nullable: true })
  used!: UsedFacts | null;

  @Column({ type: 'bigint', name: 'closes_at', nullable: true, transformer: toNumber })
  closesAt!: number | null;
}

/** Whose inbox it is. */
export type Reader = { readonly recipient: 'business'; readonly businessId: string } | { readonly recipient: 'contact'; readonly contactId: string };

/** The next rows of each partition behind the vector: at most `limit` of each, in log order; none of those not among `partitions`. */
export async function rowsAfter(
  manager: EntityManager,
  reader: Reader,
  vector: Vector,
  limit: number,
  partitions: readonly number[] | null,
): Promise<readonly (readonly InboxRow[])[]> {
  const wanted = (partition: number): boolean => partitions === null || partitions.includes(partition);
  return Promise.all(vector.map(async (offset, partition) => (wanted(partition) ? nextOf(manager, reader, partition, offset, limit) : [])));
}

function nextOf(manager: EntityManager, reader: Reader, partition: number, offset: number, limit: number): Promise<InboxRow[]> {
  const query = manager.createQueryBuilder(InboxRow, 'row').where('row.log_partition = :partition AND row.log_offset >= :offset', { partition, offset });
  // Spelt out, not a parameter: each kind of reader has an index over its own rows alone.
  if (reader.recipient === 'business') query.andWhere("row.recipient = 'business' AND row.business_id = :businessId", reader);
  else query.andWhere("row.recipient = 'contact' AND row.contact_id = :contactId", reader);
  return query.orderBy('row.logOffset').limit(limit).getMany();
}
