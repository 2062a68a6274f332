// The business's own callback, in a spec: what arrives there, signed as it has to be.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { ask } from './platform.fixture.js';
import type { Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

export interface Callback<Change> {
  /** Of every webhook so far, in the order in which they came. */
  readonly changes: readonly Change[];
  close(): Promise<void>;
}

/** Listens, and has the gateway's webhooks sent there. */
export async function openCallback<Change>({ platform: { address, sandbox } }: Stage): Promise<Callback<Change>> {
  const changes: Change[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://business');
    if (request.method === 'GET') return void response.writeHead(200).end(url.searchParams.get('hub.challenge'));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      const signed = verifySignature({ appSecret: sandbox.appSecret, rawBody, signatureHeader: String(request.headers['x-hub-signature-256']) });
      if (signed) changes.push(...(JSON.parse(rawBody.toString()) as { entry: { changes: Change[] }[] }).entry.flatMap((entry) => entry.changes));
      response.writeHead(signed ? 200 : 401).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const subscribed = await ask(address, `/gateway/v23.0/${cast.wire.wabaId}/subscribed_apps`, sandbox.apiToken, { body: { override_callback_uri: url, verify_token: 'any' } });
  expect(subscribed.status).toBe(200);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { changes, close };
}
