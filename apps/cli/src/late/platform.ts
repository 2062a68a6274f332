import { Failure } from '../terminal/failure.js';

export interface PlatformAccess {
  readonly url: string;
  readonly apiKey: string;
  readonly fetch: typeof globalThis.fetch;
}

const timeoutMs = 60_000;

/** Asks the platform. Throws Failure, with what the platform says is wrong and what to do about it. */
export async function askPlatform<Answer>({ url, apiKey, fetch }: PlatformAccess, path: string, query: { readonly [name: string]: string | undefined }): Promise<Answer> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const address = `${url.replace(/\/+$/, '')}${path}?${new URLSearchParams(given)}`;
  let response: Response;
  try {
    response = await fetch(address, { headers: { authorization: `Bearer ${apiKey}` }, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw new Failure(`The platform at ${url} does not answer: ${reasonOf(error)}`, 'start it (npm start), or give its address with --url.');
  }
  const body = (await response.json().catch(() => ({}))) as { readonly title?: string; readonly detail?: string; readonly errors?: readonly { readonly path: string; readonly hint: string }[] };
  if (response.ok) return body as Answer;
  const wrong = body.errors?.map((error) => `${error.path} ${error.hint}`).join('; ') ?? body.detail ?? `status ${response.status}`;
  throw new Failure(`The platform refuses ${path}: ${body.title ?? 'no reason given'} (${wrong})`, fixOf(response.status));
}

function fixOf(status: number): string {
  if (status === 401) return 'give a key of the business in PARLEY_API_KEY, or in a file with --key-file.';
  if (status === 403) return 'use a key with the scopes windows:read and charges:read.';
  return status >= 500 ? 'try again in a little while.' : 'correct what is named.';
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
