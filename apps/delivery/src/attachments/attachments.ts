import type { Queryable } from '@parley/bus-postgres';
import { newId } from '@parley/crypto';
import { everyBusiness, Problem } from '@parley/service';
import type { Rows, Runtime, Viewer } from '@parley/service';
import type { EntityManager } from 'typeorm';
import type { End } from '../http/end.guard.js';
import { Attachment, AttachmentChunk } from './attachment.js';
import { overQuota, quotaPeriodMs, quotas } from './quota.js';

/** Bytes of a row, and all that an upload or a download ever holds in memory. */
export const chunkBytes = 256 * 1024;
const keptMs = 30 * 24 * 3_600_000;
/** A half upload that nobody could clear away, since its process was killed, is gone after this. */
const uploadMs = 15 * 60_000;

/** An upload under way. */
export interface Upload {
  readonly attachmentId: string;
  readonly businessId: string;
  readonly account: string;
  readonly bytes: number;
}

/** Sealed files in rows of chunks. Each chunk is a transaction of its own: an upload holds up nobody, and what is half there is shown to nobody. */
export class Attachments {
  constructor(
    private readonly runtime: Runtime,
    private readonly rows: Rows,
  ) {}

  /** Makes room for a file of so many bytes. Throws Problem 'too-many-requests' where the account has left too much within a day. */
  async begin(end: End, bytes: number): Promise<Upload> {
    const now = this.runtime.clock();
    const owner = ownerOf(end);
    const upload = { ...owner, attachmentId: newId('at', this.runtime.random), bytes };
    await this.rows.for(viewerOf(owner), async (manager) => {
      // One at a time for an account: two that count at once would both fit.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [`attachments of ${owner.account}`]);
      await checkQuota(manager, end, bytes, now);
      await manager.insert(Attachment, { ...upload, complete: false, createdAt: now, expiresAt: now + uploadMs });
    });
    return upload;
  }

  async put({ attachmentId, businessId, account }: Upload, number: number, bytes: Uint8Array): Promise<void> {
    await this.rows.for(viewerOf({ businessId, account }), (manager) => manager.insert(AttachmentChunk, { attachmentId, number, businessId, account, bytes: Buffer.from(bytes) }));
  }

  /** The file is whole: from now on whoever knows its id may have it. Resolves to when it will be deleted, epoch ms UTC. */
  async complete(upload: Upload): Promise<number> {
    const expiresAt = this.runtime.clock() + keptMs;
    const { attachmentId } = upload;
    const { affected } = await this.rows.for(viewerOf(upload), (manager) => manager.update(Attachment, { attachmentId, complete: false }, { complete: true, expiresAt }));
    if (affected !== 1) throw new Problem('bad-request', 'The upload took too long and was given up. Send the file again.');
    return expiresAt;
  }

  /** Leaves nothing of an upload that came to no end. */
  async abandon(upload: Upload): Promise<void> {
    await this.rows.for(viewerOf(upload), (manager) => manager.delete(Attachment, { attachmentId: upload.attachmentId, complete: false }));
  }

  /** A whole file, for whoever knows its id; null where there is none (any more). */
  find(attachmentId: string): Promise<Attachment | null> {
    const now = this.runtime.clock();
    return this.rows.for({ credentials: [attachmentId] }, async (manager) => {
      const found = await manager.findOneBy(Attachment, { attachmentId, complete: true });
      return found === null || found.expiresAt <= now ? null : found;
    });
  }

  /** The bytes from `first` to `last`, both included, a chunk at a time. */
  async *read(attachmentId: string, first: number, last: number): AsyncGenerator<Uint8Array> {
    for (let number = Math.floor(first / chunkBytes); number * chunkBytes <= last; number += 1) {
      const chunk = await this.rows.for({ credentials: [attachmentId] }, (manager) => manager.findOneBy(AttachmentChunk, { attachmentId, number }));
      if (chunk === null) throw new Error(`attachment chunk ${number} is missing: deleted while it was read`);
      const at = number * chunkBytes;
      yield chunk.bytes.subarray(Math.max(0, first - at), Math.min(chunkBytes, last - at + 1));
    }
  }
}

/** Deletes files whose time is over, and what is left of uploads that a crash cut off: as the schema's runner. */
export async function deleteExpiredAttachments(runner: Queryable, now: number): Promise<void> {
  await runner.query('DELETE FROM "delivery"."attachment" WHERE expires_at < $1', [now]);
}

function ownerOf(end: End): Pick<Upload, 'businessId' | 'account'> {
  return end.party === 'contact' ? { businessId: everyBusiness, account: end.contactId } : { businessId: end.businessId, account: end.businessId };
}

function viewerOf({ businessId, account }: Pick<Upload, 'businessId' | 'account'>): Viewer {
  return businessId === everyBusiness ? { contactId: account } : { businessId };
}

async function checkQuota(manager: EntityManager, end: End, bytes: number, now: number): Promise<void> {
  const { account } = ownerOf(end);
  const sql = 'SELECT count(*)::int AS files, coalesce(sum(bytes), 0)::bigint AS bytes, coalesce(min(created_at), 0)::bigint AS oldest FROM "delivery"."attachment" WHERE account = $1 AND created_at > $2';
  const [used] = (await manager.query(sql, [account, now - quotaPeriodMs])) as readonly [{ files: number; bytes: unknown; oldest: unknown }];
  const quota = quotas[end.party];
  const over = overQuota(quota, { files: used.files, bytes: Number(used.bytes) }, bytes);
  if (over === null) return;
  const seconds = Math.max(1, Math.ceil((Number(used.oldest) + quotaPeriodMs - now) / 1000));
  throw new Problem('too-many-requests', `At most ${quota[over]} ${over} of attachments may be left here in 24 hours. Wait for the oldest to be a day old, or send less.`, [], { 'Retry-After': String(seconds) });
}
