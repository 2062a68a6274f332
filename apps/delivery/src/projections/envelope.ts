import { Column, Entity, In, LessThan, PrimaryColumn } from 'typeorm';
import type { Repository } from 'typeorm';
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
export async function envelopesOf(rows: Repository<Envelope>, recipient: string, messages: readonly Sealed[]): Promise<ReadonlyMap<string, Uint8Array>> {
  if (messages.length === 0) return new Map();
  const wanted = { recipient, conversationId: In(messages.map(({ conversationId }) => conversationId)), messageId: In(messages.map(({ messageId }) => messageId)) };
  const found = await rows.find({ where: wanted, select: { conversationId: true, messageId: true, recipient: true, bytes: true } });
  return new Map(found.map((envelope) => [envelopeKey(envelope), envelope.bytes]));
}

export function envelopeKey({ conversationId, messageId }: Sealed): string {
  return `${conversationId} ${messageId}`;
}

/** Deletes what may be kept no longer. */
export async function deleteExpired(rows: Repository<Envelope>, now: number): Promise<void> {
  await rows.delete({ expiresAt: LessThan(now) });
}
