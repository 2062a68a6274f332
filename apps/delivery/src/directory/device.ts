import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/** A customer's device: its public keys, and the keyed hash of the token it authenticates with. */
@Entity({ schema: 'delivery', name: 'device' })
export class Device {
  @PrimaryColumn({ type: 'text', name: 'device_id' })
  deviceId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  /** Ed25519, 32 bytes in base64. */
  @Column({ type: 'text', name: 'signing_key' })
  signingKey!: string;

  /** X25519, 32 bytes in base64. */
  @Column({ type: 'text', name: 'agreement_key' })
  agreementKey!: string;

  @Column({ type: 'text' })
  name!: string;

  /** The part of the token that finds this row. */
  @Column({ type: 'text', name: 'token_id' })
  tokenId!: string;

  @Column({ type: 'text', name: 'token_hash' })
  tokenHash!: string;

  /** When the number was proven for this token. */
  @Column({ type: 'bigint', name: 'token_at', transformer: toNumber })
  tokenAt!: number;

  @Column({ type: 'bigint', name: 'created_at', transformer: toNumber })
  createdAt!: number;

  @Column({ type: 'bigint', name: 'revoked_at', nullable: true, transformer: toNumber })
  revokedAt!: number | null;
}
