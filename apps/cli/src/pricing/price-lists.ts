import type { RateRow } from '@parley/contracts';
import { parseDecimal } from '@parley/money';
import { rateColumns } from '@parley/rating';
import { Failure } from '../terminal/failure.js';

/** Where the platform is, and the key to ask it with. */
export interface PlatformAccess {
  readonly url: string;
  readonly key: string;
  readonly fetch: typeof globalThis.fetch;
}

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

/** Raised where nobody answers at the address. */
export class Unreachable extends Failure {}

const answerWithinMs = 20_000;

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

  private async ask(path: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Promise<Record<string, unknown>> {
    const { url, key, fetch } = this.access;
    const response = await fetch(new URL(path, url), { ...init, headers: { ...init.headers, Authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(answerWithinMs) }).catch((error: unknown) => {
      throw new Unreachable(`The platform at ${url} does not answer.`, 'start it (npm start), or say where it is: --url http://localhost:8080', 1, { cause: error });
    });
    const answer = await response.json().catch(() => null) as Record<string, unknown> | null;
    if (answer === null) throw new Failure(`What answers at ${url} is not Parley.`, 'see that --url is the platform’s address.');
    if (response.ok) return answer;
    throw refusal(response.status, answer);
  }
}

function refusal(status: number, { title, detail, errors = [] }: Record<string, unknown>): Failure {
  if (status === 401 || status === 403) return new Failure(`The platform does not accept the key: ${String(detail)}`, 'give the operator’s key in PARLEY_OPERATOR_KEY, or in a file with --operator-key-file.');
  const hints = (errors as readonly { readonly path: string; readonly hint: string }[]).map(({ path, hint }) => `${path}: ${hint}`);
  const isTaken = status === 409;
  return new Failure([`The platform refused it (${status}, ${String(title)}): ${String(detail)}`, ...hints].join('\n'), isTaken ? 'publish it as a new version: leave out --version, and the next one is taken.' : 'correct what is named, and try again.');
}
