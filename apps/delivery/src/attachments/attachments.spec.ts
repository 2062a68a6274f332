import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpRole, openPglite, ownerRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import type { BusinessId, ContactId, DeviceId } from '@parley/contracts';
import { systemRandom } from '@parley/crypto';
import { Rows, serviceDataSource } from '@parley/service';
import type { Runtime } from '@parley/service';
import { Attachments1764370000000 } from '../migrations/1764370000000-attachments.js';
import { Attachment, AttachmentChunk } from './attachment.js';
import { Attachments, chunkBytes, deleteExpiredAttachments } from './attachments.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const contact = { party: 'contact', contactId: 'c1' as ContactId, deviceId: 'd1' as DeviceId, market: 'x', tokenAt: 0 } as const;
const business = { party: 'business', businessId: 'b1' as BusinessId } as const;
const chunk = (value: number) => new Uint8Array(chunkBytes).fill(value);

let database: Database;
let attachments: Attachments;
let now = Date.UTC(2026, 10, 29);

beforeAll(async () => {
  database = await openPglite({ memory: true });
  const source = await serviceDataSource({ database, schema: 'delivery', entities: [Attachment, AttachmentChunk], migrations: [Attachments1764370000000] });
  const runtime = { clock: () => now, random: systemRandom } as unknown as Runtime;
  attachments = new Attachments(runtime, new Rows(database, source, httpRole('delivery')));
});
afterAll(() => database.close());

const runner = () => database.as({ role: ownerRole('delivery') });
const rowsOf = async (id: string) => {
  const count = (table: string) => runner().query<{ n: number }>(`SELECT count(*)::int AS n FROM "delivery"."${table}" WHERE attachment_id = $1`, [id]);
  return [(await count('attachment')).rows[0]!.n, (await count('attachment_chunk')).rows[0]!.n];
};

describe('an attachment', () => {
  it('is there for everybody once it is whole, and for nobody before', async () => {
    const upload = await attachments.begin(contact, 2 * chunkBytes);
    await attachments.put(upload, 0, chunk(1));
    expect(await attachments.find(upload.attachmentId)).toBeNull();
    await attachments.put(upload, 1, chunk(2));
    expect(await attachments.complete(upload)).toBe(now + 30 * dayMs);
    expect(await attachments.find(upload.attachmentId)).toMatchObject({ bytes: 2 * chunkBytes, account: 'c1' });
    const read: number[] = [];
    for await (const piece of attachments.read(upload.attachmentId, chunkBytes - 2, chunkBytes + 1)) read.push(...piece);
    expect(read).toEqual([1, 1, 2, 2]);
  });

  it.each([['a contact', contact], ['a business', business]])('of %s that was given up leaves nothing; one that is whole is not given up', async (_, end) => {
    const upload = await attachments.begin(end, chunkBytes);
    await attachments.put(upload, 0, chunk(1));
    await attachments.abandon(upload);
    expect(await rowsOf(upload.attachmentId)).toEqual([0, 0]);
    const whole = await attachments.begin(end, chunkBytes);
    await attachments.put(whole, 0, chunk(1));
    await attachments.complete(whole);
    await attachments.abandon(whole);
    expect(await rowsOf(whole.attachmentId)).toEqual([1, 1]);
  });

  it('that a killed process left half done is swept away, and cannot be finished any more; a whole one stays 30 days', async () => {
    const half = await attachments.begin(contact, 2 * chunkBytes);
    await attachments.put(half, 0, chunk(1));
    const whole = await attachments.begin(contact, chunkBytes);
    await attachments.put(whole, 0, chunk(1));
    await attachments.complete(whole);
    now += 14 * minuteMs;
    await deleteExpiredAttachments(runner(), now);
    expect(await rowsOf(half.attachmentId)).toEqual([1, 1]);
    now += 2 * minuteMs;
    await deleteExpiredAttachments(runner(), now);
    expect([await rowsOf(half.attachmentId), await rowsOf(whole.attachmentId)]).toEqual([[0, 0], [1, 1]]);
    await expect(attachments.complete(half)).rejects.toMatchObject({ kind: 'bad-request' });
    now += 30 * dayMs;
    expect(await attachments.find(whole.attachmentId)).toBeNull();
    await deleteExpiredAttachments(runner(), now);
    expect(await rowsOf(whole.attachmentId)).toEqual([0, 0]);
  });

  it('is counted with those that come at the same time', async () => {
    const big = { ...contact, contactId: 'cbig' as ContactId };
    const GiB = 1024 ** 3;
    const begun = await Promise.allSettled([1, 2, 3].map(() => attachments.begin(big, GiB)));
    expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(begun.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { kind: 'too-many-requests', message: expect.stringMatching(/2147483648 bytes/) } });
  });
});
