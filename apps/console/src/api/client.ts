import { faultOf, silence } from './fault.js';
import type { Fault } from './fault.js';

export type Answer<T> = { readonly value: T } | { readonly fault: Fault };

/** Asks the platform that this page comes from. */
export interface Client {
  get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>>;
  post<T>(path: string, body: object, signal?: AbortSignal): Promise<Answer<T>>;
  remove(path: string): Promise<Answer<null>>;
}

/** Never rejects but for an aborted signal: whatever goes wrong is a fault with its fix. */
export function clientOf(key: string, send: typeof fetch = fetch): Client {
  async function ask<T>(path: string, asked: { readonly method?: string; readonly body?: object; readonly signal?: AbortSignal | undefined }): Promise<Answer<T>> {
    const { method = 'GET', body: given, signal } = asked;
    try {
      const headers = { Authorization: `Bearer ${key}`, Accept: 'application/json', ...(given ? { 'Content-Type': 'application/json' } : {}) };
      const response = await send(path, { ...(method === 'GET' ? {} : { method }), headers, cache: 'no-store', ...(given ? { body: JSON.stringify(given) } : {}), ...(signal ? { signal } : {}) });
      if (response.status === 204) return { value: null as T };
      const body: unknown = await response.json().catch(() => null);
      if (!response.ok) return { fault: faultOf(response.status, body) };
      return body === null ? { fault: silence('The answer is not JSON.') } : { value: body as T };
    } catch (error) {
      signal?.throwIfAborted();
      return { fault: silence(error) };
    }
  }
  return {
    get: (path, signal) => ask(path, { signal }),
    post: (path, body, signal) => ask(path, { method: 'POST', body, signal }),
    remove: (path) => ask(path, { method: 'DELETE' }),
  };
}

/** A path with its query; what is undefined or null is left out. */
export function pathOf(path: string, query: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
