import { hmacSha256Hex, utf8 } from '@parley/crypto';
import { sentUntil } from '../fetch-until.js';
import { AddressError, startOf, type PublicFetch } from '../network/public-fetch.js';
import type { Callback } from '../state/fact.js';
import type { State } from '../state/state.js';

export interface PostOptions {
  readonly state: Pick<State, 'account'>;
  readonly fetchPublic: PublicFetch;
  readonly timeoutMs: number;
  /** Calls off what is on its way. */
  readonly stopping: AbortSignal;
}

/** Sends a body to a callback, signed; null when it is acknowledged, else what went wrong. */
export type Post = (callback: Callback, body: string, headers?: Readonly<Record<string, string>>) => Promise<string | null>;

const mostAnswerBytes = 16 * 1024;

export function poster({ state, fetchPublic, timeoutMs, stopping }: PostOptions): Post {
  const send = sentUntil(stopping, fetchPublic);
  return async ({ url }, text, more = {}) => {
    if (state.account === null) return 'the folder has no account';
    const body = utf8(text);
    // Over the bytes that are sent: whoever checks it must not write the JSON anew before.
    const signature = `sha256=${hmacSha256Hex(utf8(state.account.appSecret), body)}`;
    const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': signature, ...more };
    try {
      const response = await send(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
      // Read to its end, where that is near, so that the connection can be used again; what becomes of the rest changes nothing.
      await startOf(response, mostAnswerBytes).catch(() => '');
      return response.status === 200 ? null : `status ${response.status}`;
    } catch (error) {
      return error instanceof AddressError ? error.message : 'no answer';
    }
  };
}
