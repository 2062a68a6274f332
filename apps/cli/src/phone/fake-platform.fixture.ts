import { conversationIdOf, toId } from '@parley/contracts';
import { fromBase64, generateDeviceKeys, systemRandom, toBase64 } from '@parley/crypto';
import { openFromDevice, sealForDevices } from '@parley/sdk';

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
  readonly #shop = { deviceId: 'dshop', keys: generateDeviceKeys(systemRandom) };
  #phoneKey: Uint8Array = new Uint8Array();
  readonly #items: unknown[] = [];
  readonly #answers = new Map<string, Answer>();

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    if (this.isAway) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    const url = new URL(String(input));
    const headers = new Headers(init?.headers);
    const { status, body } = this.#once(headers.get('idempotency-key'), () => this.#answer(url, init?.method ?? 'GET', String(init?.body ?? '{}'), headers));
    await new Promise((resolve) => setImmediate(resolve));
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  };

  /** The business writes to the customer. */
  reply(messageId: string, text: string): void {
    const address = { businessId, conversationId, messageId, category: 'service' };
    const recipients = [{ deviceId: 'dphone', publicKey: this.#phoneKey }];
    const envelope = sealForDevices({ content: { type: 'text', body: text }, ...address, sender: this.#shop, recipients, random: systemRandom });
    this.#items.push({ kind: 'message', conversationId, messageId, numberId: 'nshop', contactId, at: new Date().toISOString(), category: 'service', template: null, entryPoint: null, envelope: toBase64(envelope) });
  }

  status(messageId: string, status: string): void {
    this.#items.push({ kind: 'status', conversationId, messageId, contactId, status, at: new Date().toISOString(), category: null, reason: null, detail: null, billable: null });
  }

  receipts(): unknown[] {
    return this.posted.filter(({ path }) => path.endsWith('/receipts')).flatMap(({ body }) => body['receipts'] as unknown[]);
  }

  #once(key: string | null, answer: () => Answer): Answer {
    const known = key === null ? undefined : this.#answers.get(key);
    const given = known ?? answer();
    if (key !== null && given.status < 500) this.#answers.set(key, given);
    return given;
  }

  #answer({ pathname, searchParams }: URL, method: string, text: string, headers: Headers): Answer {
    const body = JSON.parse(text) as Record<string, unknown>;
    if (method === 'POST') this.posted.push({ path: pathname, body });
    const path = pathname.replace('/delivery/v1', '');
    if (path === '/devices') return this.#register(body);
    if (headers.get('authorization') !== 'Bearer dt_test') return problem(401, 'The token is not known');
    if (path === `/numbers/${shopPhone}` || path === '/numbers/by-id/nshop') {
      const devices = [{ deviceId: this.#shop.deviceId, publicKey: toBase64(this.#shop.keys.publicKey) }];
      return { status: 200, body: { numberId: 'nshop', businessId, displayName: 'Blue Door', devices } };
    }
    if (path.startsWith('/numbers/')) return problem(404, 'No business has this number');
    if (path === '/inbox') return this.#inbox(Number(searchParams.get('cursor') ?? 0));
    if (path === '/inbound') return this.inbound ?? this.#take(body);
    return { status: 202, body: {} };
  }

  #register(body: Record<string, unknown>): Answer {
    if (body['code'] !== code) return problem(403, 'The code is wrong');
    this.#phoneKey = fromBase64(String(body['publicKey']))!;
    return { status: 201, body: { contactId, deviceId: 'dphone', token: 'dt_test' } };
  }

  #inbox(cursor: number): Answer {
    return { status: 200, body: { items: this.#items.slice(cursor), cursor: String(this.#items.length) } };
  }

  #take(body: Record<string, unknown>): Answer {
    const messageId = String(body['messageId']);
    const envelope = fromBase64(String(body['envelope']))!;
    const { content } = openFromDevice({ envelope, device: this.#shop, expected: { businessId, conversationId, messageId } });
    if (content.type === 'text') this.opened.push(content.body);
    return { status: 202, body: { messageId, conversationId } };
  }
}

function problem(status: number, title: string): Answer {
  return { status, body: { type: 'about:blank', title, status, detail: '' } };
}
