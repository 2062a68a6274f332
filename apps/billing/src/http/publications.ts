import type { CatalogEvent, Payload, PayloadOf } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import { inForce, latestDate, marketPrefixesOf, policyOf, rateCardOf } from '@parley/rating';
import type { Policy, RateCard } from '@parley/rating';
import { invalidFields, Problem } from '@parley/service';
import type { Runtime, Shaped } from '@parley/service';
import { correctionFault } from './correction.js';
import type { CorrectionQuestion, PublishedVersion } from './correction.js';
import type { policyShape, prefixesShape, rateCardShape } from './price-list-shapes.js';

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
    if (known === undefined) await this.refuseUnsaidCorrection({ kind: 'policy', effectiveFrom: policy.effectiveFrom, correction, replaced: versionOf(inForce(this.catalog.policies, policy.effectiveFrom)) });
    return event;
  }

  async rateCard({ correction: named, ...asked }: Shaped<typeof rateCardShape>): Promise<PayloadOf<'RateCardPublished'>> {
    const correction = named && { id: named.rateCardId, version: named.version, reason: named.reason };
    const event = { type: 'RateCardPublished', ...asked, correction } as const;
    const card = usable('rows', () => rateCardOf(event));
    const known = this.catalog.rateCards.find(({ rateCardId, version }) => rateCardId === card.rateCardId && version === card.version);
    refuseChange(known, card);
    if (known === undefined) {
      const replaced = inForce(this.catalog.rateCards.filter(({ currency }) => currency === card.currency), card.effectiveFrom);
      await this.refuseUnsaidCorrection({ kind: 'rate card', effectiveFrom: card.effectiveFrom, correction, replaced: versionOf(replaced) });
    }
    return event;
  }

  prefixes(asked: Shaped<typeof prefixesShape>): Payload<Extract<CatalogEvent, { readonly type: 'MarketPrefixesPublished' }>> {
    const event = { type: 'MarketPrefixesPublished', ...asked } as const;
    const prefixes = usable('rows', () => marketPrefixesOf(event));
    refuseChange(this.catalog.marketPrefixes.find(({ prefixesId, version }) => prefixesId === prefixes.prefixesId && version === prefixes.version), prefixes);
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
