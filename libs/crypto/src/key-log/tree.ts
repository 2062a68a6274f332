// The Merkle tree of RFC 6962 and RFC 9162 (section 2.1) with SHA-512. Sizes go up to 2^53 - 1, so halves are divided, not shifted.
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { sha512 } from '../primitives/primitives.js';

/** The hash of a whole subtree: leaves from `start` to before `end`, a power of two of them, `start` a multiple of it. */
export type NodeAt = (start: number, end: number) => Uint8Array;

export function leafHash(entry: Uint8Array): Uint8Array {
  return sha512(concat(Uint8Array.of(0), entry));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha512(concat(Uint8Array.of(1), left, right));
}

export function emptyRoot(): Uint8Array {
  return sha512(new Uint8Array(0));
}

/** The largest power of two below n, for n > 1. */
function splitOf(n: number): number {
  let half = 1;
  while (half * 2 < n) half *= 2;
  return half;
}

function rangeHash(start: number, end: number, nodeAt: NodeAt): Uint8Array {
  const count = end - start;
  if (count === 1) return nodeAt(start, end);
  const split = splitOf(count);
  if (split * 2 === count) return nodeAt(start, end);
  return nodeHash(nodeAt(start, start + split), rangeHash(start + split, end, nodeAt));
}

export function rootOf(size: number, nodeAt: NodeAt): Uint8Array {
  return size === 0 ? emptyRoot() : rangeHash(0, size, nodeAt);
}

/** What has to be hashed with the leaf, from it up to the root of a tree of so many leaves. Throws CryptoError 'invalid_argument'. */
export function inclusionPath(index: number, size: number, nodeAt: NodeAt): readonly Uint8Array[] {
  checkRange(index, size - 1);
  const path = (start: number, end: number): readonly Uint8Array[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle ? [...path(start, middle), rangeHash(middle, end, nodeAt)] : [...path(middle, end), rangeHash(start, middle, nodeAt)];
  };
  return path(0, size);
}

/** What shows that the tree of `size` leaves begins with the tree of `older` leaves. Throws CryptoError 'invalid_argument'. */
export function consistencyPath(older: number, size: number, nodeAt: NodeAt): readonly Uint8Array[] {
  checkRange(older, size);
  if (older === 0 || older === size) return [];
  const path = (start: number, end: number, isWhole: boolean): readonly Uint8Array[] => {
    if (older === end) return isWhole ? [] : [rangeHash(start, end, nodeAt)];
    const middle = start + splitOf(end - start);
    if (older <= middle) return [...path(start, middle, isWhole), rangeHash(middle, end, nodeAt)];
    return [...path(middle, end, false), rangeHash(start, middle, nodeAt)];
  };
  return path(0, size, true);
}

function checkRange(value: number, most: number): void {
  if (!Number.isSafeInteger(value) || !Number.isSafeInteger(most) || value < 0 || value > most) throw new CryptoError('invalid_argument', `no place ${value} in 0 to ${most}`);
}

const isOdd = (n: number) => n % 2 === 1;
const half = (n: number) => Math.floor(n / 2);

/** RFC 9162, section 2.1.3.2. Throws CryptoError 'bad_proof'. */
export function checkInclusion(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[], root: Uint8Array): void {
  if (index >= size) throw badProof('the leaf is not within the tree');
  let [fn, sn] = [index, size - 1];
  let hash = leaf;
  for (const sibling of path) {
    if (sn === 0) throw badProof('the path is too long');
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = nodeHash(hash, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0 || !constantTimeEqual(hash, root)) throw badProof('the leaf is not in the tree of this root');
}

/** RFC 9162, section 2.1.4.2; trees of no leaf and of equal size have no path. Throws CryptoError 'bad_proof'. */
export function checkConsistency(older: { readonly size: number; readonly root: Uint8Array }, newer: { readonly size: number; readonly root: Uint8Array }, path: readonly Uint8Array[]): void {
  const fault = () => badProof('the newer tree does not begin with the older one');
  if (older.size > newer.size) throw badProof('the log has become shorter');
  if (older.size === newer.size || older.size === 0) {
    const same = older.size !== newer.size || constantTimeEqual(older.root, newer.root);
    if (path.length > 0 || !same || (older.size === 0 && !constantTimeEqual(older.root, emptyRoot()))) throw fault();
    return;
  }
  let [fn, sn] = [older.size - 1, newer.size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  const rest = [...path];
  const first = fn === 0 ? older.root : rest.shift();
  if (first === undefined) throw fault();
  let [olderHash, newerHash] = [first, first];
  for (const node of rest) {
    if (sn === 0) throw fault();
    if (isOdd(fn) || fn === sn) {
      [olderHash, newerHash] = [nodeHash(node, olderHash), nodeHash(node, newerHash)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else newerHash = nodeHash(newerHash, node);
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0 || !constantTimeEqual(olderHash, older.root) || !constantTimeEqual(newerHash, newer.root)) throw fault();
}

function badProof(why: string): CryptoError {
  return new CryptoError('bad_proof', why);
}

/** The right edge of a tree: all that appending needs. The hashes of its whole subtrees, the largest first. */
export type Edge = { readonly size: number; readonly hashes: readonly Uint8Array[] };
export const emptyEdge: Edge = { size: 0, hashes: [] };

/** A subtree that became whole: to be stored, so that proofs can be made. */
export type WholeNode = { readonly start: number; readonly end: number; readonly hash: Uint8Array };

/** The edge with one leaf more, and the subtrees that it made whole, the leaf itself first. */
export function appendLeaf(edge: Edge, leaf: Uint8Array): { readonly edge: Edge; readonly nodes: readonly WholeNode[] } {
  const nodes: WholeNode[] = [{ start: edge.size, end: edge.size + 1, hash: leaf }];
  const hashes = [...edge.hashes];
  for (let left = edge.size; isOdd(left); left = half(left)) {
    const last = nodes[nodes.length - 1]!;
    nodes.push({ start: last.start - (last.end - last.start), end: last.end, hash: nodeHash(hashes.pop()!, last.hash) });
  }
  return { edge: { size: edge.size + 1, hashes: [...hashes, nodes[nodes.length - 1]!.hash] }, nodes };
}

export function edgeRoot({ hashes }: Edge): Uint8Array {
  return hashes.length === 0 ? emptyRoot() : hashes.reduceRight((right, left) => nodeHash(left, right));
}
