import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '@parley/crypto';
import { PlatformError } from './error.js';
import { Transport, type Call, type TransportOptions } from './transport.js';

type Sent = { readonly url: string; readonly init: RequestInit };
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
const problem = (status: number, headers: Record<string, string> = {}) =>
  answer(status, { type: 'urn:parley:problem:busy', title: 'Too busy just now', status, detail: 'Later.', errors: [{ path: 'a', hint: 'b' }, 7] }, headers);

function transportTo(script: (() => Response | Promise<Response>)[], change: Partial<TransportOptions> = {}) {
  const sent: Sent[] = [];
  const slept: number[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push({ url: String(url), init: init! });
    const next = script.length > 1 ? script.shift()! : script[0]!;
    return await next();
  };
  const sleep = (ms: number) => Promise.resolve(void slept.push(ms));
  return { sent, slept, transport: new Transport({ baseUrl: 'http://p/base/', token: 't', random: systemRandom, fetch, sleep, ...change }) };
}

const write: Call = { method: 'POST', path: '/x', body: '{"a":1}', idempotencyKey: 'k1', repeatable: true };
const fails = () => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
};

describe('a call', () => {
  it('goes out with token, key and body, and gives the answer\'s JSON', async () => {
    const { sent, transport } = transportTo([() => answer(202, { ok: true })]);
    expect(await transport.send(write)).toEqual({ ok: true });
    expect(sent[0]!.url).toBe('http://p/base/x');
    expect(sent[0]!.init).toMatchObject({ method: 'POST', body: '{"a":1}', redirect: 'error' });
    expect(sent[0]!.init.headers).toMatchObject({ authorization: 'Bearer t', 'idempotency-key': 'k1', 'content-type': 'application/json' });
  });

  it('may be answered with nothing', async () => {
    expect(await transportTo([() => new Response(null, { status: 204 })]).transport.send(write)).toBeUndefined();
  });

  it('that is refused says why, and is not repeated', async () => {
    const { sent, transport } = transportTo([() => problem(422)]);
    const error: unknown = await transport.send(write).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toMatchObject({ kind: 'problem', status: 422, title: 'Too busy just now', detail: 'Later.', errors: [{ path: 'a', hint: 'b' }], isRefusal: true });
    expect((error as Error).message).toBe('Too busy just now: Later.');
    expect(sent).toHaveLength(1);
  });

  it('answered by something else than the platform is no refusal', async () => {
    for (const other of [answer(404, '<html>'), answer(200, '<html>'), answer(403, { error: 'proxy' })]) {
      await expect(transportTo([() => other]).transport.send(write)).rejects.toMatchObject({ kind: 'answer', isRefusal: false });
    }
  });
});

describe('a call that may yet succeed', () => {
  it('is repeated with the same bytes under the same key, until it is answered', async () => {
    const { sent, transport } = transportTo([fails, () => problem(503), () => problem(429), () => answer(202, {})]);
    await transport.send(write);
    expect(sent).toHaveLength(4);
    for (const { init } of sent) expect(init).toMatchObject({ body: write.body!, headers: { 'idempotency-key': 'k1' } });
  });

  it('is repeated a bounded number of times', async () => {
    const { sent, transport } = transportTo([fails]);
    await expect(transport.send(write)).rejects.toMatchObject({ kind: 'unreachable', detail: 'connect ECONNREFUSED', isTransient: true, isRefusal: false });
    expect(sent).toHaveLength(4);
  });

  it('is not repeated where it must not be done twice', async () => {
    const { sent, transport } = transportTo([() => problem(503)]);
    await expect(transport.send({ ...write, repeatable: false })).rejects.toMatchObject({ status: 503 });
    expect(sent).toHaveLength(1);
  });

  it('waits longer each time, at random, and never over the cap', async () => {
    const retry = { attempts: 6, baseMs: 100, capMs: 1000 };
    const highest = transportTo([fails], { retry, random: (n) => new Uint8Array(n).fill(255) });
    await expect(highest.transport.send(write)).rejects.toThrow();
    expect(highest.slept).toEqual([199, 399, 799, 999, 999]);
    const lowest = transportTo([fails], { retry, random: (n) => new Uint8Array(n) });
    await expect(lowest.transport.send(write)).rejects.toThrow();
    expect(lowest.slept).toEqual([0, 0, 0, 0, 0]);
  });

  it('waits as long as the platform asks, up to the cap', async () => {
    const random = (n: number) => new Uint8Array(n);
    const { slept, transport } = transportTo([() => problem(429, { 'retry-after': '2' }), () => problem(429, { 'retry-after': '3600' }), () => answer(200, {})], { random });
    await transport.send(write);
    expect(slept).toEqual([2000, 5000]);
  });

  it('ends at its time limit', async () => {
    const hang = (init: RequestInit) => new Promise<Response>((_, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason as Error)));
    const fetch: typeof globalThis.fetch = (_url, init) => hang(init!);
    const { transport } = transportTo([fails], { fetch, timeoutMs: 20, retry: { attempts: 2, baseMs: 1, capMs: 1 } });
    await expect(transport.send(write)).rejects.toMatchObject({ kind: 'timeout', isTransient: true });
    const asked = new AbortController();
    setTimeout(() => asked.abort(new Error('enough')), 10);
    await expect(transport.send({ ...write, waitMs: 60_000, signal: asked.signal })).rejects.toThrow('enough');
  });

  it('names the address, and never the token', async () => {
    const { transport } = transportTo([fails], { token: 'dt_secret' });
    const error = (await transport.send(write).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toBe('The platform at http://p/base cannot be reached: connect ECONNREFUSED');
    expect(JSON.stringify(error) + error.stack).not.toContain('dt_secret');
  });
});
