import type { Lane } from '@parley/contracts';
import { systemRandom, toBase64, toHex, type Random, type ScryptCost } from '@parley/crypto';
import { endKeys, newOwnKeys } from '@parley/sdk';
import { createFolder, type FolderSecret } from './folder/folder.js';
import type { Fact, PhoneNumber } from './state/fact.js';
import { newBusinessToken, tokenFact } from './tokens.js';

export interface SetupRequest {
  readonly folder: string;
  readonly secret: FolderSecret;
  /** WhatsApp business account id on the wire; digits, as clients expect. */
  readonly wabaId: string;
  readonly businessId: string;
  readonly name: string;
  /** The business's platform API keys: of the lane api, and of the lane app where it sends by hand too. */
  readonly apiKey: string;
  readonly appKey?: string;
  readonly numbers: readonly PhoneNumber[];
  /** Business tokens to accept, for software that has its own already; made here where left out. */
  readonly tokens?: { readonly api?: string; readonly app?: string };
  /** Key of the webhooks' signatures; made here where left out. */
  readonly appSecret?: string;
  readonly random?: Random;
  readonly scryptCost?: ScryptCost;
}

/** What a person needs to use the gateway. Said once: the folder keeps only hashes of the tokens. */
export interface SetupResult {
  /** `app` is null where there is no API key of that lane. */
  readonly tokens: { readonly api: string; readonly app: string | null };
  readonly appSecret: string;
}

/** Makes the gateway's folder: fresh device keys, credentials, tokens. Reaches nothing else. Throws FolderError where there is one already. */
export async function setup(request: SetupRequest): Promise<SetupResult> {
  const { random = systemRandom, numbers, wabaId, businessId, name, apiKey, appKey = null } = request;
  const tokens = {
    api: request.tokens?.api ?? newBusinessToken(random),
    app: appKey === null ? null : (request.tokens?.app ?? newBusinessToken(random)),
  };
  const appSecret = request.appSecret ?? toHex(random(16));
  const tokenKey = random(32);
  const lanes: readonly (readonly [string, Lane])[] = [[tokens.api, 'api'], ...(tokens.app === null ? [] : [[tokens.app, 'app'] as const])];
  const facts: readonly Fact[] = [
    { type: 'AccountSet', account: { wabaId, businessId, name, appSecret, apiKey, appKey } },
    { type: 'RecordsChanged', changes: [{ key: endKeys.own, value: JSON.stringify(newOwnKeys(random)) }] },
    { type: 'TokenKeySet', key: toBase64(tokenKey) },
    ...lanes.map(([token, lane]) => tokenFact(tokenKey, token, lane)),
    ...numbers.map((number) => ({ type: 'NumberSet', number }) as const),
  ];
  const { folder: path, secret, scryptCost } = request;
  await createFolder({ path, secret, facts, random, ...(scryptCost === undefined ? {} : { scryptCost }) });
  return { tokens, appSecret };
}
