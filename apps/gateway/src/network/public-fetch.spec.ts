import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AddressError, publicFetch, type ResolvedAddress } from './public-fetch.js';

let server: Server;
let port = 0;
let reached: string[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  reached = [];
  answer = (_, response) => response.end('hello');
  server = createServer((request, response) => {
    reached.push(`${request.method} ${request.headers.host}${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const local: ResolvedAddress = { address: '127.0.0.1', family: 4 };
const elsewhere: ResolvedAddress = { address: '8.8.8.8', family: 4 };

describe('what strangers name', () => {
  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://2130706433', 'http://0x7f.1', 'http://0.0.0.0', 'http://169.254.169.254', 'https://10.0.0.1'])('is not reached inside: %s', async (url) => {
    await expect(publicFetch({ allowed: 'refuse' })(`${url}:${port}/`)).rejects.toThrow(AddressError);
    expect(reached).toEqual([]);
  });

  it('is not reached by a name of which one address lies inside', async () => {
    for (const addresses of [[local], [elsewhere, local], [{ address: 'fd00::1', family: 6 }], [{ address: '::ffff:127.0.0.1', family: 6 }]]) {
      await expect(publicFetch({ allowed: 'refuse', resolve: () => Promise.resolve(addresses) })(`http://shop.test:${port}/`)).rejects.toThrow(/PARLEY_GATEWAY_WEBHOOK_PRIVATE/);
    }
    await expect(publicFetch({ allowed: 'refuse', resolve: () => Promise.resolve([]) })(`http://shop.test:${port}/`)).rejects.toThrow(/no address/);
    expect(reached).toEqual([]);
  });

  it('is connected to exactly at the address that was checked, and a name that changes is looked at again', async () => {
    // Not a name that anybody else could resolve: whoever reached the server did so by this answer.
    const asked: string[] = [];
    const said = [[local], [{ address: '127.0.0.2', family: 4 }]];
    const fetch = publicFetch({
      allowed: ['127.0.0.1/32'],
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve(said.shift() ?? []);
      },
    });
    expect(await (await fetch(`http://shop.invalid:${port}/a?b=c`)).text()).toBe('hello');
    server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(fetch(`http://shop.invalid:${port}/`)).rejects.toThrow(AddressError);
    expect(asked).toEqual(['shop.invalid', 'shop.invalid']);
    expect(reached).toEqual([`GET shop.invalid:${port}/a?b=c`]);
  });

  it('is not followed anywhere else', async () => {
    answer = (_, response) => response.writeHead(302, { Location: `http://127.0.0.1:${port}/inside` }).end();
    const response = await publicFetch({ allowed: ['127.0.0.0/8'] })(`http://127.0.0.1:${port}/`);
    expect([response.status, response.headers.get('location')]).toEqual([302, `http://127.0.0.1:${port}/inside`]);
    expect(reached).toHaveLength(1);
  });
});

describe('a request', () => {
  const fetch = publicFetch({ allowed: 'allow' });

  it('brings its body and its headers, and the whole answer', async () => {
    answer = (request, response) => void request.toArray().then((chunks) => response.writeHead(418, { 'X-Said': String(request.headers['x-word']) }).end(Buffer.concat(chunks as Buffer[])));
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { 'X-Word': 'tea' }, body: new TextEncoder().encode('grüße') });
    expect([response.status, response.headers.get('x-said'), await response.text()]).toEqual([418, 'tea', 'grüße']);
  });

  it('takes an answer without a body', async () => {
    answer = (_, response) => response.writeHead(204).end();
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it.each(['before the answer', 'in the middle of the answer'])('is called off %s', async (when) => {
    answer = (_, response) => void (when === 'before the answer' || response.write('x'));
    const controller = new AbortController();
    const reading = fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal }).then((response) => response.text());
    setTimeout(() => controller.abort(), 100);
    await expect(reading).rejects.toThrow(/abort/i);
  });

  it('fails where nobody listens, and for other protocols', async () => {
    server.close();
    server.closeAllConnections();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(/ECONNREFUSED/);
    await expect(fetch('file:///etc/passwd')).rejects.toThrow(/http/);
  });
});
