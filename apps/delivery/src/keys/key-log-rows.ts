import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/** The log's right edge and its signed head: one row, which whoever appends holds. */
@Entity({ schema: 'delivery', name: 'key_log_head' })
export class KeyLogHead {
  /** Always 1. */
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  /** Always `*`. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'bigint', transformer: toNumber })
  size!: number;

  /** Hashes of the whole subtrees, the largest first, 64 bytes each. */
  @Column({ type: 'bytea' })
  edge!: Uint8Array;

  /** Null while the log is empty. */
  @Column({ type: 'bytea', nullable: true })
  head!: Uint8Array | null;

  @Column({ type: 'bigint', transformer: toNumber })
  at!: number;
}

/** That an account had a list: a leaf of the log. Written once. */
@Entity({ schema: 'delivery', name: 'key_log_entry' })
export class KeyLogEntry {
  @PrimaryColumn({ type: 'bigint', name: 'log_index', transformer: toNumber })
  logIndex!: number;

  /** Always `*`: the log is everybody's. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'bytea' })
  entry!: Uint8Array;
}

/** The hash of a whole subtree, a leaf or more, out of which proofs are made. Written once. */
@Entity({ schema: 'delivery', name: 'key_log_node' })
export class KeyLogNode {
  @PrimaryColumn({ type: 'bigint', name: 'start_index', transformer: toNumber })
  start!: number;

  @PrimaryColumn({ type: 'bigint', name: 'end_index', transformer: toNumber })
  end!: number;

  /** Always `*`. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'bytea' })
  hash!: Uint8Array;
}
