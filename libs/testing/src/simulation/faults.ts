/** How often what goes wrong, per call. All zero: a calm world. */
export interface FaultRates {
  /** An append that is reported failed: it arrived, is lost, or arrives later. */
  readonly append: number;
  /** A commit or claim whose outcome is unknown: it happened, or not. */
  readonly commit: number;
  /** A read that fails. */
  readonly read: number;
  /** Per step: a process is killed. */
  readonly crash: number;
  /** Per step: a second process starts on the same lane while the first goes on, slowly. */
  readonly zombie: number;
}

export const calm: FaultRates = { append: 0, commit: 0, read: 0, crash: 0, zombie: 0 };
export const chaos: FaultRates = { append: 0.06, commit: 0.05, read: 0.02, crash: 0.012, zombie: 0.008 };
