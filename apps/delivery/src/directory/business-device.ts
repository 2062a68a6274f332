import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/** An end of a business that holds keys: its gateway, an agent's browser. */
@Entity({ schema: 'delivery', name: 'business_device' })
export class BusinessDevice {
  @PrimaryColumn({ type: 'text', name: 'device_id' })
  deviceId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  /** Ed25519, 32 bytes in base64. */
  @Column({ type: 'text', name: 'signing_key' })
  signingKey!: string;

  /** X25519, 32 bytes in base64. */
  @Column({ type: 'text', name: 'agreement_key' })
  agreementKey!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'bigint', name: 'created_at', transformer: toNumber })
  createdAt!: number;

  @Column({ type: 'bigint', name: 'revoked_at', nullable: true, transformer: toNumber })
  revokedAt!: number | null;
}
