/**
 * fetch, called off when `stopping` aborts or the request's own signal does; once the answer has begun, by the latter alone. Not by
 * AbortSignal.any: that leaves a trace of every request on a signal that lives as long as the process.
 */
export function fetchUntil(stopping: AbortSignal): typeof fetch {
  return async (input, init) => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    for (const signal of [stopping, ...(init?.signal ? [init.signal] : [])]) {
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
    }
    try {
      return await fetch(input, { ...init, signal: controller.signal });
    } finally {
      stopping.removeEventListener('abort', abort);
    }
  };
}
