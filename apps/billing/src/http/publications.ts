import type { CatalogEvent, Payload, PayloadOf } from '@parley/contracts';
import { eligibilitiesOf, findBusiness } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { eligibilityOf, entries, inForce, inForceFor, latestDate, localDate, marketPrefixesOf, policyOf, rateCardOf, rivalsOf } from '@parley/rating';
import type { Effective, Payer, Policy, RateCard, Scoped } from '@parley/rating';
import { invalidFields, Problem } from '@parley/service';
import type { Runtime, Shaped } from '@parley/service';
import { correctionFault } from './correction.js';
import type { CorrectionQuestion, PublishedVersion } from './correction.js';
import type { eligibilityShape, policyShape, prefixesShape, rateCardShape } from './price-list-shapes.js';

/** What is asked to be published, made into what goes to the catalog; refused where it must not be, so that what is on the catalog can be folded. */
export class Publications {
  constructor(private readonly runtime: Runtime<Catalog>) {}

  /** Throws `invalid-fields` and `already-exists`, as the others do. */
  async policy({ document, correction: named, ...asked }: Shaped<typeof policyShape>): Promise<PayloadOf<'PolicyPublished'>> {
    const correction = named && { id: named.policyId, version: named.version, reason: named.reason };
    const event = { type: 'PolicyPublished', ...asked, document: JSON.stringify(document), correction } as const;
    const policy = usable('document', () => policyOf(event));
    const known = this.catalog.policies.find(({ policyId, version }) => policyId === policy.policyId && version === policy.version);
    refuseChange(known, policy);
    const replaced = this.replacedBy(policy, this.catalog.policies);
    if (known === undefined) await this.refuseUnsaidCorrection({ kind: 'policy', effectiveFrom: policy.effectiveFrom, correction, replaced: versionOf(replaced) });
    return event;
  }

  async rateCard({ correction: named, ...asked }: Shaped<typeof rateCardShape>): Promise<PayloadOf<'RateCardPublished'>> {
    const correction = named && { id: named.rateCardId, version: named.version, reason: named.reason };
    const event = { type: 'RateCardPublished', ...asked, correction } as const;
    const card = usable('rows', () => rateCardOf(event));
    const known = this.catalog.rateCards.find(({ rateCardId, version }) => rateCardId === card.rateCardId && version === card.version);
    refuseChange(known, card);
    const replaced = this.replacedBy(card, this.catalog.rateCards.filter(({ currency }) => currency === card.currency));
    if (known === undefined) await this.refuseUnsaidCorrection({ kind: 'rate card', effectiveFrom: card.effectiveFrom, correction, replaced: versionOf(replaced) });
    return event;
  }

  prefixes(asked: Shaped<typeof prefixesShape>): Payload<Extract<CatalogEvent, { readonly type: 'MarketPrefixesPublished' }>> {
    const event = { type: 'MarketPrefixesPublished', ...asked } as const;
    const prefixes = usable('rows', () => marketPrefixesOf(event));
    refuseChange(this.catalog.marketPrefixes.find(({ prefixesId, version }) => prefixesId === prefixes.prefixesId && version === prefixes.version), prefixes);
    return event;
  }

  async eligibility(asked: Shaped<typeof eligibilityShape>): Promise<PayloadOf<'InternationalEligibilityPublished'>> {
    const event = { type: 'InternationalEligibilityPublished', ...asked } as const;
    const eligibility = usable('markets', () => eligibilityOf(event));
    const business = findBusiness(this.catalog, event.businessId);
    if (business === null) throw invalidFields([{ path: 'businessId', hint: 'no such business is registered' }]);
    const known = eligibilitiesOf(this.catalog, event.businessId).find(({ version }) => version === event.version);
    refuseChange(known, eligibility);
    const today = localDate(this.runtime.clock(), business.zone);
    if (known === undefined && event.effectiveFrom <= today && (await this.isAnythingDelivered())) {
      throw invalidFields([{ path: 'effectiveFrom', hint: `${event.effectiveFrom} has begun where the business is: publish ahead, for a day after ${today}; what was charged since is corrected by an adjustment` }]);
    }
    return event;
  }

  /** Whether this very version is published already. */
  isKnown(event: PayloadOf<'PolicyPublished' | 'RateCardPublished'>): boolean {
    return event.type === 'PolicyPublished'
      ? this.catalog.policies.some(({ policyId, version }) => policyId === event.policyId && version === event.version)
      : this.catalog.rateCards.some(({ rateCardId, version }) => rateCardId === event.rateCardId && version === event.version);
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }

  /** Whose place it takes on its first day: of one for some owners or businesses, what is in force for the first of them that has any. */
  private replacedBy<Version extends Effective & Scoped>(version: Version, published: readonly Version[]): Version | null {
    const payers = this.payersOf(version);
    if (payers === null) return inForce(rivalsOf(published, version), version.effectiveFrom);
    for (const payer of payers) {
      const found = inForceFor(published, payer, version.effectiveFrom);
      if (found !== null) return found;
    }
    return null;
  }

  /** For whom a version is, which has to be known; null for everybody. */
  private payersOf({ scope }: Scoped): readonly Payer[] | null {
    if (scope === null) return null;
    const registered = [...entries(this.catalog.businesses)].map(([, business]) => business);
    const unknownOwner = scope.owners.find((owner) => !registered.some(({ ownerId }) => ownerId === owner));
    if (unknownOwner !== undefined) throw invalidFields([{ path: 'scope.owners', hint: `${unknownOwner} owns no business that is registered` }]);
    const unknown = scope.businesses.find((name) => !registered.some(({ businessId }) => businessId === name));
    if (unknown !== undefined) throw invalidFields([{ path: 'scope.businesses', hint: `no business ${unknown} is registered` }]);
    return registered.filter(({ businessId, ownerId }) => scope.businesses.includes(businessId) || scope.owners.includes(ownerId));
  }

  /** Of what was never published before. Until something is delivered no price was asked for, and an installation may lay out the past as it was. */
  private async refuseUnsaidCorrection(question: Omit<CorrectionQuestion, 'latestDay'>): Promise<void> {
    if (question.correction === null && !(await this.isAnythingDelivered())) return;
    const fault = correctionFault({ ...question, latestDay: latestDate(this.runtime.clock()) });
    if (fault !== null) throw invalidFields([fault]);
  }

  private async isAnythingDelivered(): Promise<boolean> {
    const { log } = this.runtime;
    const ends = Array.from({ length: log.partitions('parley.usage.v1') }, (_, partition) => log.end('parley.usage.v1', partition));
    return (await Promise.all(ends)).some((end) => end > 0);
  }
}

function versionOf(published: Policy | RateCard | null): PublishedVersion | null {
  return published && { id: 'policyId' in published ? published.policyId : published.rateCardId, version: published.version };
}

/** What the fold will make of it. It must be known before it is on the log that it can be folded: a bad catalog record stops everything. */
function usable<T>(path: string, fold: () => T): T {
  try {
    return fold();
  } catch (error) {
    throw invalidFields([{ path, hint: error instanceof Error ? error.message : 'cannot be used' }]);
  }
}

function refuseChange(known: object | undefined, asked: object): void {
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(asked)) {
    throw new Problem('already-exists', 'This version is published with other content. What may have priced a message never changes: publish a new version.');
  }
}
