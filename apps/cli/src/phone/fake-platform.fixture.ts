import { conversationIdOf, toId } from '@parley/contracts';
import { fromBase64, toBase64 } from '@parley/crypto';
import { answerAboutKeys, FakeKeyDirectory, TestEnd } from '@parley/sdk/testing';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Posted {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const shopPhone = '4930555001';
export const ownPhone = '4915155500001';
export const code = '123456';
const businessId = 'blue-door';
const contactId = 'canna';
const conversationId = conversationIdOf(toId('Business', businessId), toId('Contact', contactId));

/** A platform of one business and one customer, as a phone sees it over HTTP; the business's own end is in here too. */
export class FakePlatform {
  readonly posted: Posted[] = [];
  /** What the business's device opened, in order. */
  readonly opened: string[] = [];
  isAway = false;
  /** What inbound messages are answered. */
  inbound: Answer | null = null;
  readonly #directory = new FakeKeyDirectory();
  readonly #shop = new TestEnd(businessId, 'dshop', this.#directory);
  /** Signing keys of the phones, in their order. */
  readonly #phones: string[] = [];
  readonly #items: unknown[] = [];
  readonly #answers = new Map<string, Answer>();

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    if (this.isAway) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    const url = new URL(String(input));
    const headers = new Headers(init?.headers);
    const asked = { method: init?.method ?? 'GET', path: url.pathname + url.search, body: String(init?.body ?? '') };
    const keys = await answerAboutKeys(this.#directory, asked);
    const { status, body } = keys ?? (await this.#once(headers.get('idempotency-key'), () => this.#answer(url, asked.method, asked.body || '{}', headers)));
    await new Promise((resolve) => setImmediate(resolve));
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  };

  /** The business comes to be listed. */
  async open(): Promise<this> {
    await this.#shop.start();
    return this;
  }

  /** The business writes to the customer. */
  async reply(messageId: string, text: string): Promise<void> {
    const envelope = await this.#shop.seal(contactId, messageId, { type: 'text', body: text }, { category: 'service', businessId, conversationId });
    this.#items.push({ kind: 'message', conversationId, messageId, numberId: 'nshop', contactId, at: new Date().toISOString(), category: 'service', template: null, entryPoint: null, envelope: toBase64(envelope) });
  }

  status(messageId: string, status: string): void {
    this.#items.push({ kind: 'status', conversationId, messageId, contactId, status, at: new Date().toISOString(), category: null, reason: null, detail: null, billable: null });
  }

  receipts(): unknown[] {
    return this.posted.filter(({ path }) => path.endsWith('/receipts')).flatMap(({ body }) => body['receipts'] as unknown[]);
  }

  async #once(key: string | null, answer: () => Answer | Promise<Answer>): Promise<Answer> {
    const known = key === null ? undefined : this.#answers.get(key);
    const given = known ?? (await answer());
    if (key !== null && given.status < 500) this.#answers.set(key, given);
    return given;
  }

  #answer({ pathname, searchParams }: URL, method: string, text: string, headers: Headers): Answer | Promise<Answer> {
    const body = JSON.parse(text) as Record<string, unknown>;
    if (method === 'POST') this.posted.push({ path: pathname, body });
    const path = pathname.replace('/delivery/v1', '');
    if (path === '/devices') return this.#register(body);
    if (!/^Bearer dt_test\d$/.test(headers.get('authorization') ?? '')) return problem(401, 'The token is not known');
    if (path === `/numbers/${shopPhone}` || path === '/numbers/by-id/nshop') {
      return { status: 200, body: { numberId: 'nshop', businessId, displayName: 'Blue Door', listVersion: this.#directory.listVersionOf(businessId) } };
    }
    if (path.startsWith('/numbers/')) return problem(404, 'No business has this number');
    if (path === '/inbox') return this.#inbox(Number(searchParams.get('cursor') ?? 0));
    if (path === '/inbound') return this.inbound ?? this.#take(body);
    return { status: 202, body: {} };
  }

  #register(body: Record<string, unknown>): Answer {
    if (body['code'] !== code) return problem(403, 'The code is wrong');
    const key = String(body['signingKey']);
    if (!this.#phones.includes(key)) this.#phones.push(key);
    const place = this.#phones.indexOf(key) + 1;
    return { status: 201, body: { contactId, deviceId: `dphone${place}`, token: `dt_test${place}`, listVersion: this.#directory.listVersionOf(contactId) } };
  }

  #inbox(cursor: number): Answer {
    return { status: 200, body: { items: this.#items.slice(cursor), cursor: String(this.#items.length) } };
  }

  async #take(body: Record<string, unknown>): Promise<Answer> {
    const messageId = String(body['messageId']);
    const envelope = fromBase64(String(body['envelope']))!;
    const { content } = await this.#shop.open(contactId, messageId, envelope);
    if (content.type === 'text') this.opened.push(content.body);
    return { status: 202, body: { messageId, conversationId } };
  }
}

function problem(status: number, title: string): Answer {
  return { status, body: { type: 'about:blank', title, status, detail: '' } };
}
