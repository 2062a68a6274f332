import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '../database/columns.js';

/** An API key as it is stored: its id, and a keyed hash of the whole token. The token itself is told once, when it is made. */
@Entity({ schema: 'access', name: 'api_key' })
export class ApiKey {
  @PrimaryColumn({ type: 'text', name: 'key_id' })
  keyId!: string;

  /** `*` for the operator's keys. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'token_hash' })
  tokenHash!: string;

  /** Scopes, one blank between two. */
  @Column({ type: 'text' })
  scopes!: string;

  /** What a person calls it; never secret. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'bigint', name: 'created_at', transformer: toNumber })
  createdAt!: number;

  @Column({ type: 'bigint', name: 'revoked_at', nullable: true, transformer: toNumber })
  revokedAt!: number | null;
}
