import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Category } from '@parley/contracts';
import type { Standing } from '@parley/domain';
import { toNumber } from '@parley/service';

/** A conversation's windows and consent as folded. Written by the lanes of `windows` alone. */
@Entity({ schema: 'windows', name: 'window' })
export class Window {
  @PrimaryColumn({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'bigint', name: 'last_inbound_at', nullable: true, transformer: toNumber })
  lastInboundAt!: number | null;

  @Column({ type: 'bigint', name: 'entry_point_at', nullable: true, transformer: toNumber })
  entryPointAt!: number | null;

  /** A hint for timers, by the policy of then; what is answered is computed by the policy of now. */
  @Column({ type: 'bigint', name: 'closes_at', nullable: true, transformer: toNumber })
  closesAt!: number | null;

  @Column({ type: 'bigint', name: 'notice_at', nullable: true, transformer: toNumber })
  noticeAt!: number | null;

  @Column({ type: 'bigint', name: 'expiring_told_for', nullable: true, transformer: toNumber })
  expiringToldFor!: number | null;

  @Column({ type: 'bigint', name: 'closed_told_for', nullable: true, transformer: toNumber })
  closedToldFor!: number | null;

  @Column({ type: 'jsonb' })
  consent!: { readonly [Of in Category]: Standing };
}

/** The row of a conversation of this business; null where nothing has happened in it yet. */
export function findWindow(manager: EntityManager, businessId: string, conversationId: string): Promise<Window | null> {
  return manager.findOneBy(Window, { conversationId, businessId });
}
