/** One field that is wrong: where it is (`template.parameters[0].component`) and what would be right. */
export interface FieldError {
  readonly path: string;
  readonly hint: string;
}

/** Every way a request can fail, closed: the last word of the problem's `type`, its status and title. */
export const problems = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'invalid-fields': { status: 400, title: 'Some fields are wrong' },
  'missing-idempotency-key': { status: 400, title: 'The header Idempotency-Key is missing' },
  'invalid-idempotency-key': { status: 400, title: 'The header Idempotency-Key is wrong' },
  'invalid-cursor': { status: 400, title: 'The cursor is not one of ours' },
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  unauthorized: { status: 401, title: 'No valid credentials' },
  'missing-scope': { status: 403, title: 'The key may not do this' },
  forbidden: { status: 403, title: 'Not yours to do' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'Not with this method' },
  'already-exists': { status: 409, title: 'It exists already, and differs' },
  'stale-list': { status: 409, title: 'The device list does not follow from the present one' },
  'stale-devices': { status: 409, title: 'Sealed for other devices than there are' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not application/json' },
  'idempotency-conflict': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'A fault on our side' },
  busy: { status: 503, title: 'Too busy just now' },
  stopping: { status: 503, title: 'Stopping' },
} as const;

export type ProblemKind = keyof typeof problems;

/** The body of an error answer, `application/problem+json` (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
  /** Members of a kind's own (RFC 9457, 3.2), such as `accounts` of `stale-devices`. */
  readonly [member: string]: unknown;
}

/** A refused request. What is written in `detail` and `errors` goes to the caller: never content, never a secret. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly kind: ProblemKind,
    detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
    /** What a program needs to go on, beside what people read. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }

  get status(): number {
    return problems[this.kind].status;
  }

  body(instance: string): ProblemBody {
    const { status, title } = problems[this.kind];
    return {
      ...this.members,
      type: `urn:parley:problem:${this.kind}`,
      title,
      status,
      detail: this.message,
      instance,
      ...(this.errors.length > 0 ? { errors: this.errors } : {}),
    };
  }
}
