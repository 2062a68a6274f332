import { lookup as systemLookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { mayReach, type PrivateAddresses } from './address.js';

/** The host of a URL lies, at least with one of its addresses, where the gateway may not go. */
export class AddressError extends Error {
  override readonly name = 'AddressError';

  constructor(host: string) {
    super(`${host} leads into a private network, which webhooks and links may not reach. Use a public address, or let the gateway's operator allow it (PARLEY_GATEWAY_WEBHOOK_PRIVATE).`);
  }
}

export interface PublicRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** As `fetch`, for URLs that somebody else names: it connects to checked addresses alone, and follows no redirect. Rejects with AddressError. */
export type PublicFetch = (url: string | URL, request?: PublicRequest) => Promise<Response>;

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface PublicFetchOptions {
  readonly allowed: PrivateAddresses;
  /** All addresses of a host. */
  readonly resolve?: (host: string) => Promise<readonly ResolvedAddress[]>;
}

const idleMs = 4_000; // Shorter than what servers usually allow: a connection that they have just closed is not used again.
const bodiless = [204, 205, 304];

/**
 * A name is resolved once for each connection, here, and the connection is made to the very addresses that were checked: what the name says a
 * moment later (DNS rebinding) does not count. A connection that is kept goes on to the address it was checked for.
 */
export function publicFetch({ allowed, resolve = (host) => systemLookup(host, { all: true }) }: PublicFetchOptions): PublicFetch {
  const lookup: LookupFunction = (host, { all }, done) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) return done(Object.assign(new Error('The name has no address.'), { code: 'ENOTFOUND' }), '');
        if (!addresses.every(({ address }) => mayReach(address, allowed))) return done(new AddressError(host), '');
        return all === true ? done(null, [...addresses]) : done(null, first.address, first.family);
      },
      (error: Error) => done(error, ''),
    );
  };
  const agents = { http: new HttpAgent({ keepAlive: true, timeout: idleMs }), https: new HttpsAgent({ keepAlive: true, timeout: idleMs }) };

  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const asked = new URL(url);
    if (asked.protocol !== 'http:' && asked.protocol !== 'https:') throw new TypeError('Only http and https URLs are fetched.');
    const options: RequestOptions = { ...urlToHttpOptions(asked), method, lookup, headers: { ...headers, ...(body === undefined ? {} : { 'Content-Length': body.length }) }, ...(signal === undefined ? {} : { signal }) };
    const host = options.hostname ?? '';
    // No name is looked up where the URL has the address itself.
    if (isIP(host) !== 0 && !mayReach(host, allowed)) throw new AddressError(host);
    signal?.throwIfAborted();
    const answer = await new Promise<IncomingMessage>((answered, failed) => {
      const sending = asked.protocol === 'https:' ? httpsRequest({ ...options, agent: agents.https }, answered) : httpRequest({ ...options, agent: agents.http }, answered);
      sending.on('error', failed).end(body);
    });
    return responseOf(answer);
  };
}

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  if (status < 200 || status > 599) {
    answer.destroy();
    throw new TypeError(`The answer's status ${status} is none of HTTP.`);
  }
  if (bodiless.includes(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream, { status, headers });
}

/** The first bytes of an answer as text: nobody who answers may fill our memory. The rest is not read. */
export async function startOf(response: Response, bytes: number): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > bytes) break; // Leaving the loop cancels the rest.
  }
  return text;
}
