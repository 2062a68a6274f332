import { useCallback, useEffect, useRef, useState } from 'react';
import type { Client } from '../api/client.js';
import type { WhatIfJob, WhatIfQuestion } from '../api/contract.js';
import type { Fault } from '../api/fault.js';

export type Asking =
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly job: WhatIfJob | null }
  | { readonly state: 'failed'; readonly fault: Fault }
  | { readonly state: 'cancelled' }
  | { readonly state: 'done'; readonly job: WhatIfJob };

export interface WhatIfAsked {
  readonly asking: Asking;
  ask(question: WhatIfQuestion): void;
  cancel(): void;
}

const path = '/billing/v1/what-if';
const pauseMs = 250;

/** One question at a time: another, or leaving the page, cancels the one that is being answered. */
export function useWhatIf(client: Client): WhatIfAsked {
  const [asking, setAsking] = useState<Asking>({ state: 'idle' });
  const current = useRef<AbortController | null>(null);
  const cancel = useCallback((): void => {
    current.current?.abort();
    current.current = null;
    setAsking((before) => (before.state === 'working' ? { state: 'cancelled' } : before));
  }, []);
  const ask = useCallback(
    (question: WhatIfQuestion): void => {
      current.current?.abort();
      const abort = (current.current = new AbortController());
      const tell = (told: Asking): void => (abort.signal.aborted ? undefined : setAsking(told));
      tell({ state: 'working', job: null });
      void follow(client, question, abort.signal, tell);
    },
    [client],
  );
  useEffect(() => () => current.current?.abort(), []);
  return { asking, ask, cancel };
}

async function follow(client: Client, question: WhatIfQuestion, signal: AbortSignal, tell: (told: Asking) => void): Promise<void> {
  // Not cut short: a question that was taken has to be known, to be cancelled.
  const taken = await client.post<{ readonly id: string }>(path, question);
  if ('fault' in taken) return tell({ state: 'failed', fault: taken.fault });
  const job = `${path}/${taken.value.id}`;
  const drop = (): void => void client.remove(job);
  if (signal.aborted) return drop();
  signal.addEventListener('abort', drop, { once: true });
  const last = await untilDone(client, job, signal, tell).catch(() => null); // Null: cancelled.
  if (last === null) return;
  signal.removeEventListener('abort', drop);
  tell(last);
}

async function untilDone(client: Client, path: string, signal: AbortSignal, tell: (told: Asking) => void): Promise<Asking> {
  for (;;) {
    const answer = await client.get<WhatIfJob>(path, signal);
    if ('fault' in answer) return { state: 'failed', fault: answer.fault };
    const job: WhatIfJob = answer.value;
    switch (job.state) {
      case 'done':
        return { state: 'done', job };
      case 'failed':
        return { state: 'failed', fault: { status: 500, title: 'The question was not answered', detail: job.detail ?? 'It gave no reason.', fix: 'Ask again. If it stays, the platform’s log says why.' } };
      case 'cancelled':
        return { state: 'cancelled' };
      case 'waiting':
      case 'running':
        tell({ state: 'working', job });
        break;
      default:
        return job.state satisfies never;
    }
    await pause(signal);
  }
}

/** Rejects where the signal is aborted meanwhile. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, pauseMs);
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(new Error('cancelled'))), { once: true });
  });
}
