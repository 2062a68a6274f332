import type { Lane } from '@parley/contracts';
import type { Random } from '@parley/crypto';
import { PlatformClient, PlatformError, type AttachedFile, type InboxPage, type KeyDirectory, type LookedUpContact, type PublicKeys, type RegisteredBusinessDevice, type SealedSource } from '@parley/sdk';
import { fetchUntil } from '../fetch-until.js';
import type { Call } from '../state/fact.js';
import type { Draft } from '../wire/published.js';
import type { Template } from '../wire/template.js';
import { readChargedPrice, type ChargedPrice } from './charge.js';
import { readSpend, type Spend, type SpendQuestion } from './spend.js';
import { readTemplate, readTemplates } from './templates.js';

export interface PlatformOptions {
  /** Where the platform's path prefixes begin. */
  readonly url: string;
  /** Platform API key per lane; null where the business has none. */
  readonly keys: { readonly [lane in Lane]: string | null };
  readonly random: Random;
  readonly timeoutMs: number;
  /** Calls off every request. */
  readonly stopping: AbortSignal;
}

/** The platform over HTTP: all that the gateway asks of it. Every method throws PlatformError. */
export class Platform {
  private readonly lanes: { readonly [lane in Lane]: PlatformClient };

  constructor({ url, keys, random, timeoutMs, stopping }: PlatformOptions) {
    // One try each: the outbox and the inbox repeat by themselves, with longer waits and across restarts.
    const retry = { attempts: 1, baseMs: 0, capMs: 0 };
    const client = (token: string | null) => new PlatformClient({ baseUrl: url, token, random, timeoutMs, retry, fetch: fetchUntil(stopping) });
    this.lanes = { api: client(keys.api), app: client(keys.app) };
  }

  /** Sends a call's exact bytes under its idempotency key. */
  async perform({ id, lane, path, body }: Call): Promise<void> {
    await this.lanes[lane].send({ path, body, idempotencyKey: id });
  }

  /** Null where the number is not in the directory. */
  lookUp(phone: string): Promise<LookedUpContact | null> {
    return this.lanes.api.lookUp(phone);
  }

  async templates(): Promise<readonly Template[]> {
    return readTemplates(await this.lanes.api.get('/notifications/v1/templates'));
  }

  /** Publishes a new version of a template; resolves to it, as it waits for its approval. */
  async publish(draft: Draft, idempotencyKey: string): Promise<Template> {
    return readTemplate(await this.lanes.api.send({ path: '/notifications/v1/templates', body: JSON.stringify(draft), idempotencyKey }));
  }

  /** What the business spent on these days of its zone, by these dimensions; all pages of it. */
  spend(question: SpendQuestion): Promise<Spend> {
    return readSpend(question, (path) => this.lanes.api.get(path));
  }

  /** What the charge of a message says of its price; null where it says none. A charge that is not posted yet is answered with 404. */
  async chargedPrice(chargeId: string): Promise<ChargedPrice | null> {
    return readChargedPrice(await this.lanes.api.get(`/billing/v1/charges/${encodeURIComponent(chargeId)}`));
  }

  /** Leaves a sealed file for contacts; resolves to the attachment's id. */
  leave(sealed: SealedSource): Promise<string> {
    return this.lanes.api.leave(sealed);
  }

  /** The plain bytes of a file that a contact left, checked. Throws CryptoError and ContentError too. */
  open(file: AttachedFile): AsyncGenerator<Uint8Array> {
    return this.lanes.api.open(file);
  }

  /** What has happened since the cursor; the platform may wait for something to come. */
  inbox(cursor: string | null, waitSeconds: number, deviceId: string): Promise<InboxPage> {
    return this.lanes.api.inbox({ cursor, waitSeconds, deviceId });
  }

  /** Makes the gateway one of the business's devices. */
  registerDevice(keys: PublicKeys, name: string, idempotencyKey: string): Promise<RegisteredBusinessDevice> {
    return this.lanes.api.registerBusinessDevice({ ...keys, name }, idempotencyKey);
  }

  /** Keys of the ends, to seal for. */
  keys(): KeyDirectory {
    return this.lanes.api.keys();
  }
}

/** True where the platform said no and would say no again; false where nothing is known, or it asked to be asked again. */
export function isRefusal(error: unknown): error is PlatformError {
  return error instanceof PlatformError && error.kind === 'problem' && !error.isTransient && error.status >= 400 && error.status < 500;
}
