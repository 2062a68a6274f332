import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifySignature } from '@kapso/whatsapp-cloud-api/server';
import type { WebhookValue } from '../webhook/value.js';

/** The business's own software: a callback that checks signatures with the client's own function, and keeps what it acknowledged. */
export class Business {
  readonly verifyToken = 'a word we agreed on';
  /** What was acknowledged, in order. */
  readonly values: WebhookValue[] = [];
  /** Every POST, acknowledged or not: how many events it had, and whether its signature held. */
  readonly posts: { readonly events: number; readonly signed: boolean; readonly raw: string; readonly headers: IncomingHttpHeaders }[] = [];
  /** What it answers to a POST with these events. */
  answer: (values: readonly WebhookValue[]) => number = () => 200;
  appSecret = '';
  private server: Server;
  private port = 0;

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/webhook?tenant=7`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://business');
    if (request.method === 'GET') {
      const known = url.searchParams.get('hub.mode') === 'subscribe' && url.searchParams.get('hub.verify_token') === this.verifyToken && url.searchParams.get('tenant') === '7';
      return void response.writeHead(known ? 200 : 403, { 'Content-Type': 'text/plain' }).end(known ? url.searchParams.get('hub.challenge') : 'no');
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const rawBody = Buffer.concat(chunks);
    const signatureHeader = request.headers['x-hub-signature-256'] as string;
    const signed = verifySignature({ appSecret: this.appSecret, rawBody, signatureHeader });
    const body = JSON.parse(rawBody.toString('utf8')) as { entry: { changes: { value: WebhookValue; field: string }[] }[] };
    const values = body.entry.flatMap(({ changes }) => changes.map(({ value }) => value));
    this.posts.push({ events: values.length, signed, raw: rawBody.toString('utf8'), headers: request.headers });
    const status = signed ? this.answer(values) : 401;
    if (status === 200) this.values.push(...values);
    response.writeHead(status).end();
  }
}
