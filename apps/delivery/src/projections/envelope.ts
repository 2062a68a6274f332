import type { Queryable } from '@parley/bus-postgres';
import { Column, Entity, In, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { toNumber } from '@parley/service';

/** Sealed content, for the end that can open it. Written by the lanes of `envelopes` alone, and deleted when its time is over. */
@Entity({ schema: 'delivery', name: 'envelope' })
export class Envelope {
  @PrimaryColumn({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @PrimaryColumn({ type: 'text', name: 'message_id' })
  messageId!: string;

  /** contact or business. */
  @PrimaryColumn({ type: 'text' })
  recipient!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'bytea' })
  bytes!: Uint8Array;

  @Column({ type: 'bigint', name: 'stored_at', transformer: toNumber })
  storedAt!: number;

  @Column({ type: 'bigint', name: 'expires_at', transformer: toNumber })
  expiresAt!: number;
}

export interface Sealed {
  readonly conversationId: string;
  readonly messageId: string;
}

/** The envelopes of these messages, by `envelopeKey`. */
export async function envelopesOf(manager: EntityManager, recipient: string, messages: readonly Sealed[]): Promise<ReadonlyMap<string, Uint8Array>> {
  if (messages.length === 0) return new Map();
  const wanted = { recipient, conversationId: In(messages.map(({ conversationId }) => conversationId)), messageId: In(messages.map(({ messageId }) => messageId)) };
  const found = await manager.find(Envelope, { where: wanted, select: { conversationId: true, messageId: true, recipient: true, bytes: true } });
  return new Map(found.map((envelope) => [envelopeKey(envelope), envelope.bytes]));
}

export function envelopeKey({ conversationId, messageId }: Sealed): string {
  return `${conversationId} ${messageId}`;
}

/** Deletes what may be kept no longer, of whomever: as the schema's runner. */
export async function deleteExpired(runner: Queryable, now: number): Promise<void> {
  await runner.query('DELETE FROM "delivery"."envelope" WHERE expires_at < $1', [now]);
}
