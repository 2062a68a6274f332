import { faultOf, silence } from './fault.js';
import type { Fault } from './fault.js';

export type Answer<T> = { readonly value: T } | { readonly fault: Fault };

/** Asks the platform that this page comes from. */
export interface Client {
  get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>>;
}

/** Never rejects but for an aborted signal: whatever goes wrong is a fault with its fix. */
export function clientOf(key: string, send: typeof fetch = fetch): Client {
  return {
    async get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
      try {
        const response = await send(path, { headers: { Authorization: `Bearer ${key}`, Accept: 'application/json' }, cache: 'no-store', ...(signal ? { signal } : {}) });
        const body: unknown = await response.json().catch(() => null);
        if (!response.ok) return { fault: faultOf(response.status, body) };
        return body === null ? { fault: silence('The answer is not JSON.') } : { value: body as T };
      } catch (error) {
        signal?.throwIfAborted();
        return { fault: silence(error) };
      }
    },
  };
}

/** A path with its query; what is undefined or null is left out. */
export function pathOf(path: string, query: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
