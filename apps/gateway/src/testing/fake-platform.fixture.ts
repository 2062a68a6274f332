import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AttachmentOpener, AttachmentSealer, concat, fromBase64, generateDeviceKeys, sha256Hex, systemRandom, toBase64, type DeviceAddress, type OwnDevice } from '@parley/crypto';
import { openFromDevice, sealForDevices, type AttachedFile, type Content } from '@parley/sdk';

/** A request as it arrived, to be looked through for what must not be there. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly token: string | undefined;
  readonly raw: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

export const businessId = 'b1';
export const contactId = 'c1';
export const conversationId = `${businessId}.${contactId}`;
export const contactPhone = '15551230001';
export const templates = [
  {
    name: 'shipping', language: 'en_US', version: 3, category: 'utility', status: 'approved', body: 'Order {{1}} ships {{2}}.',
    parameters: [{ component: 'body', kinds: ['text', 'text'] }], hash: 'a1'.repeat(32),
  },
  {
    name: 'brochure', language: 'en_US', version: 1, category: 'marketing', status: 'approved', body: 'Our brochure.',
    parameters: [{ component: 'header', kinds: ['image'] }, { component: 'button', kinds: ['payload'] }], hash: 'c3'.repeat(32),
  },
  { name: 'paused', language: 'en_US', version: 1, category: 'marketing', status: 'paused', body: 'Hi', parameters: [], hash: 'b2'.repeat(32) },
]; // prettier-ignore

/** The platform as the gateway sees it, over HTTP on a free port, with one contact who has one device. */
export class FakePlatform {
  readonly arrived: Arrived[] = [];
  /** What the platform took, once per idempotency key. */
  readonly taken = new Map<string, Arrived>();
  /** Sealed files that lie here, by their ids. */
  readonly attachments = new Map<string, Buffer>();
  /** Answers instead of the usual one, per path; taken away after use unless it says `always`. */
  readonly instead: { readonly path: string; readonly answer: Answer | 'hang up' | 'take, then hang up'; readonly always?: boolean }[] = [];
  readonly device: OwnDevice = { deviceId: 'd-contact', keys: generateDeviceKeys(systemRandom) };
  gateway: DeviceAddress | null = null;
  private readonly items: object[] = [];
  private server: Server;
  private port = 0;

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens; again on the same port after `close`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  /** Puts an item into the inbox. */
  put(item: object): void {
    this.items.push(item);
  }

  /** The contact writes: a message sealed for the gateway. */
  write(messageId: string, content: Content, change: object = {}): void {
    if (this.gateway === null) throw new Error('the gateway is not registered yet');
    const envelope = sealForDevices({ content, businessId, conversationId, messageId, category: null, sender: this.device, recipients: [this.gateway], random: systemRandom });
    this.put({ kind: 'message', conversationId, messageId, numberId: 'n1', contactId, at: new Date().toISOString(), envelope: toBase64(envelope), ...change });
  }

  text(messageId: string, body: string): void {
    this.write(messageId, { type: 'text', body, from: { phone: contactPhone, name: 'Ada' } });
  }

  status(messageId: string, status: string, more: object = {}): void {
    this.put({ kind: 'status', status, conversationId, messageId, contactId, at: new Date().toISOString(), category: 'service', ...more });
  }

  /** The contact waits for an answer to its message, and the window closes then. */
  windowExpiring(messageId: string, closesAt: string): void {
    this.put({ kind: 'window_expiring', conversationId, messageId, contactId, numberId: 'n1', at: new Date().toISOString(), category: null, closesAt });
  }

  /** A contact leaves a file; what its message says of it. */
  leave(bytes: Uint8Array, about: { readonly mimeType: string; readonly filename?: string }): AttachedFile {
    const sealer = new AttachmentSealer(systemRandom);
    const first = sealer.push(bytes);
    const { bytes: last, attachment } = sealer.finish();
    const attachmentId = this.store(Buffer.from(concat(first, last)));
    return { attachmentId, key: toBase64(attachment.key), hash: toBase64(attachment.hash), length: attachment.length, sha256: sha256Hex(bytes), ...about };
  }

  /** What the contact sees in a file that a message speaks of. */
  opened({ attachmentId, key, hash, length }: AttachedFile): Buffer {
    const opener = new AttachmentOpener({ key: fromBase64(key)!, hash: fromBase64(hash)!, length });
    const plain = opener.push(this.attachments.get(attachmentId)!);
    opener.finish();
    return Buffer.from(plain);
  }

  /** What the contact reads in a message that ingest took. */
  read({ body }: Arrived): Content {
    const { messageId, envelope } = body as { messageId: string; envelope: string };
    return openFromDevice({ envelope: fromBase64(envelope)!, device: this.device, expected: { businessId, conversationId, messageId } }).content;
  }

  takenBy(path: string): Arrived[] {
    return [...this.taken.values()].filter((arrived) => arrived.path === path);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isFile = request.headers['content-type'] === 'application/octet-stream';
    const raw = Buffer.concat(chunks).toString(isFile ? 'latin1' : 'utf8');
    const url = new URL(request.url ?? '/', 'http://platform');
    const arrived: Arrived = {
      method: request.method ?? '', path: url.pathname, key: request.headers['idempotency-key'] as string | undefined,
      token: request.headers.authorization, raw: `${request.url}\n${JSON.stringify(request.headers)}\n${raw}`, body: raw === '' || isFile ? {} : JSON.parse(raw),
    }; // prettier-ignore
    this.arrived.push(arrived);
    const at = this.instead.findIndex(({ path }) => path === arrived.path);
    const instead = at < 0 ? undefined : this.instead[at];
    if (instead !== undefined && instead.always !== true) this.instead.splice(at, 1);
    if (instead?.answer === 'hang up') return void response.destroy();
    const lying = instead === undefined && arrived.method === 'GET' ? this.attachments.get(/^\/delivery\/v1\/attachments\/(\w+)$/.exec(arrived.path)?.[1] ?? '') : undefined;
    if (lying !== undefined) return void response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(lying);
    const usual = instead === undefined || instead.answer === 'take, then hang up' ? await this.answer(arrived, url) : null;
    if (instead?.answer === 'take, then hang up') return void response.destroy();
    const { status, body, headers = {} } = (usual ?? instead?.answer) as Answer;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}));
  }

  private async answer(arrived: Arrived, url: URL): Promise<Answer> {
    switch (`${arrived.method} ${arrived.path}`) {
      case 'POST /delivery/v1/business-devices':
        this.gateway = { deviceId: 'd-gateway', publicKey: fromBase64(String(arrived.body['publicKey']))! };
        return { status: 201, body: { deviceId: 'd-gateway' } };
      case 'POST /delivery/v1/directory/lookup':
        if (arrived.body['phone'] !== contactPhone) return problem(404, 'not-found');
        return { status: 200, body: { contactId, market: 'North America', devices: [{ deviceId: this.device.deviceId, publicKey: toBase64(this.device.keys.publicKey) }] } };
      case 'POST /delivery/v1/attachments':
        return { status: 201, body: { attachmentId: this.store(Buffer.from(arrived.raw.split('\n').slice(2).join('\n'), 'latin1')), expiresAt: '2026-12-24T12:00:00.000Z' } };
      case 'GET /notifications/v1/templates':
        return { status: 200, body: { data: templates } };
      case 'GET /delivery/v1/inbox':
        return await this.page(Number(url.searchParams.get('cursor') ?? 0));
      default:
        return this.take(arrived);
    }
  }

  private async page(from: number): Promise<Answer> {
    for (let waited = 0; waited < 50 && this.items.length <= from; waited++) await new Promise((resolve) => setTimeout(resolve, 5));
    return { status: 200, body: { items: this.items.slice(from, from + 100), cursor: String(Math.min(this.items.length, from + 100)) } };
  }

  private store(sealed: Buffer): string {
    const id = `at${this.attachments.size + 1}`;
    this.attachments.set(id, sealed);
    return id;
  }

  private take(arrived: Arrived): Answer {
    if (arrived.path.startsWith('/delivery/v1/attachments/')) return problem(404, 'not-found');
    if (arrived.key === undefined) return problem(400, 'missing-idempotency-key');
    const before = this.taken.get(arrived.key);
    if (before !== undefined && JSON.stringify(before.body) !== JSON.stringify(arrived.body)) return problem(422, 'idempotency-conflict');
    this.taken.set(arrived.key, before ?? arrived);
    return { status: 202, body: { messageId: arrived.body['messageId'], conversationId } };
  }
}

export function problem(status: number, kind: string, detail = 'Because.'): Answer {
  return { status, body: { type: `urn:parley:problem:${kind}`, title: kind, status, detail }, headers: { 'Content-Type': 'application/problem+json' } };
}
