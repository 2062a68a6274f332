import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/** What the directory has of a device's prekeys; whoever hands one out or takes some in holds this row. */
@Entity({ schema: 'delivery', name: 'prekeys' })
export class PrekeysRow {
  @PrimaryColumn({ type: 'text', name: 'device_id' })
  deviceId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'account_id' })
  accountId!: string;

  @Column({ type: 'text' })
  party!: string;

  /** A bundle without a one-time prekey, signed by the device; null before its first one. */
  @Column({ type: 'bytea', nullable: true })
  signed!: Uint8Array | null;

  @Column({ type: 'bigint', name: 'signed_id', nullable: true, transformer: toNumber })
  signedId!: number | null;

  /** The highest one-time prekey that was handed out or dropped: none up to it is taken in any more. */
  @Column({ type: 'bigint', name: 'gone_id', transformer: toNumber })
  goneId!: number;
}

/** A one-time prekey that is there to be handed out, once. */
@Entity({ schema: 'delivery', name: 'one_time_prekey' })
export class OneTimePrekeyRow {
  @PrimaryColumn({ type: 'text', name: 'device_id' })
  deviceId!: string;

  @PrimaryColumn({ type: 'bigint', name: 'prekey_id', transformer: toNumber })
  prekeyId!: number;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'account_id' })
  accountId!: string;

  @Column({ type: 'text' })
  party!: string;

  /** X25519, 32 bytes. */
  @Column({ type: 'bytea', name: 'public_key' })
  publicKey!: Uint8Array;
}

/** That a requester was given a one-time prekey of a device: kept for as long as its limit looks back. */
@Entity({ schema: 'delivery', name: 'prekey_draw' })
export class PrekeyDraw {
  @PrimaryColumn({ type: 'text', name: 'device_id' })
  deviceId!: string;

  /** An account. */
  @PrimaryColumn({ type: 'text' })
  requester!: string;

  @PrimaryColumn({ type: 'bigint', name: 'prekey_id', transformer: toNumber })
  prekeyId!: number;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  /** Whose device it is. */
  @Column({ type: 'text', name: 'account_id' })
  accountId!: string;

  @Column({ type: 'text' })
  party!: string;

  @Column({ type: 'bigint', name: 'drawn_at', transformer: toNumber })
  drawnAt!: number;
}
