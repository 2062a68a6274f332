import { consistencyPath, encodeConsistency, encodeInclusion, inclusionPath } from '@parley/crypto';
import type { NodeAt } from '@parley/crypto';

/** A whole subtree, by its leaves: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A proof that is made once the hashes of these subtrees are at hand. */
export interface Proof {
  readonly needs: readonly Span[];
  make(nodeAt: NodeAt): Uint8Array;
}

/** That the log of this size has the entry. */
export function inclusionOf(index: number, size: number): Proof {
  return proof((nodeAt) => encodeInclusion({ index, size, path: inclusionPath(index, size, nodeAt) }));
}

/**
 * That the log of this size begins with the log of the older one. Whoever remembers a longer log than ours is told both sizes and no hashes: its
 * checker then says that the log has become shorter.
 */
export function consistencyOf(older: number, size: number): Proof {
  return proof((nodeAt) => encodeConsistency({ older, size, path: older > size ? [] : consistencyPath(older, size, nodeAt) }));
}

/** Which hashes a path takes does not hang on what they are: a first run notes them. */
function proof(make: (nodeAt: NodeAt) => Uint8Array): Proof {
  const needs = new Map<string, Span>();
  make((start, end) => {
    needs.set(spanKey({ start, end }), { start, end });
    return new Uint8Array(64);
  });
  return { needs: [...needs.values()], make };
}

export function spanKey({ start, end }: Span): string {
  return `${start}-${end}`;
}
