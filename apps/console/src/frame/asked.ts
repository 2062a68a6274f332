import { useCallback, useEffect, useState } from 'react';
import type { Answer } from '../api/client.js';
import type { Fault } from '../api/fault.js';

/** A question and where its answer stands. `again` asks once more; what was there stays until the new answer comes. */
export type Asked<T> = { readonly again: () => void } & (
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly fault: Fault }
  | { readonly state: 'ready'; readonly value: T; readonly receivedAtMs: number; readonly stale: boolean }
);

type Kept<T> = { readonly question: string; readonly answer: Answer<T>; readonly receivedAtMs: number } | null;

/** Asks when the question changes; null asks nothing. The question names everything that `ask` depends on. */
export function useAsked<T>(question: string | null, ask: (signal: AbortSignal) => Promise<Answer<T>>): Asked<T> {
  const [kept, keep] = useState<Kept<T>>(null);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    if (question === null) return undefined;
    const abort = new AbortController();
    ask(abort.signal).then(
      (answer) => abort.signal.aborted || keep({ question, answer, receivedAtMs: Date.now() }),
      () => undefined, // Aborted: another question took its place.
    );
    return () => abort.abort();
  }, [question, round]);
  if (kept === null || (kept.question !== question && 'fault' in kept.answer)) return { state: 'loading', again };
  if ('fault' in kept.answer) return { state: 'failed', fault: kept.answer.fault, again };
  return { state: 'ready', value: kept.answer.value, receivedAtMs: kept.receivedAtMs, stale: kept.question !== question, again };
}
