import { fromBase64, toBase64 } from '@parley/crypto';
import { PlatformError } from '../platform/error.js';
import type { FakeKeyDirectory } from './fake-directory.js';
import type { AccountKeys, PublishedList } from '../end/directory.js';

type Json = Record<string, unknown>;
type Asked = { readonly method: string; /** Path and query. */ readonly path: string; /** JSON, or empty. */ readonly body: string };

/** What a directory in memory answers over HTTP; null where the request is about something else. */
export async function answerAboutKeys(held: FakeKeyDirectory, { method, path, body }: Asked): Promise<{ readonly status: number; readonly body: Json } | null> {
  const { pathname, searchParams } = new URL(path, 'http://platform');
  if (!/^\/delivery\/v1\/key/.test(pathname)) return null;
  const directory = held.as('caller');
  const number = (name: string) => (searchParams.get(name) === null ? null : Number(searchParams.get(name)));
  const accountId = /^\/delivery\/v1\/keys\/accounts\/([^/]+)/.exec(pathname)?.[1];
  const said = (body === '' ? {} : JSON.parse(body)) as Json;
  switch (`${method} ${accountId === undefined ? pathname : pathname.replace(accountId, 'ID')}`) {
    case 'GET /delivery/v1/key-log':
      return ok({ logId: 'log', publicKey: toBase64((await directory.keyLog()).publicKey) });
    case 'GET /delivery/v1/keys/accounts/ID': {
      const keys = await directory.accountKeys(accountId!, number('version'), number('head'));
      return keys === null ? problem(404, 'There is no such thing') : ok({ accountId, ...spelled(keys) });
    }
    case 'POST /delivery/v1/keys/accounts/ID/bundles': {
      const bundles = await directory.bundles(accountId!, said['devices'] as string[]);
      return ok({ bundles: bundles.map(({ deviceId, bundle }) => ({ deviceId, bundle: toBase64(bundle) })) });
    }
    case 'GET /delivery/v1/keys/prekeys':
      return ok(await directory.prekeyStatus(searchParams.get('deviceId')!));
    case 'PUT /delivery/v1/keys/prekeys': {
      const oneTime = (said['oneTime'] as { id: number; publicKey: string }[]).map(({ id, publicKey }) => ({ id, publicKey: fromBase64(publicKey)! }));
      return ok(await directory.publishPrekeys(String(said['deviceId']), said['signed'] === null ? null : fromBase64(String(said['signed']))!, oneTime));
    }
    case 'PUT /delivery/v1/keys/list':
      try {
        return ok(spelled(await directory.publishList(fromBase64(String(said['list']))!, said['takeOver'] === true)));
      } catch (error) {
        if (error instanceof PlatformError) return problem(error.status, error.title);
        throw error;
      }
    default:
      return problem(404, `There is no ${method} ${pathname}`);
  }
}

function ok(body: Json): { status: number; body: Json } {
  return { status: 200, body };
}

function problem(status: number, title: string): { status: number; body: Json } {
  return { status, body: { type: 'urn:parley:problem:x', title, status, detail: 'A reason.' } };
}

/** Keys as the wire has them: bytes in base64. */
function spelled(keys: AccountKeys | PublishedList): Json {
  const text = (value: unknown): unknown => (value instanceof Uint8Array ? toBase64(value) : Array.isArray(value) ? value.map(text) : value);
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, text(value)]));
}
