import type { RateRow } from '@parley/contracts';
import { parseDecimal } from '@parley/money';
import { rateColumns, type Scope } from '@parley/rating';
import { reached, type AccessOptions } from '../platform/access.js';
import { askPlatform, type Asking, type PlatformAccess } from '../platform/ask.js';

/** What to do where it is not known where the platform is. */
export const fixUnknown = 'start the platform in this folder (npm start), or give --url and the operator’s key in PARLEY_OPERATOR_KEY.';

const fixes = {
  taken: 'publish it as a new version: leave out --version, and the next one is taken.',
  key: 'give the operator’s key in PARLEY_OPERATOR_KEY, or in a file with --operator-key-file.',
};

/** What was published for everybody, or for some owners and businesses. */
export interface ForSome {
  readonly scope: Scope | null;
  /** On the day that was asked for, among those for the same. */
  readonly isInForce: boolean;
}

/** The version in force that is for the same as the scope says; where there is none, the one for everybody. Null for neither. */
export function inForceAmong<Published extends ForSome>(published: readonly Published[], scope: Scope | null): Published | null {
  const inForce = published.filter(({ isInForce }) => isInForce);
  return inForce.find((one) => isSameScope(one.scope, scope)) ?? inForce.find((one) => one.scope === null) ?? null;
}

export function isSameScope(one: Scope | null, other: Scope | null): boolean {
  const said = (scope: Scope | null): string => JSON.stringify(scope && [[...scope.owners].sort(), [...scope.businesses].sort()]);
  return said(one) === said(other);
}

/** For whom the named owners and businesses make it; null where none is named: for everybody. */
export function scopeNamed(owners: readonly string[], businesses: readonly string[]): Scope | null {
  return owners.length + businesses.length === 0 ? null : { owners, businesses };
}

/** A published version of a rate card, without its prices. */
export interface PublishedCard extends ForSome {
  readonly rateCardId: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly currency: string;
  readonly illustrative: boolean;
}

/** A published version of a business's eligibility for international authentication prices. */
export interface PublishedEligibility {
  readonly businessId: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly homeMarket: string;
  readonly markets: readonly string[];
  /** On the day that was asked for. */
  readonly isInForce: boolean;
}

/** A published version of a policy. */
export interface PublishedPolicy extends ForSome {
  readonly policyId: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly illustrative: boolean;
  readonly document: object;
}

/** A signed sum. */
export interface Change {
  readonly currency: string;
  readonly change: string;
  readonly changeMicros: string;
}

/** A correction as billing lists it. */
export interface CorrectionStatus {
  readonly catalogOffset: number;
  readonly kind: 'policy' | 'rate_card';
  readonly id: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly corrected: { readonly id: string; readonly version: number };
  readonly reason: string;
  readonly publishedAt: string;
  readonly state: 'waiting' | 'running' | 'posted' | 'settled' | 'failed';
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly charges: number;
  readonly adjustments: number;
  readonly changes: readonly Change[];
  readonly unpriced: number;
  readonly unexplained: number;
  readonly detail: string | null;
}

/** What a correction would change. */
export interface TrialResult {
  readonly charges: number;
  readonly adjustments: number;
  readonly unexplained: number;
  readonly pending: number;
  readonly drifting: boolean;
  readonly unpriced: readonly { readonly reason: string; readonly charges: number }[];
  readonly currencies: readonly Change[];
  readonly businesses: readonly (Change & { readonly businessId: string; readonly ownerId: string; readonly adjustments: number })[];
}

/** How far a trial is. */
export interface Trial {
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly detail: string | null;
  readonly result: TrialResult | null;
}

/** Billing's price lists over HTTP. Every method throws Failure, and Unreachable where nobody answers. */
export class PriceLists {
  constructor(private readonly access: PlatformAccess) {}

  /** Throws Failure where it is not known where the platform is, or with which key to ask it. */
  static reached(options: AccessOptions, fetch: PlatformAccess['fetch']): PriceLists {
    return new PriceLists(reached(options, fetch, fixUnknown));
  }

  /** All versions of all cards in the order of publication. */
  async cards(on: string | undefined): Promise<readonly PublishedCard[]> {
    const { data } = await this.ask(`/billing/v1/rate-cards${on === undefined ? '' : `?on=${on}`}`);
    return data as readonly PublishedCard[];
  }

  /** The prices of one version. */
  async rows({ rateCardId, version }: PublishedCard): Promise<readonly RateRow[]> {
    const { rows } = await this.ask(`/billing/v1/rate-cards/${rateCardId}/versions/${version}`);
    return (rows as readonly Readonly<Record<string, string | null>>[]).map(({ market, ...prices }) => {
      const exact = rateColumns.map((column) => [column, typeof prices[column] === 'string' ? parseDecimal(prices[column]) : null]);
      return { market: String(market), ...Object.fromEntries(exact) } as RateRow;
    });
  }

  /** All versions of all policies in the order of publication. */
  async policies(on: string | undefined): Promise<readonly PublishedPolicy[]> {
    const { data } = await this.ask(`/billing/v1/policies${on === undefined ? '' : `?on=${on}`}`);
    return data as readonly PublishedPolicy[];
  }

  /** All versions of all businesses. */
  async eligibilities(on: string | undefined): Promise<readonly PublishedEligibility[]> {
    const { data } = await this.ask(`/billing/v1/international-eligibilities${on === undefined ? '' : `?on=${on}`}`);
    return data as readonly PublishedEligibility[];
  }

  /** Publishes a card; the same card again changes nothing. */
  async publish(card: object, idempotencyKey: string): Promise<void> {
    await this.post('/billing/v1/rate-cards', card, idempotencyKey);
  }

  /** Publishes a version of a business's eligibility; the same again changes nothing. */
  async publishEligibility(eligibility: object, idempotencyKey: string): Promise<void> {
    await this.post('/billing/v1/international-eligibilities', eligibility, idempotencyKey);
  }

  /** Publishes a policy; the same one again changes nothing. */
  async publishPolicy(policy: object, idempotencyKey: string): Promise<void> {
    await this.post('/billing/v1/policies', policy, idempotencyKey);
  }

  async corrections(): Promise<readonly CorrectionStatus[]> {
    return (await this.ask('/billing/v1/corrections'))['data'] as readonly CorrectionStatus[];
  }

  /** Asks what a correction would change; the trial's id. */
  async try(kind: CorrectionStatus['kind'], asked: object): Promise<string> {
    return String((await this.post(`/billing/v1/corrections/trials/${kind === 'policy' ? 'policies' : 'rate-cards'}`, asked))['id']);
  }

  async trial(id: string): Promise<Trial> {
    return (await this.ask(`/billing/v1/corrections/trials/${id}`)) as unknown as Trial;
  }

  private post(path: string, body: object, idempotencyKey?: string): Promise<Record<string, unknown>> {
    const headers = { 'Content-Type': 'application/json', ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }) };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private ask(path: string, asking: Asking = {}): Promise<Record<string, unknown>> {
    return askPlatform(this.access, path, asking, fixes);
  }
}
