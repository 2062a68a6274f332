type Send<Input, Init> = (input: Input, init?: Init) => Promise<Response>;

/**
 * fetch, called off when `stopping` aborts or the request's own signal does; once the answer has begun, by the latter alone. Not by
 * AbortSignal.any: that leaves a trace of every request on a signal that lives as long as the process.
 */
export function fetchUntil(stopping: AbortSignal): typeof fetch {
  return sentUntil(stopping, fetch);
}

/** As `fetchUntil`, of another way to send. */
export function sentUntil<Input, Init extends { readonly signal?: AbortSignal | null }>(stopping: AbortSignal, send: Send<Input, Init>): Send<Input, Init> {
  return async (input, init) => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    for (const signal of [stopping, ...(init?.signal ? [init.signal] : [])]) {
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
    }
    try {
      return await send(input, { ...init, signal: controller.signal } as Init);
    } finally {
      stopping.removeEventListener('abort', abort);
    }
  };
}
