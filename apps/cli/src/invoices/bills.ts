import { fetchPlatform, type PlatformAccess } from '../platform/ask.js';
import { Failure } from '../terminal/failure.js';

/** An invoice as the platform lists it; amounts are decimal text. */
export interface Bill {
  readonly invoiceId: string;
  readonly ownerId: string;
  readonly businessId: string;
  readonly month: string;
  readonly currency: string;
  readonly issuedAt: string;
  readonly illustrative: boolean;
  readonly charges: number;
  readonly exact: string;
  readonly rounding: string;
  readonly total: string;
}

export interface BillLine {
  readonly line: number;
  readonly businessId: string;
  readonly kind: string;
  readonly month: string | null;
  readonly market: string | null;
  readonly category: string | null;
  readonly tier: string | null;
  readonly cause: string;
  readonly charges: number;
  readonly amount: string;
  readonly illustrative: boolean;
}

/** Billing's invoices over HTTP. Every method throws Failure where the platform does not answer, or refuses. */
export class Bills {
  constructor(private readonly access: PlatformAccess) {}

  /** Oldest first, a page at a time. */
  async *all(owner: string | undefined): AsyncGenerator<Bill> {
    for (let after = '', more = true; more; ) {
      const query = new URLSearchParams({ limit: '500', after, ...(owner === undefined ? {} : { ownerId: owner }) });
      const page = (await (await this.ask(`/billing/v1/invoices?${query}`, 'application/json')).json()) as { readonly data: readonly Bill[]; readonly next: string; readonly more: boolean };
      yield* page.data;
      ({ next: after, more } = page);
    }
  }

  async one(number: string): Promise<Bill & { readonly lines: readonly BillLine[] }> {
    return (await (await this.ask(pathOf(number), 'application/json')).json()) as Bill & { readonly lines: readonly BillLine[] };
  }

  /** As the platform writes it. */
  async form(number: string, type: 'text/csv' | 'application/pdf'): Promise<Buffer> {
    return Buffer.from(await (await this.ask(pathOf(number), type)).arrayBuffer());
  }

  private async ask(path: string, type: string): Promise<Response> {
    const response = await fetchPlatform(this.access, path, { headers: { Accept: type } });
    if (response.ok) return response;
    throw refusal(response.status, (await response.json().catch(() => ({}))) as { readonly title?: string; readonly detail?: string });
  }
}

function pathOf(number: string): string {
  return `/billing/v1/invoices/${encodeURIComponent(number)}`;
}

function refusal(status: number, { title = 'no reason given', detail = '' }: { readonly title?: string; readonly detail?: string }): Failure {
  switch (status) {
    case 401:
    case 403:
      return new Failure(`The platform does not accept the key: ${detail}`, 'give the operator’s key, or one of a business with the scope charges:read, in PARLEY_OPERATOR_KEY or with --key-file.');
    case 404:
    case 400:
      return new Failure('There is no such invoice that this key may see.', '`parley invoices` lists their numbers.');
    default:
      return new Failure(`The platform refused it (${status}, ${title}): ${detail}`, 'try again; where it stays so, look into the platform’s log.');
  }
}
