import { AddressError, startOf, type PublicFetch } from '../network/public-fetch.js';

/** Why a callback URL is refused, as a sentence that says what to fix; null when it answered as it has to. */
export type Refusal = string | null;

export interface Handshake {
  readonly url: string;
  readonly verifyToken: string;
  /** Unguessable: only who received this very request can answer it. */
  readonly challenge: string;
  readonly timeoutMs: number;
  readonly fetchPublic: PublicFetch;
}

/** Asks a callback URL whether it wants our webhooks: `GET …?hub.mode=subscribe&hub.challenge=…&hub.verify_token=…`. */
export async function shakeHands({ url, verifyToken, challenge, timeoutMs, fetchPublic }: Handshake): Promise<Refusal> {
  const asked = callbackUrl(url);
  if (asked === null) return 'The URL must be absolute and start with https:// or http://.';
  asked.searchParams.set('hub.mode', 'subscribe');
  asked.searchParams.set('hub.challenge', challenge);
  asked.searchParams.set('hub.verify_token', verifyToken);
  try {
    const response = await fetchPublic(asked, { signal: AbortSignal.timeout(timeoutMs) });
    const text = await startOf(response, challenge.length + 64);
    if (response.status !== 200) return `It answered the verification with status ${response.status}; it must be 200. Check that it knows the same verify token.`;
    return text.trim() === challenge ? null : 'It did not answer the verification with the value of hub.challenge as plain text.';
  } catch (error) {
    if (error instanceof AddressError) return error.message;
    return `It did not answer the verification within ${timeoutMs / 1000} s. Check that it runs and can be reached from the gateway.`;
  }
}

/** The URL, or null where webhooks cannot be sent to it. */
export function callbackUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null;
}
