import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** What was fetched; its bytes have to be read to their end, or given up. */
export interface Fetched {
  /** As the server says; empty where it does not. */
  readonly mimeType: string;
  readonly filename: string | null;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface FetchLimits {
  readonly mostBytes: number;
  readonly timeoutMs: number;
}

/** Why a file could not be fetched, as a sentence for the business's software. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** Fetches what lies on the public web. Throws FetchError; the pieces do too, where there are more bytes than the limit. */
export type FetchPublic = (url: string, limits: FetchLimits) => Promise<Fetched>;

const mostRedirects = 3;

/**
 * Over https alone, from public addresses alone, so that nobody can look into the business's own network through its gateway. A name is looked up
 * once before and once more by the request itself: who controls the name's server could answer differently. `allowPrivate`, for tests and closed
 * networks, takes every address, and http.
 */
export function publicFetch({ allowPrivate }: { readonly allowPrivate: boolean }): FetchPublic {
  return async (url, { mostBytes, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let address = new URL(url);
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      if (!allowPrivate) await checkPublic(address);
      const response = await fetch(address, { redirect: 'manual', signal }).catch((error: unknown) => {
        throw signal.aborted ? new FetchError(`nothing came within ${timeoutMs} ms.`) : new FetchError(`the server cannot be reached (${causeOf(error)}).`);
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) return fetchedOf(response, address, mostBytes, signal);
      await response.body?.cancel();
      if (!URL.canParse(location, address.href)) throw new FetchError('the server leads on to something that is no URL.');
      address = new URL(location, address);
    }
    throw new FetchError(`the server leads on more than ${mostRedirects} times.`);
  };
}

function fetchedOf(response: Response, { pathname }: URL, mostBytes: number, signal: AbortSignal): Fetched {
  if (!response.ok || response.body === null) throw new FetchError(`the server answered with HTTP code ${response.status}.`);
  const last = pathname.split('/').at(-1) ?? '';
  return { mimeType: response.headers.get('content-type') ?? '', filename: nameOf(last), pieces: limited(response.body, mostBytes, signal) };
}

async function* limited(body: ReadableStream<Uint8Array>, mostBytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > mostBytes) throw new FetchError(`it has more than ${mostBytes} bytes.`);
      yield piece;
    }
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(signal.aborted ? 'it did not come in time.' : 'the connection broke.');
  }
}

async function checkPublic({ protocol, hostname, port }: URL): Promise<void> {
  if (protocol !== 'https:') throw new FetchError('it is not https.');
  if (port !== '' && port !== '443') throw new FetchError('it is on a port other than 443.');
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) > 0 ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true }).catch(() => []);
  if (addresses.length === 0) throw new FetchError('its host has no address.');
  if (addresses.some(({ address, family }) => privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4'))) throw new FetchError('its host is not on the public internet.');
}

/** Addresses that lead to a private network, to this machine, or to nobody (IANA's registries of special-purpose addresses). */
const privateNetworks = new BlockList();
for (const [network, prefix] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3]] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [['::', 96], ['::ffff:0:0', 96], ['64:ff9b::', 32], ['100::', 64], ['2001:db8::', 32], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv6');
}

function nameOf(last: string): string | null {
  try {
    const name = decodeURIComponent(last);
    return /^[^/\\\p{Cc}]{1,240}$/u.test(name) ? name : null;
  } catch {
    return null; // No name that can be read: the file has none.
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code ?? 'no answer';
}
