import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AttachmentOpener, AttachmentSealer, concat, fromBase64, readMessage, sha256Hex, systemRandom, toBase64 } from '@parley/crypto';
import type { AttachedFile, Content } from '@parley/sdk';
import { answerAboutKeys, FakeKeyDirectory, TestEnd } from '@parley/sdk/testing';

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
  readonly directory = new FakeKeyDirectory();
  /** The contact's device. */
  readonly device = new TestEnd(contactId, 'd-contact', this.directory);
  /** What the contact has read, by message. */
  private readonly contents = new Map<string, Content>();
  /** The newest version of each. */
  templates = templates.map((template) => ({ ...template }));
  private readonly items: object[] = [];
  /** What is put comes in the order in which it was put, though sealing takes its time. */
  private putting: Promise<unknown> = Promise.resolve();
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
    await this.device.start();
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  /** Puts an item into the inbox. */
  put(item: object | Promise<object>): void {
    this.putting = this.putting.then(async () => this.items.push(await item));
  }

  /** The contact writes: a message sealed for the gateway. */
  write(messageId: string, content: Content, change: object = {}): void {
    const sealed = this.seal(messageId, content);
    this.put(sealed.then((envelope) => ({ kind: 'message', conversationId, messageId, numberId: 'n1', contactId, at: new Date().toISOString(), envelope, ...change })));
  }

  /** As the contact's device seals it for the business, base64; or another end, in its place. */
  async seal(messageId: string, content: Content, end: TestEnd = this.device): Promise<string> {
    return toBase64(await end.seal(businessId, messageId, content, { businessId, conversationId }));
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
  async read({ body }: Arrived): Promise<Content> {
    const { messageId, envelope } = body as { messageId: string; envelope: string };
    const content = this.contents.get(messageId) ?? (await this.device.open(businessId, messageId, fromBase64(envelope)!)).content;
    this.contents.set(messageId, content);
    return content;
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
    const keys = await answerAboutKeys(this.directory, { method: arrived.method, path: url.pathname + url.search, body: arrived.raw.split('\n').slice(2).join('\n') });
    if (keys !== null) return keys;
    switch (`${arrived.method} ${arrived.path}`) {
      case 'POST /delivery/v1/business-devices':
        return { status: 201, body: { accountId: businessId, deviceId: 'd-gateway', listVersion: this.directory.listVersionOf(businessId) } };
      case 'POST /delivery/v1/directory/lookup':
        if (arrived.body['phone'] !== contactPhone) return problem(404, 'not-found');
        return { status: 200, body: { contactId, market: 'North America', listVersion: this.directory.listVersionOf(contactId) } };
      case 'POST /delivery/v1/attachments':
        return { status: 201, body: { attachmentId: this.store(Buffer.from(arrived.raw.split('\n').slice(2).join('\n'), 'latin1')), expiresAt: '2026-12-24T12:00:00.000Z' } };
      case 'GET /notifications/v1/templates':
        return { status: 200, body: { data: this.templates } };
      case 'POST /notifications/v1/templates':
        return this.publish(arrived);
      case 'GET /delivery/v1/inbox':
        return await this.page(Number(url.searchParams.get('cursor') ?? 0));
      default:
        return this.take(arrived);
    }
  }

  /** The operator's word on a template. */
  review(name: string, status: string, category?: string): void {
    const template = this.templates.find((one) => one.name === name);
    if (template === undefined) throw new Error(`there is no template ${name}`);
    Object.assign(template, { status, ...(category === undefined ? {} : { category }) });
  }

  private publish(arrived: Arrived): Answer {
    const taken = this.take(arrived);
    if (taken.status !== 202) return taken;
    const draft = arrived.body as unknown as (typeof templates)[number];
    const version = (this.templates.find(({ name, language }) => name === draft.name && language === draft.language)?.version ?? 0) + 1;
    const template = { ...draft, version, status: 'pending', hash: String(version).repeat(64).slice(0, 64) };
    this.templates = [...this.templates.filter(({ name, language }) => name !== draft.name || language !== draft.language), template];
    return { status: 201, body: template };
  }

  private async page(from: number): Promise<Answer> {
    for (let waited = 0; waited < 50 && this.items.length <= from; waited++) await new Promise((resolve) => setTimeout(resolve, 5));
    return { status: 200, body: { items: this.items.slice(from, from + 100), cursor: String(Math.min(this.items.length, from + 100)) } };
  }

  /** Messages to the contact have to be sealed for all its devices, and no others. */
  private staleIn({ path, body }: Arrived): readonly object[] {
    if (path !== '/ingest/v1/messages') return [];
    const used = readMessage(fromBase64(String(body['envelope']))!).wraps.map(({ recipient }) => recipient.deviceId);
    const listed = this.directory.devicesOf(contactId);
    const [missing, extra] = [listed.filter((id) => !used.includes(id)), used.filter((id) => !listed.includes(id))];
    return missing.length + extra.length === 0 ? [] : [{ accountId: contactId, listVersion: this.directory.listVersionOf(contactId), missing, extra }];
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
    const stale = this.staleIn(arrived);
    if (stale.length > 0) return { status: 409, body: { type: 'urn:parley:problem:stale-devices', title: 'Sealed for other devices', status: 409, detail: 'Because.', accounts: stale } };
    if (before !== undefined && JSON.stringify(before.body) !== JSON.stringify(arrived.body)) return problem(422, 'idempotency-conflict');
    this.taken.set(arrived.key, before ?? arrived);
    return { status: 202, body: { messageId: arrived.body['messageId'], conversationId } };
  }
}

export function problem(status: number, kind: string, detail = 'Because.'): Answer {
  return { status, body: { type: `urn:parley:problem:${kind}`, title: kind, status, detail }, headers: { 'Content-Type': 'application/problem+json' } };
}
