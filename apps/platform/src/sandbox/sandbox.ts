import { formatDecimal, micros } from '@parley/money';
import { isFolder, setup } from '@parley/gateway';
import { bundledMarketPrefixes, bundledPolicies, bundledRateCards } from '@parley/rating';
import type { Scope } from '@parley/service';
import { StartError } from '@parley/service';
import { Device } from '@parley/sdk';
import { openFileStore } from '@parley/sdk/node';
import type { DataFolder } from '../folder/data-folder.js';
import { cast } from './cast.js';
import { Operator } from './operator.js';
import { gatewayKeyOf, phoneKeyOf, writeSandbox } from './sandbox-file.js';
import type { Sandbox, SandboxDraft } from './sandbox-file.js';

export interface SandboxRequest {
  readonly address: string;
  readonly folder: DataFolder;
  readonly draft: SandboxDraft;
  readonly operatorKey: string;
  startGateway(): Promise<void>;
  /** Whether the gateway is known as a device: until then nobody can write to the business. */
  isRegistered(): boolean;
}

/**
 * Makes the sandbox at the first start, and starts its gateway: a business with a number, prices, a template, keys, a customer's phone. All
 * of it over HTTP, each step repeatable, so that a start that is cut short is taken up by the next.
 */
export async function openSandbox(request: SandboxRequest): Promise<Sandbox> {
  const { draft, folder } = request;
  if (draft.made) {
    if (!isFolder(folder.gateway)) throw new StartError(`${folder.gateway} is missing, and with it the keys of the sandbox business. Restore it from a backup, or move ${folder.path} away to begin anew.`);
    await request.startGateway();
    return written(request, draft as Sandbox);
  }
  const operator = new Operator(request.address, request.operatorKey);
  await publishPrices(operator);
  await registerBusiness(operator);
  const keys = await makeKeys(operator);
  await publishTemplate(operator, keys.apiKey);
  await makeGateway(request, keys);
  const contactId = await registerPhone(request);
  return written(request, { ...draft, ...keys, contactId, made: true });
}

/** The sandbox's file, with where to find it this time: the phone at the terminal reads it there. */
function written({ address, folder }: SandboxRequest, sandbox: Omit<Sandbox, 'url' | 'businessPhone'>): Sandbox {
  const placed = { ...sandbox, url: address, businessPhone: cast.number.phone };
  writeSandbox(folder, placed);
  return placed;
}

/** The policies, rate cards and prefixes that come with the code. */
async function publishPrices(operator: Operator): Promise<void> {
  for (const { type: _, document, ...policy } of bundledPolicies()) {
    await operator.post('/billing/v1/policies', `sandbox-policy-${policy.policyId}-${policy.version}`, { ...policy, document: JSON.parse(document) as object });
  }
  for (const { type: _, rows, ...card } of bundledRateCards()) {
    const priced = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? formatDecimal(micros(value)) : value])));
    await operator.post('/billing/v1/rate-cards', `sandbox-rate-card-${card.rateCardId}-${card.version}`, { ...card, rows: priced });
  }
  for (const { type: _, ...prefixes } of bundledMarketPrefixes()) {
    await operator.post('/billing/v1/market-prefixes', `sandbox-prefixes-${prefixes.prefixesId}-${prefixes.version}`, prefixes);
  }
}

async function registerBusiness(operator: Operator): Promise<void> {
  await operator.post('/ingest/v1/businesses', 'sandbox-business', cast.business);
  await operator.post('/ingest/v1/numbers', 'sandbox-number', { ...cast.number, businessId: cast.business.businessId });
}

interface Keys {
  readonly apiKey: string;
  readonly appKey: string;
}

async function makeKeys(operator: Operator): Promise<Keys> {
  const { businessId } = cast.business;
  const software: readonly Scope[] = ['messages:send', 'consents:write', 'inbox:read', 'directory:read', 'devices:write', 'charges:read', 'windows:read', 'templates:write'];
  const api = await operator.post('/ingest/v1/api-keys', 'sandbox-api-key', { businessId, scopes: software, name: 'software, and the gateway' });
  const app = await operator.post('/ingest/v1/api-keys', 'sandbox-app-key', { businessId, scopes: ['messages:send-app'], name: 'by hand' });
  return { apiKey: String(api['token']), appKey: String(app['token']) };
}

async function publishTemplate(operator: Operator, apiKey: string): Promise<void> {
  const { name, language } = cast.template;
  const { version } = await operator.as(apiKey).post('/notifications/v1/templates', 'sandbox-template', cast.template);
  const review = { businessId: cast.business.businessId, name, language, version, status: 'approved' };
  await operator.post('/notifications/v1/templates/reviews', 'sandbox-template-review', review);
}

async function makeGateway({ folder, draft, startGateway, isRegistered }: SandboxRequest, keys: Keys): Promise<void> {
  const { wabaId, phoneNumberId } = cast.wire;
  const { businessId, name } = cast.business;
  const number = { phoneNumberId, numberId: cast.number.numberId, displayPhoneNumber: `+${cast.number.phone}`, verifiedName: cast.number.displayName };
  if (!isFolder(folder.gateway)) {
    const tokens = { api: draft.apiToken, app: draft.appToken };
    await setup({ folder: folder.gateway, secret: gatewayKeyOf(draft), wabaId, businessId, name, ...keys, numbers: [number], tokens, appSecret: draft.appSecret });
  }
  await startGateway();
  for (let waitedMs = 0; !isRegistered(); waitedMs += 50) {
    if (waitedMs > 10_000) throw new StartError('The sandbox cannot be made: its gateway did not register within 10 s. Its log lines say why.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The sandbox customer's device, in its own encrypted folder; `parley phone` goes on with it. */
async function registerPhone({ address, folder, draft }: SandboxRequest): Promise<string> {
  const store = await openFileStore({ folder: folder.phone, secret: phoneKeyOf(draft) });
  try {
    const { contactId } = await new Device({ baseUrl: address, store }).register(cast.customer.phone, draft.code, cast.customer.name);
    return contactId;
  } finally {
    await store.close();
  }
}
