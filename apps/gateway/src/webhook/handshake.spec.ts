import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrivateAddresses } from '../network/address.js';
import { publicFetch } from '../network/public-fetch.js';
import { shakeHands } from './handshake.js';

let server: Server;
let answer: (query: URLSearchParams, response: ServerResponse) => void;
beforeEach(async () => {
  server = createServer((request: IncomingMessage, response) => answer(new URL(request.url!, 'http://x').searchParams, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const url = (query = '') => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook${query}`;
const shake = (to = url(), timeoutMs = 2_000, allowed: PrivateAddresses = 'allow') => shakeHands({ url: to, verifyToken: 'word', challenge: 'challenge-17', timeoutMs, fetchPublic: publicFetch({ allowed }) });

describe('the handshake', () => {
  it('asks with mode, challenge and token, and keeps what else the URL has', async () => {
    let asked = '';
    answer = (query, response) => {
      asked = query.toString();
      response.end(`${query.get('hub.challenge')}\n`);
    };
    expect(await shake(url('?tenant=7'))).toBeNull();
    expect(asked).toBe('tenant=7&hub.mode=subscribe&hub.challenge=challenge-17&hub.verify_token=word');
  });

  it.each<[string, (query: URLSearchParams, response: ServerResponse) => void, RegExp]>([
    ['the challenge with another status', (query, response) => response.writeHead(403).end(query.get('hub.challenge')), /status 403/],
    ['another text', (_, response) => response.end('yes'), /value of hub.challenge/],
    ['the challenge and more', (query, response) => response.end(`<html>${query.get('hub.challenge')}</html>`), /value of hub.challenge/],
    ['more than anyone should read', (_, response) => response.end('challenge-17'.repeat(1_000_000)), /value of hub.challenge/],
    ['the way elsewhere', (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1/' }).end(), /status 302/],
    ['nothing', (_, response) => response.destroy(), /did not answer/],
  ])('is refused by %s', async (_, answering, reason) => {
    answer = answering;
    expect(await shake()).toMatch(reason);
  });

  it('waits no longer than it is told', async () => {
    answer = () => undefined;
    expect(await shake(url(), 50)).toMatch(/within 0.05 s/);
  });

  it('goes into no private network unless it is allowed, and says so', async () => {
    let asked = 0;
    answer = (query, response) => {
      asked += 1;
      response.end(query.get('hub.challenge'));
    };
    expect(await shake(url(), 2_000, 'refuse')).toMatch(/leads into a private network.*PARLEY_GATEWAY_WEBHOOK_PRIVATE/);
    expect(await shake(url(), 2_000, ['10.0.0.0/8'])).toMatch(/private network/);
    expect(asked).toBe(0);
    expect(await shake(url(), 2_000, ['127.0.0.0/8'])).toBeNull();
  });

  it('goes to HTTP alone', async () => {
    for (const other of ['ftp://x/', 'file:///etc/passwd', '/hook', '']) expect(await shake(other)).toMatch(/https?:/);
  });
});
