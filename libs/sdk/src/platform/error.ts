/** problem: the platform refused · unreachable: no answer came · timeout: it took too long · answer: what answered does not speak as the platform does. */
export type PlatformErrorKind = 'problem' | 'unreachable' | 'timeout' | 'answer';

/** One field that the platform found wrong. */
export type FieldProblem = { readonly path: string; readonly hint: string };

/** An account whose devices are others than the message was sealed for. */
export type StaleAccount = { readonly accountId: string; readonly listVersion: number; readonly missing: readonly string[]; readonly extra: readonly string[] };

export type PlatformErrorDetails = {
  readonly kind: PlatformErrorKind;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Kind of problem as the platform names it (RFC 9457); empty where it gave none. */
  readonly type?: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly staleAccounts?: readonly StaleAccount[];
  /** Earliest wait before another try, as the platform asked; null where it did not. */
  readonly retryAfterMs?: number | null;
};

const retryableStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A call that did not succeed. Never holds a token or content. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly kind: PlatformErrorKind;
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldProblem[];
  /** Of a message that was sealed for other devices than there are: to be sealed anew. Else empty. */
  readonly staleAccounts: readonly StaleAccount[];
  readonly retryAfterMs: number | null;

  constructor(details: PlatformErrorDetails) {
    super(details.detail === '' ? details.title : `${details.title}: ${details.detail}`);
    this.kind = details.kind;
    this.status = details.status;
    this.type = details.type ?? '';
    this.title = details.title;
    this.detail = details.detail;
    this.errors = details.errors ?? [];
    this.staleAccounts = details.staleAccounts ?? [];
    this.retryAfterMs = details.retryAfterMs ?? null;
  }

  /** Whether it is worth trying again at once. It may have been done already: repeat it under its Idempotency-Key only. */
  get isTransient(): boolean {
    return this.kind === 'unreachable' || this.kind === 'timeout' || retryableStatuses.has(this.status);
  }

  /**
   * Whether the platform itself has refused this very call for good. False for faults that may pass, for a token that is not
   * accepted, and for whatever a proxy or another server says in the platform's place: the call then is not answered yet.
   */
  get isRefusal(): boolean {
    return this.kind === 'problem' && !this.isTransient && this.status !== 401;
  }
}

/** Reads an error answer. Only the platform answers with problem+json; anything else is not its word. */
export function problemOf(status: number, body: unknown, retryAfterMs: number | null): PlatformError {
  const { type, title, detail, errors, accounts } = body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  return new PlatformError({
    kind: typeof title === 'string' ? 'problem' : 'answer',
    status,
    type: text(type),
    title: text(title) || `The answer was ${status}, without a problem+json`,
    detail: typeof title === 'string' ? text(detail) : 'Is this the address of the platform?',
    errors: Array.isArray(errors) ? errors.flatMap(fieldProblem) : [],
    staleAccounts: Array.isArray(accounts) ? accounts.flatMap(staleAccount) : [],
    retryAfterMs,
  });
}

function staleAccount(value: unknown): StaleAccount[] {
  const { accountId, listVersion, missing, extra } = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const ids = (list: unknown) => (Array.isArray(list) ? list.filter((id) => typeof id === 'string') : []);
  return typeof accountId === 'string' && typeof listVersion === 'number' ? [{ accountId, listVersion, missing: ids(missing), extra: ids(extra) }] : [];
}

function fieldProblem(value: unknown): FieldProblem[] {
  const { path, hint } = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  return typeof path === 'string' && typeof hint === 'string' ? [{ path, hint }] : [];
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
