import type { RateRow } from '@parley/contracts';
import { parseDecimal } from '@parley/money';
import { rateColumns } from '@parley/rating';
import { askPlatform, type Asking, type PlatformAccess } from './ask.js';

export { Unreachable, type PlatformAccess } from './ask.js';

/** A published version of a rate card, without its prices. */
export interface PublishedCard {
  readonly rateCardId: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly currency: string;
  readonly illustrative: boolean;
  /** On the day that was asked for. */
  readonly isInForce: boolean;
}

/** Billing's price lists over HTTP. Every method throws Failure, and Unreachable where nobody answers. */
export class PriceLists {
  constructor(private readonly access: PlatformAccess) {}

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

  /** Publishes a card; the same card again changes nothing. */
  async publish(card: object, idempotencyKey: string): Promise<void> {
    await this.ask('/billing/v1/rate-cards', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey }, body: JSON.stringify(card) });
  }

  private ask(path: string, init: Asking = {}): Promise<Record<string, unknown>> {
    return askPlatform(this.access, path, { fixTaken: 'publish it as a new version: leave out --version, and the next one is taken.', ...init });
  }
}
