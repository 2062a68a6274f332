import { fromBase64, readMessage, templateHash, toBase64, type TemplateText } from '@parley/crypto';
import type { Content } from '../content/content.js';
import { FakeKeyDirectory } from '../testing/fake-directory.js';
import { TestEnd } from '../testing/test-end.js';
import { answerAboutKeys } from '../testing/directory-http.js';

export type SeenRequest = { readonly method: string; readonly path: string; readonly key: string | null; readonly token: string | null; readonly body: string };
type Json = Record<string, unknown>;

export const shop = { numberId: 'n1', businessId: 'b1', displayName: 'Shop', phone: '15550001111' };
export const customer = '4915112345678';
export const contactId = 'c1';
export const conversationId = 'b1.c1';

/** The platform as a device sees it, with one business whose keys are at hand: what it seals, the device must open, and the other way round. */
export class FakePlatform {
  readonly requests: SeenRequest[] = [];
  readonly inbox: Json[] = [];
  readonly templates = new Map<string, TemplateText>();
  readonly directory = new FakeKeyDirectory();
  readonly gateway = new TestEnd(shop.businessId, 'gw', this.directory);
  /** Signing keys of registered devices, in their order: the first is d1. */
  readonly devices: string[] = [];
  /** What the platform says of messages for other devices than there are. */
  checksDevices = true;
  /** Called with each request before it is handled and before its answer is given; what it throws the device sees as a lost connection. */
  onStep: (request: SeenRequest, when: 'arrives' | 'answered') => void | Promise<void> = () => undefined;
  /** Answers in place of the platform, if it returns something. */
  intercept: (request: SeenRequest) => Response | null = () => null;
  private readonly answers = new Map<string, { readonly request: string; readonly answer: Json; readonly status: number }>();

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    const { pathname, search } = new URL(String(input));
    const body = typeof init?.body === 'string' ? init.body : '';
    const request = { method: init?.method ?? 'GET', path: pathname + search, key: headers.get('idempotency-key'), token: headers.get('authorization'), body };
    this.requests.push(request);
    await this.onStep(request, 'arrives');
    const response = this.intercept(request) ?? (await this.once(request));
    await this.onStep(request, 'answered');
    return response;
  };

  /** The business's end comes to be listed. */
  async open(): Promise<this> {
    await this.gateway.start();
    return this;
  }

  /** Puts a message of the business into the inbox, as delivery would hand it out; with changes to what delivery says of it. */
  async send(messageId: string, content: Content, category = 'service', change: Json = {}, sealedFor = conversationId): Promise<void> {
    const envelope = await this.gateway.seal(contactId, messageId, content, { category, conversationId: sealedFor });
    const at = Date.UTC(2026, 0, 5, 12);
    const { numberId } = shop;
    this.inbox.push({ kind: 'message', conversationId, messageId, numberId, contactId, at, envelope: toBase64(envelope), category, ...change });
  }

  publish(text: TemplateText): string {
    const hash = templateHash(text);
    this.templates.set(hash, text);
    return hash;
  }

  /** What the business reads of the n-th distinct inbound message. */
  async readInbound(n: number): Promise<Content> {
    const body = this.bodies('/delivery/v1/inbound')[n]!;
    return (await this.gateway.open(contactId, String(body['messageId']), fromBase64(String(body['envelope']))!)).content;
  }

  /** Bodies of the writes that were taken at a path, each once however often it was sent. */
  bodies(path: string): readonly Json[] {
    return [...this.answers.values()].filter(({ request }) => request.startsWith(`${path}\n`)).map(({ request }) => JSON.parse(request.slice(path.length + 1)) as Json);
  }

  /** Every receipt taken, as `messageId status`. */
  receipts(): readonly string[] {
    const lists = this.bodies('/delivery/v1/receipts').map(({ receipts }) => receipts as Json[]);
    return lists.flat().map(({ messageId, status }) => `${String(messageId)} ${String(status)}`);
  }

  private async once(request: SeenRequest): Promise<Response> {
    if (request.path !== '/delivery/v1/devices' && !/^Bearer dt_\d+$/.test(request.token ?? '')) return problem(401, 'No valid credentials');
    const keys = await answerAboutKeys(this.directory, request);
    if (keys !== null) return json(keys.status, keys.body);
    if (request.method === 'GET') return this.read(request.path);
    if (request.key === null) return problem(400, 'The header Idempotency-Key is missing');
    const whole = `${request.path}\n${request.body}`;
    const before = this.answers.get(request.key);
    if (before !== undefined && before.request !== whole) return problem(422, 'The Idempotency-Key was used for another request');
    const { status, answer } = before ?? this.write(request.path, JSON.parse(request.body) as Json);
    if (status >= 400) return json(status, { type: 'urn:parley:problem:x', status, detail: 'A reason.', ...answer });
    this.answers.set(request.key, { request: whole, answer, status });
    return json(status, answer);
  }

  private write(path: string, body: Json): { status: number; answer: Json } {
    switch (path) {
      case '/delivery/v1/devices':
        if (body['code'] !== '123456') return { status: 403, answer: { title: 'Not yours to do' } };
        return { status: 201, answer: { contactId, ...this.register(String(body['signingKey'])), listVersion: this.directory.listVersionOf(contactId) } };
      case '/delivery/v1/inbound': {
        const stale = this.checksDevices ? this.staleIn(fromBase64(String(body['envelope']))!) : [];
        return stale.length > 0 ? { status: 409, answer: { title: 'Sealed for other devices', accounts: stale } } : { status: 202, answer: { messageId: body['messageId'], conversationId } };
      }
      default:
        return { status: 202, answer: {} };
    }
  }

  private register(signingKey: string): { deviceId: string; token: string } {
    if (!this.devices.includes(signingKey)) this.devices.push(signingKey);
    const place = this.devices.indexOf(signingKey) + 1;
    return { deviceId: `d${place}`, token: `dt_${place}` };
  }

  private staleIn(envelope: Uint8Array): Json[] {
    const used = readMessage(envelope).wraps.filter(({ recipient }) => recipient.accountId === shop.businessId).map(({ recipient }) => recipient.deviceId);
    const listed = this.directory.devicesOf(shop.businessId);
    const [missing, extra] = [listed.filter((id) => !used.includes(id)), used.filter((id) => !listed.includes(id))];
    return missing.length + extra.length === 0 ? [] : [{ accountId: shop.businessId, listVersion: this.directory.listVersionOf(shop.businessId), missing, extra }];
  }

  private read(path: string): Response {
    const url = new URL(path, 'http://platform');
    if (url.pathname === '/delivery/v1/inbox') {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const items = this.inbox.slice(from, from + 2);
      return json(200, { items, cursor: String(from + items.length) });
    }
    const { numberId, businessId, displayName, phone } = shop;
    if (url.pathname === `/delivery/v1/numbers/${phone}` || url.pathname === `/delivery/v1/numbers/by-id/${numberId}`) {
      return json(200, { numberId, businessId, displayName, listVersion: this.directory.listVersionOf(businessId) });
    }
    const template = this.templates.get(url.pathname.split('/').at(-1)!);
    return url.pathname.startsWith('/delivery/v1/templates/b1/') && template ? json(200, { ...template }) : problem(404, 'There is no such thing');
  }
}

export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

export function problem(status: number, title: string): Response {
  return json(status, { type: 'urn:parley:problem:x', title, status, detail: 'A reason.' });
}
