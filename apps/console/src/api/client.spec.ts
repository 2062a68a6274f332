import { describe, expect, it } from '@jest/globals';
import { clientOf, pathOf } from './client.js';

const answering = (response: Response | Error) => clientOf('pk_1', () => (response instanceof Error ? Promise.reject(response) : Promise.resolve(response)));

describe('a client', () => {
  it('asks with the key, and gives the answer', async () => {
    let said: RequestInit | undefined;
    const client = clientOf('pk_1', (_, init) => {
      said = init;
      return Promise.resolve(Response.json({ a: 1 }));
    });
    expect(await client.get('/x')).toEqual({ value: { a: 1 } });
    expect(new Headers(said?.headers).get('Authorization')).toBe('Bearer pk_1');
  });

  it('passes on what a problem says, and a fix for it', async () => {
    const body = { type: 'urn:parley:problem:missing-scope', title: 'The key may not do this', status: 403, detail: 'It lacks the scope charges:read.' };
    expect(await answering(Response.json(body, { status: 403 })).get('/x')).toEqual({ fault: { status: 403, title: body.title, detail: body.detail, fix: expect.stringContaining('charges:read') } });
  });

  it('has the hints of wrong fields as the fix', async () => {
    const body = { title: 'Some fields are wrong', detail: 'd', errors: [{ path: 'from', hint: 'must be a day' }] };
    expect(await answering(Response.json(body, { status: 400 })).get('/x')).toMatchObject({ fault: { fix: 'from must be a day' } });
  });

  it.each([
    ['no answer', new TypeError('fetch failed'), 0, 'The platform does not answer'],
    ['an answer that is not JSON', new Response('<html>'), 0, 'The platform does not answer'],
    ['a proxy’s error', new Response('Bad gateway', { status: 502 }), 502, 'The platform answered with status 502'],
  ])('makes of %s a fault with its fix', async (_, response, status, title) => {
    const answer = await answering(response).get('/x');
    expect(answer).toMatchObject({ fault: { status, title, fix: expect.stringMatching(/\w/) } });
  });

  it('rejects only where its question was taken back', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(answering(new TypeError('aborted')).get('/x', abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves out of a query what is not asked', () => {
    expect([pathOf('/x', {}), pathOf('/x', { a: null, b: undefined }), pathOf('/x', { a: 'ü&', b: 0, c: '' })]).toEqual(['/x', '/x', '/x?a=%C3%BC%26&b=0&c=']);
  });
});
