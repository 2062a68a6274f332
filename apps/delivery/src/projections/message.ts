import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { toNumber } from '@parley/service';

/** A message to a contact, as far as it came. Written by the lanes of `delivery` alone. */
@Entity({ schema: 'delivery', name: 'message' })
export class Message {
  @PrimaryColumn({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @PrimaryColumn({ type: 'text', name: 'message_id' })
  messageId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'text', name: 'number_id' })
  numberId!: string;

  @Column({ type: 'text' })
  lane!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  category!: string;

  @Column({ type: 'text', name: 'template_name', nullable: true })
  templateName!: string | null;

  @Column({ type: 'text', name: 'template_language', nullable: true })
  templateLanguage!: string | null;

  @Column({ type: 'integer', name: 'template_version', nullable: true })
  templateVersion!: number | null;

  @Column({ type: 'text' })
  market!: string;

  /** sent, delivered, read or failed: never back. */
  @Column({ type: 'text' })
  status!: string;

  /** Which receipt came first, and so counts for the price. */
  @Column({ type: 'text', name: 'first_status', nullable: true })
  firstStatus!: string | null;

  @Column({ type: 'bigint', name: 'requested_at', transformer: toNumber })
  requestedAt!: number;

  @Column({ type: 'bigint', name: 'sent_at', nullable: true, transformer: toNumber })
  sentAt!: number | null;

  @Column({ type: 'bigint', name: 'delivered_at', nullable: true, transformer: toNumber })
  deliveredAt!: number | null;

  @Column({ type: 'bigint', name: 'read_at', nullable: true, transformer: toNumber })
  readAt!: number | null;

  @Column({ type: 'bigint', name: 'failed_at', nullable: true, transformer: toNumber })
  failedAt!: number | null;

  @Column({ type: 'bigint', name: 'last_inbound_at', nullable: true, transformer: toNumber })
  lastInboundAt!: number | null;

  @Column({ type: 'bigint', name: 'entry_point_at', nullable: true, transformer: toNumber })
  entryPointAt!: number | null;

  @Column({ type: 'text', name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  @Column({ type: 'text', name: 'failure_detail', nullable: true })
  failureDetail!: string | null;

  @Column({ type: 'text', name: 'envelope_hash' })
  envelopeHash!: string;
}

/** One message of the business; null where it was never sent. */
export function findMessage(manager: EntityManager, businessId: string, conversationId: string, messageId: string): Promise<Message | null> {
  return manager.findOneBy(Message, { conversationId, messageId, businessId });
}
