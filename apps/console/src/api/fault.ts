/** Why an answer did not come, in words for a person. */
export interface Fault {
  /** The HTTP status; 0 where nothing answered. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What to do about it. */
  readonly fix: string;
}

const fixes: Readonly<Record<number, string>> = {
  0: 'Check that the platform runs, and that this page comes from it. Then try again.',
  401: 'Sign in again with a valid API key of the business.',
  403: 'Sign in with a key that has the scopes charges:read and windows:read, or have one made.',
  404: 'Check the link. A platform older than this page does not answer every question yet: bring it up to date.',
  429: 'Wait a moment, then try again.',
  503: 'The platform is busy or stopping. Wait a moment, then try again.',
};

/** What an error answer says (RFC 9457); a body that is no problem is described by its status alone. */
export function faultOf(status: number, body: unknown): Fault {
  const { title, detail, errors } = fieldsOf(wireFaultOf(body) ?? body);
  const hints = Array.isArray(errors) ? errors.flatMap((error: { path?: unknown; hint?: unknown }) => (typeof error?.hint === 'string' ? [`${String(error.path)} ${error.hint}`] : [])) : [];
  return {
    status,
    title: typeof title === 'string' ? title : `The platform answered with status ${status}`,
    detail: typeof detail === 'string' ? detail : 'It gave no reason.',
    fix: hints.length > 0 ? hints.join('. ') : (fixes[status] ?? (status >= 500 ? 'Try again. If it stays, the platform’s log says why.' : 'Change what was asked for, then try again.')),
  };
}

/** What the gateway says, in the form of the API that it speaks: `{error: {message, error_data: {details}}}`. */
function wireFaultOf(body: unknown): object | null {
  const { message, error_data: data } = fieldsOf(fieldsOf(body)['error']);
  return typeof message === 'string' ? { title: message, detail: fieldsOf(data)['details'] } : null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The fault of a request that had no answer at all, or one that could not be read. */
export function silence(error: unknown): Fault {
  return { status: 0, title: 'The platform does not answer', detail: error instanceof Error ? error.message : String(error), fix: fixes[0]! };
}
