import { AddressError, type PublicFetch } from '../network/public-fetch.js';

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
export type FetchLink = (url: string, limits: FetchLimits) => Promise<Fetched>;

const mostRedirects = 3;

/**
 * Over https alone, and to addresses that the gateway may reach alone, so that nobody can look into the business's own network through it; both hold at
 * every step where the server leads on. `anyScheme`, for tests and closed networks, takes http too.
 */
export function linkFetch(fetchPublic: PublicFetch, { anyScheme }: { readonly anyScheme: boolean }): FetchLink {
  return async (url, { mostBytes, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let address = new URL(url);
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      if (!anyScheme) checkWeb(address);
      const response = await fetchPublic(address, { signal }).catch((error: unknown) => {
        if (error instanceof AddressError) throw new FetchError('its host is not on the public internet.');
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

function checkWeb({ protocol, port }: URL): void {
  if (protocol !== 'https:') throw new FetchError('it is not https.');
  if (port !== '' && port !== '443') throw new FetchError('it is on a port other than 443.');
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
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? 'no answer') : 'no answer';
}
