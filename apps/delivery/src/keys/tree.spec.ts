import { describe, expect, it } from '@jest/globals';
import { appendLeaf, checkLogged, CryptoError, deviceListHash, edgeRoot, emptyEdge, encodeEntry, entryOf, followHead, leafHash, newSigningKeys, openDeviceList, openHead, signDeviceList, signHead, systemRandom } from '@parley/crypto';
import type { Edge, LogHead } from '@parley/crypto';
import fc from 'fast-check';
import { consistencyOf, inclusionOf, spanKey } from './tree.js';
import type { Proof } from './tree.js';

const keys = newSigningKeys(systemRandom);

interface Grown {
  readonly lists: readonly Uint8Array[];
  readonly entries: readonly Uint8Array[];
  /** After so many entries. */
  readonly heads: readonly LogHead[];
  readonly nodes: ReadonlyMap<string, Uint8Array>;
}

/** A log of one list for each account, with the nodes that a table would have. */
function grown(accounts: readonly string[]): Grown {
  const nodes = new Map<string, Uint8Array>();
  const headOf = (edge: Edge): LogHead => openHead(signHead({ logId: 'log', size: edge.size, root: edgeRoot(edge), at: edge.size }, keys), keys.publicKey);
  const heads = [headOf(emptyEdge)];
  const [lists, entries]: [Uint8Array[], Uint8Array[]] = [[], []];
  let edge: Edge = emptyEdge;
  for (const accountId of accounts) {
    const list = signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: 1, devices: [] }, keys);
    const entry = encodeEntry(entryOf(openDeviceList(list), deviceListHash(list), edge.size));
    const appended = appendLeaf(edge, leafHash(entry));
    for (const { hash, ...span } of appended.nodes) nodes.set(spanKey(span), hash);
    edge = appended.edge;
    lists.push(list);
    entries.push(entry);
    heads.push(headOf(edge));
  }
  return { lists, entries, heads, nodes };
}

/** As the log makes it: of what it said it needs, and nothing else. */
function made({ nodes }: Pick<Grown, 'nodes'>, proof: Proof): Uint8Array {
  const at = new Map(proof.needs.map((span) => [spanKey(span), nodes.get(spanKey(span))]));
  return proof.make((start, end) => {
    const hash = at.get(spanKey({ start, end }));
    if (hash === undefined) throw new Error(`no hash of ${start} to ${end}`);
    return hash;
  });
}

function outcome(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

const accounts = (count: number, of = 'a'): readonly string[] => Array.from({ length: count }, (_, index) => `${of}${index}`);

describe('proofs out of stored nodes', () => {
  it('hold for every entry under every later head, and between any two heads', () => {
    const log = grown(accounts(70));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, some, older) => {
        const [index, before] = [some % size, older % (size + 1)];
        const proven = checkLogged({ list: log.lists[index]!, entry: log.entries[index]!, proof: made(log, inclusionOf(index, size)) }, log.heads[size]!);
        expect(proven.accountId).toBe(`a${index}`);
        expect(followHead(log.heads[before]!, log.heads[size]!, made(log, consistencyOf(before, size)))).toBe(log.heads[size]);
      }),
      { numRuns: 500 },
    );
  });

  it('hold for no other entry', () => {
    const log = grown(accounts(9));
    const proof = made(log, inclusionOf(3, 9));
    expect(outcome(() => checkLogged({ list: log.lists[4]!, entry: log.entries[4]!, proof }, log.heads[9]!))).toBe('bad_proof');
    expect(outcome(() => checkLogged({ list: log.lists[3]!, entry: log.entries[3]!, proof }, log.heads[8]!))).toBe('bad_proof');
  });

  it('cannot hide that the log was restored from an older backup, nor that it then went on otherwise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.integer({ min: 1, max: 20 }), (size, some, more) => {
        const kept = some % size;
        const [remembered, restored] = [grown(accounts(size)), grown([...accounts(kept), ...accounts(more, 'b')])];
        const known = remembered.heads[size]!;
        const shorter = restored.heads[kept]!;
        expect(outcome(() => followHead(known, shorter, made(restored, consistencyOf(size, kept))))).toBe('bad_proof');
        const other = restored.heads[kept + more]!;
        expect(outcome(() => followHead(known, other, made(restored, consistencyOf(size, kept + more))))).toBe('bad_proof');
      }),
    );
  });
});
