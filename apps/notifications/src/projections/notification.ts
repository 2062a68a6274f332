import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { toNumber } from '@parley/service';

/** What became of a notification: one row per message that has a template or a time. Written by the lanes of `notifications` alone. */
@Entity({ schema: 'notifications', name: 'notification' })
export class Notification {
  @PrimaryColumn({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @PrimaryColumn({ type: 'text', name: 'message_id' })
  messageId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'text', name: 'number_id' })
  numberId!: string;

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

  /** scheduled, released or refused. */
  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'bigint', name: 'waits_until', nullable: true, transformer: toNumber })
  waitsUntil!: number | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text', nullable: true })
  detail!: string | null;

  @Column({ type: 'bigint', name: 'requested_at', transformer: toNumber })
  requestedAt!: number;

  @Column({ type: 'bigint', name: 'decided_at', transformer: toNumber })
  decidedAt!: number;
}

/** One notification of the business; null where it has none of that name. */
export function findNotification(manager: EntityManager, businessId: string, conversationId: string, messageId: string): Promise<Notification | null> {
  return manager.findOneBy(Notification, { conversationId, messageId, businessId });
}
