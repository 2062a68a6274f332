import { describe, expect, it } from '@jest/globals';
import { deviceListHash, openDeviceList } from '../account/device-list.js';
import { fromHex, toHex, utf8 } from '../bytes.js';
import { accountOf, seeded } from '../ends.fixture.js';
import { newSigningKeys, sha512 } from '../primitives/primitives.js';
import { checkLogged, decodeConsistency, decodeEntry, decodeInclusion, encodeConsistency, encodeEntry, encodeInclusion, entryOf, followHead, openHead, signHead } from './log.js';
import { appendLeaf, checkConsistency, checkInclusion, consistencyPath, edgeRoot, emptyEdge, inclusionPath, leafHash, rootOf, type Edge, type NodeAt } from './tree.js';

const random = seeded('log');
const code = (expected: string) => expect.objectContaining({ name: 'CryptoError', code: expected });

/** A tree of so many leaves: its edges after each, and the nodes that were stored. */
function treeOf(leaves: readonly Uint8Array[]) {
  const stored = new Map<string, Uint8Array>();
  const edges: Edge[] = [emptyEdge];
  for (const leaf of leaves) {
    const { edge, nodes } = appendLeaf(edges[edges.length - 1]!, leafHash(leaf));
    for (const { start, end, hash } of nodes) stored.set(`${start}-${end}`, hash);
    edges.push(edge);
  }
  const nodeAt: NodeAt = (start, end) => stored.get(`${start}-${end}`)!;
  return { edges, nodeAt, roots: edges.map(edgeRoot) };
}

/** The definition of RFC 6962, section 2.1, word by word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha512(new Uint8Array(0));
  if (leaves.length === 1) return sha512(Uint8Array.from([0, ...leaves[0]!]));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha512(Uint8Array.from([1, ...rootByDefinition(leaves.slice(0, split)), ...rootByDefinition(leaves.slice(split))]));
}

describe('the tree', () => {
  const leaves = Array.from({ length: 40 }, (_, at) => utf8(`leaf ${at}`));
  const { edges, nodeAt, roots } = treeOf(leaves);

  it('has the root of RFC 6962, grown leaf by leaf or of stored nodes', () => {
    for (let size = 0; size <= leaves.length; size++) {
      expect(toHex(roots[size]!)).toBe(toHex(rootByDefinition(leaves.slice(0, size))));
      expect(rootOf(size, nodeAt)).toEqual(roots[size]!);
      expect(edges[size]!.size).toBe(size);
    }
  });

  it('proves every leaf in every size, and no other leaf, place or root', () => {
    for (let size = 1; size <= leaves.length; size++) {
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(index, size, nodeAt);
        expect(() => checkInclusion(leafHash(leaves[index]!), index, size, path, roots[size]!)).not.toThrow();
        expect(() => checkInclusion(leafHash(utf8('x')), index, size, path, roots[size]!)).toThrow(code('bad_proof'));
        expect(() => checkInclusion(leafHash(leaves[index]!), index, size, path, roots[size - 1]!)).toThrow(code('bad_proof'));
        if (size > 1) expect(() => checkInclusion(leafHash(leaves[index]!), (index + 1) % size, size, path, roots[size]!)).toThrow(code('bad_proof'));
        expect(() => checkInclusion(leafHash(leaves[index]!), index, size, [...path, path[0] ?? leaves[0]!], roots[size]!)).toThrow(code('bad_proof'));
      }
    }
    expect(() => checkInclusion(leafHash(leaves[0]!), 1, 1, [], roots[1]!)).toThrow(code('bad_proof'));
    expect(() => inclusionPath(3, 3, nodeAt)).toThrow(code('invalid_argument'));
  });

  it('proves that every size begins with every smaller one, and with no other tree', () => {
    const other = treeOf(leaves.map((leaf, at) => (at === 0 ? utf8('rewritten') : leaf)));
    for (let size = 0; size <= leaves.length; size++) {
      for (let older = 0; older <= size; older++) {
        const path = consistencyPath(older, size, nodeAt);
        const newer = { size, root: roots[size]! };
        expect(() => checkConsistency({ size: older, root: roots[older]! }, newer, path)).not.toThrow();
        if (older === 0) continue;
        expect(() => checkConsistency({ size: older, root: other.roots[older]! }, newer, path)).toThrow(code('bad_proof'));
        expect(() => checkConsistency({ size: older, root: other.roots[older]! }, newer, consistencyPath(older, size, other.nodeAt))).toThrow(code('bad_proof'));
        if (path.length > 0) expect(() => checkConsistency({ size: older, root: roots[older]! }, newer, path.slice(1))).toThrow(code('bad_proof'));
      }
    }
    expect(() => checkConsistency({ size: 2, root: roots[2]! }, { size: 1, root: roots[1]! }, [])).toThrow(code('bad_proof'));
    expect(() => consistencyPath(3, 2, nodeAt)).toThrow(code('invalid_argument'));
  });
});

describe('the log of device lists', () => {
  const log = newSigningKeys(random);
  const lists = ['a', 'b', 'c', 'd', 'e'].map((accountId) => accountOf(accountId, ['one'], random).list);
  const entries = lists.map((list, at) => encodeEntry(entryOf(openDeviceList(list), deviceListHash(list), at)));
  const { nodeAt, roots } = treeOf(entries);
  const headAt = (size: number) => signHead({ logId: 'parley', size, root: roots[size]!, at: size }, log);
  const logged = (index: number) => ({ list: lists[index]!, entry: entries[index]!, proof: encodeInclusion({ index, size: 5, path: inclusionPath(index, 5, nodeAt) }) });

  it('vouches for the lists it holds, and for no others', () => {
    const head = openHead(headAt(5), log.publicKey);
    expect(checkLogged(logged(3), head).accountId).toBe('d');
    expect(() => checkLogged({ ...logged(3), list: lists[2]! }, head)).toThrow(code('bad_proof'));
    expect(() => checkLogged({ ...logged(3), proof: logged(2).proof }, head)).toThrow(code('bad_proof'));
    expect(() => checkLogged(logged(3), openHead(headAt(4), log.publicKey))).toThrow(code('bad_proof'));
    expect(decodeEntry(entries[1]!)).toMatchObject({ accountId: 'b', listVersion: 1, at: 1 });
  });

  it('signs its heads; a head that does not go on from the one known is refused', () => {
    const [known, next] = [openHead(headAt(2), log.publicKey), openHead(headAt(5), log.publicKey)];
    const proof = encodeConsistency({ older: 2, size: 5, path: consistencyPath(2, 5, nodeAt) });
    expect(followHead(known, next, proof)).toBe(next);
    expect(() => followHead(known, { ...next, root: roots[4]! }, proof)).toThrow(code('bad_proof'));
    expect(() => followHead(known, { ...next, logId: 'other' }, proof)).toThrow(code('bad_proof'));
    expect(() => followHead(next, known, proof)).toThrow(code('bad_proof'));
    expect(() => openHead(headAt(2), newSigningKeys(random).publicKey)).toThrow(code('bad_signature'));
    expect(() => openHead(headAt(2).with(20, 9), log.publicKey)).toThrow(expect.objectContaining({ name: 'CryptoError' }));
  });

  it('writes its proofs in one way', () => {
    const inclusion = logged(4).proof;
    expect(encodeInclusion(decodeInclusion(inclusion))).toEqual(inclusion);
    const consistency = encodeConsistency({ older: 3, size: 5, path: consistencyPath(3, 5, nodeAt) });
    expect(encodeConsistency(decodeConsistency(consistency))).toEqual(consistency);
    expect(() => decodeInclusion(inclusion.slice(1))).toThrow(expect.objectContaining({ name: 'CryptoError' }));
    expect(() => decodeInclusion(inclusion.with(17, 65))).toThrow(code('malformed'));
    expect(() => decodeInclusion(fromHex('0100200000000000000000000000000000000000')!)).toThrow(code('malformed'));
  });
});
