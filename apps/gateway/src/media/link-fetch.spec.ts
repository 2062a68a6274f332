import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wholeOf } from '@parley/sdk';
import { publicFetch } from '../network/public-fetch.js';
import { linkFetch } from './link-fetch.js';

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://x');
    if (pathname === '/a%20b.png') response.writeHead(200, { 'Content-Type': 'image/png' }).end('picture');
    else if (pathname.startsWith('/on')) response.writeHead(302, { Location: pathname.length < 6 ? `${pathname}n` : '/a%20b.png' }).end();
    else if (pathname === '/round') response.writeHead(302, { Location: '/round' }).end();
    else if (pathname === '/slow') response.writeHead(200).write('x');
    else if (pathname === '/cut') response.writeHead(200, { 'Content-Length': 100 }).write('x', () => response.destroy());
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const fetchAny = linkFetch(publicFetch({ allowed: 'allow' }), { anyScheme: true });
const limits = { mostBytes: 100, timeoutMs: 2_000 };

describe('a link', () => {
  it('is fetched with its type and name, also where it leads on', async () => {
    for (const path of ['/a%20b.png', '/onnn']) {
      const { mimeType, filename, pieces } = await fetchAny(base + path, limits);
      expect([mimeType, filename, Buffer.from(await wholeOf(pieces)).toString()]).toEqual(['image/png', 'a b.png', 'picture']);
    }
  });

  it.each([
    ['/nothing', /HTTP code 404/],
    ['/round', /leads on more than 3 times/],
    ['/on', /leads on more than 3 times/],
  ])('%s is refused', async (path, why) => expect(fetchAny(base + path, limits)).rejects.toThrow(why));

  it('is read to its limit and no further, and not for ever', async () => {
    const read = async (path: string, change: object) => wholeOf((await fetchAny(base + path, { ...limits, ...change })).pieces);
    await expect(read('/a%20b.png', { mostBytes: 6 })).rejects.toThrow(/more than 6 bytes/);
    await expect(read('/slow', { timeoutMs: 200 })).rejects.toThrow(/did not come in time/);
    await expect(read('/cut', {})).rejects.toThrow(/connection broke/);
    await expect(fetchAny('http://127.0.0.1:1/', limits)).rejects.toThrow(/cannot be reached/);
  });

  it.each([
    ['http://example.com/a', /not https/],
    ['https://example.com:8443/a', /port other than 443/],
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '[::1]', '[fd00::1]', '[fe80::1]', '[::ffff:10.0.0.1]', 'localhost', '2130706433', '0x7f.1'].map((host) => [`https://${host}/a`, /not on the public internet/] as const),
  ])('to %s is not followed where only the public is allowed', async (link, why) => {
    await expect(linkFetch(publicFetch({ allowed: 'refuse' }), { anyScheme: false })(link, limits)).rejects.toThrow(why);
  });
});
