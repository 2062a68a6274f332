import type { PayloadOf } from '@parley/contracts';

/** The decision that nothing follows from a command. `reason` is for a person and for tests. */
export function skip(key: string, reason: string): PayloadOf<'DecisionSkipped'> {
  return { type: 'DecisionSkipped', key, reason };
}

/**
 * The catalog lacks what a decision needs: the operator has to publish it. A fault, not a refusal: the record waits and is decided once the
 * catalog is whole.
 */
export class MissingFromCatalog extends Error {
  override readonly name = 'MissingFromCatalog';
}
