import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { sealedAttachmentBytes, systemRandom } from '@parley/crypto';
import { fileOf, PlatformClient, wholeOf } from '@parley/sdk';
import { eventually, stage } from './platform.fixture.js';
import type { Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let database: Database;
let stages: Stage;
let business: PlatformClient;

beforeAll(async () => {
  database = await openPglite({ memory: true });
  stages = await stage(database);
  const { apiKey } = stages.platform.sandbox;
  business = new PlatformClient({ baseUrl: stages.platform.address, token: apiKey, random: systemRandom });
}, 120_000);
afterAll(() => stages.end());

const { businessId } = cast.business;
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 11) & 255);
const path = '/delivery/v1/attachments';
const token = async () => (await stages.phone.profile())!.token;
const get = async (id: string, headers: Record<string, string> = {}, bearer?: string) =>
  fetch(`${stages.platform.address}${path}/${id}`, { headers: { Authorization: `Bearer ${bearer ?? (await token())}`, ...headers } });
const post = async (body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(stages.platform.address + path, { method: 'POST', body: new Uint8Array(body), headers: { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/octet-stream', ...headers } });
const counted = async (table: string) => Number((await database.as({ role: 'parley_delivery' }).query<{ n: number }>(`SELECT count(*) AS n FROM delivery.${table}`)).rows[0]!.n);

describe('an attachment', () => {
  it('goes from a contact to a business, and from a business to a contact, through the platform sealed', async () => {
    const length = 700_000; // Three chunks.
    const fromContact = await stages.phone.attach(fileOf(bytesOf(length), { mimeType: 'image/jpeg' }));
    expect(Buffer.compare(await wholeOf(business.open(fromContact)), bytesOf(length))).toBe(0);
    const fromBusiness = await business.attach(fileOf(bytesOf(10)));
    expect(await wholeOf(stages.phone.open(fromBusiness))).toEqual(bytesOf(10));
    const kept = await database.as({ role: 'parley_delivery' }).query<{ account: string; bytes: number; business_id: string }>('SELECT account, bytes, business_id FROM delivery.attachment ORDER BY bytes');
    const { contactId } = (await stages.phone.profile())!;
    expect(kept.rows.map(({ account, bytes, business_id }) => [account, Number(bytes), business_id])).toEqual([
      [businessId, sealedAttachmentBytes(10), businessId],
      [contactId, sealedAttachmentBytes(length), '*'],
    ]);
  });

  it('is given out in parts', async () => {
    const sealed = bytesOf(600_000);
    const { attachmentId } = (await (await post(sealed)).json()) as { attachmentId: string };
    const whole = await get(attachmentId);
    expect([whole.status, whole.headers.get('content-length'), whole.headers.get('accept-ranges')]).toEqual([200, '600000', 'bytes']);
    expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), sealed)).toBe(0);
    for (const [range, first, last] of [['bytes=262140-262150', 262_140, 262_150], ['bytes=524288-', 524_288, 599_999], ['bytes=-5', 599_995, 599_999]] as const) {
      const part = await get(attachmentId, { Range: range });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${first}-${last}/600000`]);
      expect(Buffer.compare(Buffer.from(await part.arrayBuffer()), sealed.subarray(first, last + 1))).toBe(0);
    }
    expect((await get(attachmentId, { Range: 'bytes=600000-' })).status).toBe(400);
  });

  it('is for those alone who know its id and are known themselves', async () => {
    const { attachmentId } = (await (await post(bytesOf(100))).json()) as { attachmentId: string };
    expect((await get(attachmentId, {}, 'dt_nobody_x')).status).toBe(401);
    expect((await get(attachmentId.slice(0, -1) + (attachmentId.endsWith('a') ? 'b' : 'a'))).status).toBe(404);
    expect((await get('%25')).status).toBe(404);
    const seenBy = async (settings: Record<string, string>) =>
      (await database.as({ role: 'parley_delivery_http', settings }).query<{ attachment_id: string }>('SELECT attachment_id FROM delivery.attachment_chunk')).rows.map(({ attachment_id }) => attachment_id);
    expect(await seenBy({ 'parley.credential': attachmentId })).toEqual([attachmentId]);
    expect(await seenBy({ 'parley.contact_id': 'cother' })).toEqual([]);
    expect(await seenBy({ 'parley.business_id': 'bother' })).toEqual([]);
    expect(await seenBy({})).toEqual([]);
  });

  it('of which a part is missing leaves nothing', async () => {
    const before = [await counted('attachment'), await counted('attachment_chunk')];
    const bearer = await token();
    await new Promise<void>((resolve) => {
      const url = new URL(stages.platform.address + path);
      const upload = request({ host: url.hostname, port: url.port, path: url.pathname, method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/octet-stream', 'Content-Length': 1_000_000 } });
      upload.on('error', () => resolve());
      upload.write(bytesOf(600_000));
      void eventually(() => counted('attachment_chunk'), (now) => now >= before[1]! + 2).then(() => upload.destroy());
    });
    await eventually(async () => [await counted('attachment'), await counted('attachment_chunk')], ([files, chunks]) => files === before[0] && chunks === before[1]);
  });

  it.each<[string, () => Promise<Response>, number, RegExp]>([
    ['no length', async () => fetch(stages.platform.address + path, { method: 'POST', headers: { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/octet-stream' }, body: ReadableStream.from([new Uint8Array(100)]), duplex: 'half' } as RequestInit), 400, /Content-Length/],
    ['another type', () => post(bytesOf(100), { 'Content-Type': 'image/png' }), 400, /application\/octet-stream/],
    ['too few bytes to be sealed', () => post(bytesOf(64)), 400, /at least 65 bytes/],
  ])('with %s is refused', async (_, send, status, detail) => {
    const answer = await send();
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  it('too large is refused before its bytes are read', async () => {
    const bearer = await token();
    const status = await new Promise((resolve, reject) => {
      const url = new URL(stages.platform.address + path);
      const upload = request({ host: url.hostname, port: url.port, path: url.pathname, method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/octet-stream', 'Content-Length': sealedAttachmentBytes(100 * 1024 * 1024) + 1 } });
      upload.on('response', (response) => resolve(response.statusCode)).on('error', reject);
      upload.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('is one too many at some time of the day, and fits again a day later', async () => {
    let refused: Response | null = null;
    for (let sent = 0; sent <= 500 && refused === null; sent += 1) {
      const answer = await post(bytesOf(65));
      if (answer.status !== 201) refused = answer;
      else await answer.body?.cancel();
    }
    expect(refused?.status).toBe(429);
    expect(((await refused!.json()) as { detail: string }).detail).toMatch(/At most 500 files/);
    expect(Number(refused!.headers.get('retry-after'))).toBeGreaterThan(80_000);
    expect(await wholeOf(stages.phone.open(await business.attach(fileOf(bytesOf(1)))))).toEqual(bytesOf(1)); // Others' quota is their own.
    stages.pass(24 * 3_600_000);
    expect((await post(bytesOf(65))).status).toBe(201);
  }, 120_000);

  it('is gone after 30 days', async () => {
    const { attachmentId, expiresAt } = (await (await post(bytesOf(100))).json()) as { attachmentId: string; expiresAt: string };
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 30 * 24 * 3_600_000);
    expect((await get(attachmentId)).status).toBe(200);
    stages.pass(30 * 24 * 3_600_000);
    expect((await get(attachmentId)).status).toBe(404);
  });
});
