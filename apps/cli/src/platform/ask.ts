import { Failure } from '../terminal/failure.js';

/** Where the platform is, and the key to ask it with. */
export interface PlatformAccess {
  readonly url: string;
  readonly key: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Raised where nobody answers at the address. */
export class Unreachable extends Failure {}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What to do where the platform refuses. */
export interface Fixes {
  /** It has something else of that name (409). */
  readonly taken?: string;
  /** It does not accept the key (401, 403). */
  readonly key?: string;
}

const answerWithinMs = 20_000;

/** What the platform answers, also where it refuses. Throws Unreachable where nobody answers. */
export function fetchPlatform({ url, key, fetch }: PlatformAccess, path: string, asking: Asking = {}): Promise<Response> {
  return fetch(new URL(path, url), { ...asking, headers: { ...asking.headers, Authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(answerWithinMs) }).catch((error: unknown) => {
    throw new Unreachable(`The platform at ${url} does not answer.`, 'start it (npm start), or say where it is: --url http://localhost:8080', 1, { cause: error });
  });
}

/** What the platform answers, as JSON. Throws Failure with what it refused and how to mend it, and Unreachable where nobody answers. */
export async function askPlatform(access: PlatformAccess, path: string, asking: Asking = {}, fixes: Fixes = {}): Promise<Record<string, unknown>> {
  const response = await fetchPlatform(access, path, asking);
  const answer = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  if (answer === null) throw new Failure(`What answers at ${access.url} is not Parley.`, 'see that --url is the platform’s address.');
  if (response.ok) return answer;
  throw refusal(response.status, answer, fixes);
}

function refusal(status: number, { title, detail, errors = [] }: Record<string, unknown>, { taken = 'take another name.', key = 'give the operator’s key in PARLEY_OPERATOR_KEY, or in a file with --key-file.' }: Fixes): Failure {
  if (status === 401 || status === 403) return new Failure(`The platform does not accept the key: ${String(detail)}`, key);
  const hints = (errors as readonly { readonly path: string; readonly hint: string }[]).map(({ path, hint }) => `${path}: ${hint}`);
  return new Failure([`The platform refused it (${status}, ${String(title)}): ${String(detail)}`, ...hints].join('\n'), status === 409 ? taken : 'correct what is named, and try again.');
}
