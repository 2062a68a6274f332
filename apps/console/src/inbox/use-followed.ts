import { useEffect, useState } from 'react';
import { pathOf } from '../api/client.js';
import type { Client } from '../api/client.js';
import type { Fault } from '../api/fault.js';

/** What is followed: the latest answer, and what hinders the next. */
export interface Followed<T> {
  readonly value: T | null;
  readonly fault: Fault | null;
}

const waitSeconds = 20;
const restMs = 2_000;

/** Asks a path that holds its answer back until there is another version, again and again. Null asks nothing. */
export function useFollowed<T extends { readonly version: string }>(client: Client | null, path: string | null): Followed<T> {
  const [followed, setFollowed] = useState<Followed<T> & { readonly path: string | null }>({ path: null, value: null, fault: null });
  useEffect(() => {
    if (client === null || path === null) return undefined;
    const abort = new AbortController();
    const follow = async (): Promise<void> => {
      for (let known: string | null = null; !abort.signal.aborted; ) {
        const answer: { readonly value: T } | { readonly fault: Fault } = await client.get<T>(pathOf(path, known === null ? {} : { known, wait: waitSeconds }), abort.signal);
        if ('value' in answer) {
          known = answer.value.version;
          setFollowed({ path, value: answer.value, fault: null });
        } else {
          setFollowed((before) => ({ path, value: before.path === path ? before.value : null, fault: answer.fault }));
          await new Promise((resolve) => setTimeout(resolve, restMs));
        }
      }
    };
    follow().catch(() => undefined); // Aborted: it is followed no more.
    return () => abort.abort();
  }, [client, path]);
  return followed.path === path ? followed : { value: null, fault: null };
}
