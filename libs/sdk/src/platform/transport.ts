import type { Random } from '@parley/crypto';
import { PlatformError, problemOf } from './error.js';

/** How often and how long a call is tried again. The wait before try n is random in [0, min(capMs, baseMs * 2^n)]. */
export type RetryPolicy = { readonly attempts: number; readonly baseMs: number; readonly capMs: number };

export const usualRetry: RetryPolicy = { attempts: 4, baseMs: 200, capMs: 5_000 };

export type TransportOptions = {
  /** Address of the platform, such as http://localhost:4000; a path in it is kept. */
  readonly baseUrl: string;
  /** Bearer token: a device's `dt_…` or a business's `pk_…`; null before registration. */
  readonly token: string | null;
  readonly random: Random;
  readonly fetch?: typeof globalThis.fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly retry?: RetryPolicy;
  /** Whether `fetch` sends a stream whose length is said, as Node's does. Browsers' send streams without one, and over HTTP/2 alone: they are given a Blob, which need not lie in memory. */
  readonly sendsStreams?: boolean;
  /** Limit of one try, without the time a call itself asks the platform to wait. */
  readonly timeoutMs?: number;
};

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query. */
  readonly path: string;
  /** JSON as it goes over the wire. A repetition under the same key must have the same bytes. */
  readonly body?: string;
  readonly idempotencyKey?: string;
  /** False for a POST without a key that must not be done twice. */
  readonly repeatable: boolean;
  /** Time the platform may hold the answer back, ms. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
};

/** A request or an answer that is no JSON, and may be large. */
export type Exchange = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob | ReadableStream<Uint8Array>;
  readonly signal: AbortSignal;
};

/** HTTP to the platform: tries again with growing, random waits, a bounded number of times. */
export class Transport {
  private readonly fetch: typeof globalThis.fetch;
  private readonly sleep: (ms: number) => Promise<void>;
  private readonly retry: RetryPolicy;
  private readonly base: string;

  constructor(private readonly options: TransportOptions) {
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.retry = options.retry ?? usualRetry;
    this.base = options.baseUrl.replace(/\/+$/, '');
  }

  /** The same platform under another token. */
  withToken(token: string): Transport {
    return new Transport({ ...this.options, token });
  }

  get sendsStreams(): boolean {
    return this.options.sendsStreams ?? isNode();
  }

  get random(): Random {
    return this.options.random;
  }

  /** The answer's JSON (undefined where it is empty). Throws PlatformError, the last one when all tries failed; when aborted, the signal's reason. */
  async send(call: Call): Promise<unknown> {
    return call.repeatable ? await this.repeat(() => this.once(call), call.signal) : await this.once(call);
  }

  /** Does it again after faults that may pass, a bounded number of times. Throws the last error; when aborted, the signal's reason. */
  async repeat<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(await this.mayRepeat(attempt, error, signal))) throw error;
      }
    }
  }

  /** After so many failures in a row, the last with this error: waits, and resolves to whether to try again. */
  async mayRepeat(failures: number, error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    if (!(error instanceof PlatformError) || !error.isTransient || failures >= this.retry.attempts || signal?.aborted) return false;
    await this.sleep(this.waitBefore(failures, error));
    return true;
  }

  /** One try, as long as it takes: the caller's signal ends it. The body of the answer is the caller's to read. Throws PlatformError; when aborted, the signal's reason. */
  async exchange({ method, path, headers, body, signal }: Exchange): Promise<Response> {
    const streaming = body === undefined ? {} : { body, ...(body instanceof Blob ? {} : { duplex: 'half' }) };
    let response: Response;
    try {
      response = await this.fetch(this.base + path, { method, headers: { ...this.authorization(), ...headers }, signal, redirect: 'error', ...streaming });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw unreachable(this.base, error);
    }
    if (response.ok) return response;
    throw problemOf(response.status, parse(await response.text().catch(() => '')), retryAfterMs(response));
  }

  private waitBefore(attempt: number, { retryAfterMs }: PlatformError): number {
    const { baseMs, capMs } = this.retry;
    const [high = 0, low = 0] = this.options.random(2);
    const jittered = Math.floor(Math.min(capMs, baseMs * 2 ** attempt) * ((high * 256 + low) / 65_536));
    return Math.min(capMs, Math.max(jittered, retryAfterMs ?? 0));
  }

  private async once(call: Call): Promise<unknown> {
    const limitMs = (this.options.timeoutMs ?? 10_000) + (call.waitMs ?? 0);
    const timeout = AbortSignal.timeout(limitMs);
    const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
    let response: Response;
    let text: string;
    try {
      response = await this.fetch(this.base + call.path, { method: call.method, headers: this.headersOf(call), signal, redirect: 'error', ...bodyOf(call) });
      text = await response.text();
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason; // The caller's own wish is no fault of the platform's.
      throw timeout.aborted ? tooSlow(limitMs) : unreachable(this.base, error);
    }
    const body = parse(text);
    if (!response.ok) throw problemOf(response.status, body, retryAfterMs(response));
    if (body === undefined && text !== '') {
      throw new PlatformError({ kind: 'answer', status: response.status, title: 'The answer is not JSON', detail: `Is ${this.base} the platform?` });
    }
    return body;
  }

  private authorization(): Record<string, string> {
    return this.options.token === null ? {} : { authorization: `Bearer ${this.options.token}` };
  }

  private headersOf({ body, idempotencyKey }: Call): Record<string, string> {
    return {
      accept: 'application/json',
      ...this.authorization(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
  }
}

function isNode(): boolean {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } };
  return process?.versions?.node !== undefined;
}

const bodyOf = ({ body }: Call) => (body === undefined ? {} : { body });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Only the form in seconds: a date would need the platform's clock and ours to agree.
function retryAfterMs(response: Response): number | null {
  const seconds = response.headers.get('retry-after');
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

function tooSlow(limitMs: number): PlatformError {
  return new PlatformError({ kind: 'timeout', status: 0, title: 'The platform took too long', detail: `No answer within ${limitMs} ms.` });
}

function unreachable(base: string, error: unknown): PlatformError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  const reason = cause || (error instanceof Error ? error.message : String(error));
  return new PlatformError({ kind: 'unreachable', status: 0, title: `The platform at ${base} cannot be reached`, detail: reason });
}
