import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/**
 * `waiting`: nothing is posted yet. `running`: a pass is under way. `posted`: what followed until then is posted, and more may follow from charges
 * that were under way, or that were counted on from what was corrected. `settled`: nothing more can follow. `failed`: it is tried again.
 */
export const correctionStates = ['waiting', 'running', 'posted', 'settled', 'failed'] as const;
export type CorrectionState = (typeof correctionStates)[number];

/** How far a correction of prices is. Which adjustments there are follows from the log; this says which need not be looked for again. */
@Entity({ schema: 'billing', name: 'correction' })
export class CorrectionRow {
  @PrimaryColumn({ type: 'bigint', name: 'catalog_offset', transformer: toNumber })
  catalogOffset!: number;

  /** The operator's: `*`. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text' })
  kind!: 'policy' | 'rate_card';

  @Column({ type: 'text', name: 'published_id' })
  publishedId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text', name: 'effective_from' })
  effectiveFrom!: string;

  @Column({ type: 'text', name: 'corrected_id' })
  correctedId!: string;

  @Column({ type: 'integer', name: 'corrected_version' })
  correctedVersion!: number;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'bigint', name: 'published_at', transformer: toNumber })
  publishedAt!: number;

  @Column({ type: 'text' })
  state!: CorrectionState;

  /** Usage records that the last pass has read, and that there were. */
  @Column({ type: 'bigint', transformer: toNumber })
  done!: number;

  @Column({ type: 'bigint', transformer: toNumber })
  total!: number;

  @Column({ type: 'bigint', transformer: toNumber })
  charges!: number;

  @Column({ type: 'bigint', transformer: toNumber })
  adjustments!: number;

  /** JSON: currency → micros, as text. */
  @Column({ type: 'text' })
  changes!: string;

  @Column({ type: 'bigint', transformer: toNumber })
  unpriced!: number;

  @Column({ type: 'bigint', transformer: toNumber })
  unexplained!: number;

  /** JSON: see `SettledTo`. */
  @Column({ type: 'text', name: 'settled_to' })
  settledTo!: string;

  @Column({ type: 'text', nullable: true })
  detail!: string | null;

  /** The process that makes the pass, until when it holds it, and when the next pass is due. */
  @Column({ type: 'text', nullable: true })
  holder!: string | null;

  @Column({ type: 'bigint', name: 'held_until', transformer: toNumber })
  heldUntil!: number;

  @Column({ type: 'bigint', name: 'next_at', transformer: toNumber })
  nextAt!: number;
}
