import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sealedAttachmentBytes, systemRandom } from '@parley/crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlatformClient } from '../platform/client.js';
import { fileOf, wholeOf, type FileSource } from './source.js';

const stored = new Map<string, Buffer>();
const seen: { readonly method: string; readonly range: string | undefined; readonly length: string | undefined; readonly type: string | undefined; readonly token: string | undefined }[] = [];
/** Deals with a request in place of the platform, if it says so. */
let intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
let server: Server;
let client: PlatformClient;

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', headers } = request;
  seen.push({ method, range: headers.range, length: headers['content-length'], type: headers['content-type'], token: headers.authorization });
  if (intercept(request, response)) return;
  if (method === 'GET') {
    const bytes = stored.get(request.url!.split('/').at(-1)!);
    if (bytes === undefined) return void response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ title: 'There is no such thing', detail: 'Gone.' }));
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    return void response.writeHead(from > 0 ? 206 : 200).end(bytes.subarray(from));
  }
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const id = `at${stored.size + 1}`;
  stored.set(id, Buffer.concat(pieces));
  response.writeHead(201).end(JSON.stringify({ attachmentId: id, expiresAt: '2026-12-24T12:00:00.000Z' }));
}

beforeEach(async () => {
  stored.clear();
  seen.length = 0;
  intercept = () => false;
  server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = clientOf({});
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const clientOf = (change: object) =>
  new PlatformClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'dt_1', random: systemRandom, sleep: () => Promise.resolve(), ...change });
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7) & 255);
const picture = fileOf(bytesOf(200_000), { mimeType: 'image/png', filename: 'a.png' });

describe('a file', () => {
  it.each([true, false])('goes up sealed and comes down as it was, told as it goes (as a stream: %s)', async (sendsStreams) => {
    for (const length of [0, 1, 65_536, 200_000]) {
      const progress: number[] = [];
      const file = await clientOf({ sendsStreams }).attach(fileOf(bytesOf(length)), { onProgress: (done) => progress.push(done) });
      expect(file).toMatchObject({ length, mimeType: 'application/octet-stream' });
      expect(seen.at(-1)).toMatchObject({ length: String(sealedAttachmentBytes(length)), type: 'application/octet-stream', token: 'Bearer dt_1' });
      expect(progress.at(-1) ?? 0).toBe(length);
      if (length > 1_000) expect(stored.get(file.attachmentId)!.includes(Buffer.from(bytesOf(1_000)))).toBe(false);
      const down: number[] = [];
      expect(await wholeOf(client.open(file, { onProgress: (done, total) => down.push(done / total) }))).toEqual(bytesOf(length));
      if (length > 0) expect(down.at(-1)).toBe(1);
    }
  });

  it('may be a Blob, whose name and type it has', async () => {
    const file = fileOf(new File([bytesOf(70_000)], 'bill.pdf', { type: 'application/pdf' }));
    expect(file).toMatchObject({ length: 70_000, mimeType: 'application/pdf', filename: 'bill.pdf' });
    expect(await wholeOf(file.open())).toEqual(bytesOf(70_000));
  });

  it('goes up anew, under another key, where the connection broke', async () => {
    const heads: string[] = [];
    intercept = (request) => {
      if (request.method !== 'POST' || heads.length > 1) return false;
      request.once('data', (bytes: Buffer) => {
        heads.push(bytes.subarray(0, 49).toString('hex'));
        if (heads.length < 2) request.destroy();
      });
      return heads.length === 0;
    };
    const file = await client.attach(picture);
    expect(seen).toHaveLength(2);
    expect(new Set(heads).size).toBe(2);
    expect(await wholeOf(client.open(file))).toEqual(bytesOf(200_000));
  });

  it('comes down from where the connection broke, also from who knows no ranges', async () => {
    const file = await client.attach(picture);
    for (const knowsRanges of [true, false]) {
      seen.length = 0;
      let cuts = 0;
      intercept = (request, response) => {
        if (cuts === 2) delete (request.headers as { range?: string }).range;
        if (knowsRanges && cuts > 0) return false;
        if (cuts++ > 1) return false;
        response.writeHead(200, { 'content-length': String(stored.get(file.attachmentId)!.length) }).write(stored.get(file.attachmentId)!.subarray(0, 60_000 + cuts * 20_000), () => response.destroy());
        return true;
      };
      expect(await wholeOf(client.open(file))).toEqual(bytesOf(200_000));
      expect(seen.length).toBe(knowsRanges ? 2 : 3);
      expect(seen[1]!.range).toMatch(/^bytes=\d{4,}-$/);
    }
  });

  it('is given up after a bounded number of tries', async () => {
    intercept = (request) => Boolean(request.destroy());
    await expect(client.attach(picture)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(seen).toHaveLength(4);
    const file = { attachmentId: 'x', key: '', hash: '', length: 1, mimeType: 'a/b', sha256: '' };
    await expect(wholeOf(client.open(file))).rejects.toMatchObject({ name: 'CryptoError', code: 'malformed' });
  });

  it('stops where it is told to, with the reason', async () => {
    const reason = new Error('the person changed their mind');
    const stopping = new AbortController();
    await expect(client.attach(picture, { signal: stopping.signal, onProgress: (done) => done > 100_000 && stopping.abort(reason) })).rejects.toBe(reason);
    expect(stored.size).toBe(0);
    const file = await client.attach(picture);
    const again = new AbortController();
    await expect(wholeOf(client.open(file, { signal: again.signal, onProgress: () => again.abort(reason) }))).rejects.toBe(reason);
    expect(seen.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  it('that is not as long as was said does not go up', async () => {
    for (const length of [199_999, 200_001]) {
      const wrong: FileSource = { ...picture, length };
      await expect(client.attach(wrong)).rejects.toBeInstanceOf(RangeError);
    }
    const torn = new Error('the disk is gone');
    const failing: FileSource = { ...picture, async *open() { yield bytesOf(70_000); throw torn; } }; // prettier-ignore
    await expect(client.attach(failing)).rejects.toBe(torn);
    expect(stored.size).toBe(0);
  });

  it('is refused where a byte was changed, and nothing of that piece is given out', async () => {
    const file = await client.attach(picture);
    stored.get(file.attachmentId)![49 + 65_552 + 100]! ^= 1;
    const pieces: Uint8Array[] = [];
    const read = async () => { for await (const piece of client.open(file)) pieces.push(piece); }; // prettier-ignore
    await expect(read()).rejects.toMatchObject({ name: 'CryptoError', code: 'refused' });
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(65_536);
  });

  it('is refused where it is not the one that the message speaks of, or is not there', async () => {
    const file = await client.attach(picture);
    await expect(wholeOf(client.open({ ...file, sha256: 'ab'.repeat(32) }))).rejects.toMatchObject({ name: 'ContentError', code: 'file_mismatch' });
    await expect(wholeOf(client.open({ ...file, attachmentId: 'at9' }))).rejects.toMatchObject({ status: 404, isRefusal: true });
  });
});
