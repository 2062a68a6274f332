import type { BusinessId, CatalogEvent, CorrectionRecord, Instant, PayloadOf } from '@parley/contracts';
import { read, type LocalDate } from '@parley/rating';
import { initialCatalog, type Business, type Catalog } from '../catalog/catalog.js';
import { evolve } from '../catalog/evolve.js';

/** A policy or rate card that was published for days that had begun, in place of another. */
export interface PublishedCorrection extends CorrectionRecord {
  readonly kind: 'policy' | 'rate_card';
  /** First day it holds, in the zone of each business. */
  readonly effectiveFrom: LocalDate;
  /** What was in force that day. */
  readonly corrected: { readonly id: string; readonly version: number };
  readonly reason: string;
  readonly publishedAt: Instant;
}

interface Publication {
  readonly offset: number;
  readonly isCorrection: boolean;
}

/** A business's facts from this place of the catalog on. */
interface BusinessFrom {
  readonly offset: number;
  readonly business: Business;
}

/**
 * The catalog's whole log as a fold that can be asked what was known at any place of it, and what that is with the corrections that came later. It
 * keeps one catalog, and of a business a second time only what changed how it is priced.
 */
export class PublishedHistory {
  readonly corrections: PublishedCorrection[] = [];
  readonly #policies: Publication[] = [];
  readonly #rateCards: Publication[] = [];
  readonly #businesses = new Map<string, BusinessFrom[]>();
  readonly #known = new Map<string, Catalog>();
  #catalog: Catalog = initialCatalog;

  /** Takes the record at that offset: all of them, in their order. */
  take(event: CatalogEvent, offset: number): void {
    const before = this.#catalog;
    const catalog = evolve(before, event);
    this.#catalog = catalog;
    if (event.type === 'BusinessRegistered') this.#registered(event.businessId, offset);
    // A repeated version is what its first record said: a correction is one only where it came first.
    if (event.type === 'PolicyPublished' && catalog !== before) this.#published(this.#policies, { kind: 'policy', id: event.policyId, event }, offset);
    if (event.type === 'RateCardPublished' && catalog !== before) this.#published(this.#rateCards, { kind: 'rate_card', id: event.rateCardId, event }, offset);
  }

  /** The business as it was registered when so many records were on the catalog. Null: it was not. */
  businessAt(businessId: BusinessId, catalogOffset: number): Business | null {
    return this.#businesses.get(businessId)?.findLast(({ offset }) => offset < catalogOffset)?.business ?? null;
  }

  /**
   * Policies and rate cards of the first so many records, and beside them every correction up to the one at `through` (-1: none). The same question
   * has the same catalog for an answer.
   */
  catalogAt(catalogOffset: number, through: number): Catalog {
    const isVisible = ({ offset, isCorrection }: Publication): boolean => offset < catalogOffset || (isCorrection && offset <= through);
    const seen = (publications: readonly Publication[]): number => publications.reduce((count, { offset }) => (offset < catalogOffset ? count + 1 : count), 0);
    const key = `${seen(this.#policies)} ${seen(this.#rateCards)} ${through}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const policies = this.#catalog.policies.filter((_, index) => isVisible(this.#policies[index]!));
    const rateCards = this.#catalog.rateCards.filter((_, index) => isVisible(this.#rateCards[index]!));
    const catalog = { ...this.#catalog, policies, rateCards };
    this.#known.set(key, catalog);
    return catalog;
  }

  #registered(businessId: BusinessId, offset: number): void {
    const business = read(this.#catalog.businesses, businessId)!;
    const versions = this.#businesses.get(businessId) ?? [];
    const last = versions.at(-1)?.business;
    if (last?.zone === business.zone && last.currency === business.currency && last.ownerId === business.ownerId) return;
    this.#businesses.set(businessId, [...versions, { offset, business }]);
  }

  #published(publications: Publication[], { kind, id, event }: { readonly kind: PublishedCorrection['kind']; readonly id: string; readonly event: Extract<CatalogEvent, PayloadOf<'PolicyPublished' | 'RateCardPublished'>> }, offset: number): void {
    const { correction, version, effectiveFrom, meta } = event;
    publications.push({ offset, isCorrection: correction !== null });
    this.#known.clear();
    if (correction === null) return;
    const { reason, ...corrected } = correction;
    this.corrections.push({ kind, id, version, catalogOffset: offset, effectiveFrom, corrected, reason, publishedAt: meta.at });
  }
}
