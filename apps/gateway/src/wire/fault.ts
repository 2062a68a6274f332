/**
 * Every way the gateway refuses a request, closed. `code` is what clients of the Cloud API switch on; `title` is the operator's wording of it,
 * so that logs read alike on both; `status` is the HTTP status where it is said at once.
 */
export const faults = {
  'app-limit': { code: 4, status: 429, title: 'Application request limit reached' },
  permission: { code: 10, status: 403, title: 'Application does not have permission for this action' },
  'unknown-object': { code: 33, status: 400, title: 'Parameter value is not valid: the object does not exist' },
  'invalid-parameter': { code: 100, status: 400, title: 'Invalid parameter' },
  'invalid-token': { code: 190, status: 401, title: 'Invalid OAuth access token' },
  'account-limit': { code: 80007, status: 429, title: 'Rate limit issues' },
  throughput: { code: 130429, status: 429, title: 'Rate limit hit' },
  'something-wrong': { code: 131000, status: 500, title: 'Something went wrong' },
  'missing-parameter': { code: 131008, status: 400, title: 'Required parameter is missing' },
  'invalid-value': { code: 131009, status: 400, title: 'Parameter value is not valid' },
  unavailable: { code: 131016, status: 503, title: 'Service unavailable' },
  undeliverable: { code: 131026, status: 400, title: 'Message undeliverable' },
  payment: { code: 131042, status: 402, title: 'Business eligibility payment issue' },
  'window-closed': { code: 131047, status: 400, title: 'Re-engagement message' },
  'stopped-marketing': { code: 131050, status: 400, title: 'User has stopped marketing messages from this business' },
  'unsupported-type': { code: 131051, status: 400, title: 'Message type unknown' },
  'media-download': { code: 131052, status: 400, title: 'Media download error' },
  'media-upload': { code: 131053, status: 400, title: 'Media upload error' },
  'pair-limit': { code: 131056, status: 429, title: '(Business Account, Consumer Account) pair rate limit hit' },
  'parameter-count': { code: 132000, status: 400, title: 'Number of parameters does not match the expected number of params' },
  'template-unknown': { code: 132001, status: 404, title: 'Template name does not exist in the translation' },
  'template-too-long': { code: 132005, status: 400, title: 'Translated text too long' },
  'parameter-format': { code: 132012, status: 400, title: 'Parameter format does not match format in the created template' },
  'template-paused': { code: 132015, status: 400, title: 'Template is paused' },
  'template-disabled': { code: 132016, status: 400, title: 'Template is disabled' },
} as const;

export type FaultKind = keyof typeof faults;

/** Under one code the operator tells some faults apart by a subcode, and by words for a person; clients show those. */
export interface Exactly {
  readonly subcode?: number;
  readonly title: string;
}

// The subcode and the title as other people's clients of the operator know them.
export const templateExists: Exactly = { subcode: 2388024, title: 'Content in this language already exists' };
export const templateMissing: Exactly = { title: 'Message template not found' };

/**
 * A refused request. `details` goes to the business's software: it says what to fix, and never holds message text. `field` is the path of the
 * value to fix, such as `text.body`; empty where it is no single one.
 */
export class WireFault extends Error {
  override readonly name = 'WireFault';

  constructor(
    readonly kind: FaultKind,
    readonly details: string,
    readonly field = '',
    /** What the operator says more exactly under this code. */
    readonly exactly: Exactly | null = null,
  ) {
    super(`(#${faults[kind].code}) ${faults[kind].title}`);
  }

  get status(): number {
    return faults[this.kind].status;
  }
}

/** A fault of one value of the request: `what` is wrong with it, and what to do. */
export function faultAt(kind: FaultKind, field: string, what: string): WireFault {
  return new WireFault(kind, `${field} ${what}`, field);
}

/** The body of an error answer. `traceId` is also in the gateway's log line, so that a person can find one from the other. */
export function faultBody(fault: WireFault, traceId: string) {
  return {
    error: {
      message: fault.message,
      type: 'OAuthException',
      code: faults[fault.kind].code,
      ...(fault.exactly?.subcode === undefined ? {} : { error_subcode: fault.exactly.subcode }),
      ...(fault.exactly === null ? {} : { error_user_title: fault.exactly.title, error_user_msg: fault.details }),
      error_data: { messaging_product: 'whatsapp', details: fault.details },
      fbtrace_id: traceId,
    },
  };
}

/** One entry of `errors[]` in a webhook. */
export interface WebhookError {
  readonly code: number;
  readonly title: string;
  readonly message: string;
  readonly error_data: { readonly details: string };
}

export function webhookError(kind: FaultKind, details: string): WebhookError {
  const { code, title } = faults[kind];
  return { code, title, message: title, error_data: { details } };
}
