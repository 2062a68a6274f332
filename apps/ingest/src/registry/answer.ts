/** What the registry answers: a status and a body, JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** True where the answer can never change: an id stands for one schema for ever. */
  readonly lasting?: boolean;
}

/** Confluent's error codes, as far as a registry that is only read has them; the first three digits are the status. */
export const refusals = {
  notFound: 404,
  subjectNotFound: 40401,
  versionNotFound: 40402,
  schemaNotFound: 40403,
  subjectNotConfigured: 40408,
  subjectModeNotConfigured: 40409,
  unprocessable: 422,
  invalidSchema: 42201,
  invalidVersion: 42202,
  notPermitted: 42205,
  tooLarge: 413,
} as const;

export function refuse(why: keyof typeof refusals, message: string): Answer {
  const code = refusals[why];
  return { status: Number(String(code).slice(0, 3)), body: { error_code: code, message } };
}

export function answer(body: unknown): Answer {
  return { status: 200, body };
}

export function lastingAnswer(body: unknown): Answer {
  return { status: 200, body, lasting: true };
}
