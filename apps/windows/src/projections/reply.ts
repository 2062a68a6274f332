import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Period } from '@parley/domain';
import { toNumber } from '@parley/service';

/** An unanswered stretch of a conversation, and what ended it. Written by the lanes of `replies` alone. */
@Entity({ schema: 'windows', name: 'reply' })
export class Reply {
  @PrimaryColumn({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'text' })
  market!: string;

  @Column({ type: 'bigint', name: 'first_unanswered_at', transformer: toNumber })
  firstUnansweredAt!: number;

  @Column({ type: 'bigint', name: 'last_inbound_at', transformer: toNumber })
  lastInboundAt!: number;

  @Column({ type: 'bigint', name: 'entry_point_at', nullable: true, transformer: toNumber })
  entryPointAt!: number | null;

  @Column({ type: 'bigint', name: 'answered_at', nullable: true, transformer: toNumber })
  answeredAt!: number | null;

  @Column({ type: 'bigint', name: 'response_ms', nullable: true, transformer: toNumber })
  responseMs!: number | null;

  @Column({ type: 'text', name: 'answer_message_id', nullable: true })
  answerMessageId!: string | null;

  @Column({ type: 'text', nullable: true })
  lane!: string | null;

  @Column({ type: 'text', nullable: true })
  kind!: string | null;

  @Column({ type: 'text', nullable: true })
  category!: string | null;

  /** By the policy in force when the answer was released; null while there is none. */
  @Column({ type: 'boolean', name: 'late', nullable: true })
  isLate!: boolean | null;
}

/** The stretches of a business that began within a period; at most `limit`, in no order. */
export function repliesOf(manager: EntityManager, businessId: string, { from, to }: Period, limit: number): Promise<Pick<Reply, 'firstUnansweredAt' | 'responseMs' | 'kind' | 'isLate'>[]> {
  return manager
    .createQueryBuilder(Reply, 'reply')
    .select(['reply.conversationId', 'reply.number', 'reply.firstUnansweredAt', 'reply.responseMs', 'reply.kind', 'reply.isLate'])
    .where('reply.business_id = :businessId AND reply.first_unanswered_at >= :from AND reply.first_unanswered_at < :to', { businessId, from, to })
    .limit(limit)
    .getMany();
}

/** What waits for an answer, of contacts who wrote after an instant; at most `limit`, in no order. */
export function waitingOf(manager: EntityManager, businessId: string, after: number, limit: number): Promise<Pick<Reply, 'market' | 'lastInboundAt' | 'entryPointAt'>[]> {
  return manager
    .createQueryBuilder(Reply, 'reply')
    .select(['reply.conversationId', 'reply.number', 'reply.market', 'reply.lastInboundAt', 'reply.entryPointAt'])
    .where('reply.business_id = :businessId AND reply.answered_at IS NULL AND reply.last_inbound_at > :after', { businessId, after })
    .limit(limit)
    .getMany();
}

/** The latest stretch of a conversation; null where the contact has never written. */
export function latestReply(manager: EntityManager, businessId: string, conversationId: string): Promise<Reply | null> {
  return manager.findOne(Reply, { where: { conversationId, businessId }, order: { number: 'DESC' } });
}
