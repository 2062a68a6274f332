import type { Instant } from '@parley/contracts';
import { appendLeaf, concat, edgeRoot, keyedHash, leafHash, sha256, signHead, signingKeysOf, toBase32 } from '@parley/crypto';
import type { Edge, SigningKeys } from '@parley/crypto';
import { everyBusiness } from '@parley/service';
import type { EntityManager } from 'typeorm';
import { KeyLogEntry, KeyLogHead, KeyLogNode } from './key-log-rows.js';
import { consistencyOf, inclusionOf, spanKey } from './tree.js';
import type { Proof } from './tree.js';

const hashBytes = 64;

/** The log as whoever appends holds it: nobody else appends until the transaction is over. */
export interface HeldLog extends Edge {
  readonly at: Instant;
}

export interface SignedHead {
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** The log of device lists: a Merkle tree that only grows. Its key follows from the installation's, and is stored nowhere. */
export class KeyLog {
  readonly logId: string;
  private readonly keys: SigningKeys;

  constructor(serviceKey: Uint8Array) {
    this.keys = signingKeysOf(keyedHash(serviceKey, 'parley/key-log/v1', ''));
    this.logId = `log-${toBase32(sha256(this.keys.publicKey).subarray(0, 16))}`;
  }

  get publicKey(): Uint8Array {
    return this.keys.publicKey;
  }

  /** Waits for its turn. The indexes given out have no holes, since the size moves with the entry or not at all. */
  async hold(manager: EntityManager): Promise<HeldLog> {
    const [row] = (await manager.query('SELECT size, edge, at FROM "delivery"."key_log_head" FOR UPDATE')) as readonly { size: string | number; edge: Uint8Array; at: string | number }[];
    if (row === undefined) throw new Error('the key log has no head: its migration makes one');
    const hashes = Array.from({ length: row.edge.length / hashBytes }, (_, index) => new Uint8Array(row.edge.subarray(index * hashBytes, (index + 1) * hashBytes)));
    return { size: Number(row.size), hashes, at: Number(row.at) };
  }

  /** One entry more, at the index that is the held log's size. */
  async append(manager: EntityManager, held: HeldLog, entry: Uint8Array, now: Instant): Promise<SignedHead> {
    const { edge, nodes } = appendLeaf(held, leafHash(entry));
    // Processes have their own clocks; the log's does not go back.
    const at = Math.max(now, held.at);
    const head = this.sign(edge, at);
    await manager.insert(KeyLogEntry, { logIndex: held.size, businessId: everyBusiness, entry });
    await manager.insert(KeyLogNode, nodes.map(({ start, end, hash }) => ({ start, end, hash, businessId: everyBusiness })));
    await manager.update(KeyLogHead, { id: 1 }, { size: edge.size, edge: concat(...edge.hashes), head, at });
    return { size: edge.size, bytes: head };
  }

  /** As it was signed last. */
  async head(manager: EntityManager): Promise<SignedHead> {
    const { size, head } = await manager.findOneByOrFail(KeyLogHead, { id: 1 });
    return { size, bytes: head ?? this.sign({ size: 0, hashes: [] }, 0) };
  }

  async entryAt(manager: EntityManager, logIndex: number): Promise<Uint8Array> {
    return (await manager.findOneByOrFail(KeyLogEntry, { logIndex })).entry;
  }

  /** Some entries from an index on, in order. */
  async entriesFrom(manager: EntityManager, logIndex: number, limit: number): Promise<readonly Uint8Array[]> {
    const rows = await manager.createQueryBuilder(KeyLogEntry, 'row').where('row.log_index >= :logIndex', { logIndex }).orderBy('row.logIndex').limit(limit).getMany();
    return rows.map(({ entry }) => entry);
  }

  inclusion(manager: EntityManager, index: number, { size }: SignedHead): Promise<Uint8Array> {
    return this.made(manager, inclusionOf(index, size));
  }

  /** Null where nobody remembers an older head. */
  async consistency(manager: EntityManager, older: number | null, { size }: SignedHead): Promise<Uint8Array | null> {
    return older === null ? null : this.made(manager, consistencyOf(older, size));
  }

  private async made(manager: EntityManager, proof: Proof): Promise<Uint8Array> {
    const spans = proof.needs;
    const sql = 'SELECT n.start_index AS start, n.end_index AS end, n.hash FROM unnest($1::bigint[], $2::bigint[]) AS q(a, b) JOIN "delivery"."key_log_node" n ON n.start_index = q.a AND n.end_index = q.b';
    const rows = spans.length === 0 ? [] : ((await manager.query(sql, [spans.map(({ start }) => start), spans.map(({ end }) => end)])) as readonly { start: string | number; end: string | number; hash: Uint8Array }[]);
    const hashes = new Map(rows.map(({ start, end, hash }) => [spanKey({ start: Number(start), end: Number(end) }), new Uint8Array(hash)]));
    return proof.make((start, end) => {
      const hash = hashes.get(spanKey({ start, end }));
      if (hash === undefined) throw new Error(`the key log has lost the hash of ${start} to ${end}: restore it from a backup`);
      return hash;
    });
  }

  private sign(edge: Edge, at: Instant): Uint8Array {
    return signHead({ logId: this.logId, size: edge.size, root: edgeRoot(edge), at }, this.keys);
  }
}
