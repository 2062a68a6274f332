import type { Queryable } from '@parley/bus-postgres';
import type { BusinessId, CatalogEvent, NumberId, OwnerId, Payload, PayloadOf } from '@parley/contracts';
import type { KnownRules } from '@parley/domain';
import { bundledMarketPrefixes, bundledPriceLists, type Policy, type Prices, type RateCard } from '@parley/rating';
import type { HistorySettings } from './history-folder.js';

type Published = Payload<CatalogEvent>;

/** What a history's catalog says: its businesses and numbers, and the rules it is priced by. */
export async function publishedIn(transaction: Queryable, { policies, cards, title }: KnownRules, { zone, currency, owner }: HistorySettings): Promise<readonly Published[]> {
  const { rows } = await transaction.query<{ business: string; number: string; phone: string | null }>('select business, number, phone from archive.number order by business, number');
  const businesses = [...new Set(rows.map(({ business }) => business))].map((business): PayloadOf<'BusinessRegistered'> => ({
    type: 'BusinessRegistered', businessId: business as BusinessId, ownerId: owner as OwnerId, name: business, zone, currency, windowNoticeMs: 0,
  }));
  const numbers = rows.flatMap(({ business, number, phone }): readonly PayloadOf<'NumberRegistered'>[] =>
    phone === null ? [] : [{ type: 'NumberRegistered', numberId: number as NumberId, businessId: business as BusinessId, displayName: `+${phone}`, phone }],
  );
  const bundled = bundledPriceLists();
  return [
    ...businesses, ...numbers,
    ...(policies.length === 0 ? bundled.policies : policies.map((policy) => policyEvent(policy, title, policies.length === 1))),
    ...(cards.length === 0 ? bundled.rateCards : cards.map((card) => cardEvent(card, title, cards.length === 1))),
    ...bundledMarketPrefixes(),
  ];
}

/** The first day of all: one that is alone holds for all time. */
const always = '2009-01-01';

function policyEvent({ policyId, version, effectiveFrom, illustrative, document }: Policy, title: string, isAlone: boolean): PayloadOf<'PolicyPublished'> {
  return { type: 'PolicyPublished', policyId, version, effectiveFrom: isAlone ? always : effectiveFrom, document: JSON.stringify(document), source: title, illustrative, scope: null, correction: null };
}

function cardEvent({ rateCardId, version, effectiveFrom, currency, illustrative, prices }: RateCard, title: string, isAlone: boolean): PayloadOf<'RateCardPublished'> {
  const micros = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  const rows = Object.entries(prices).map(([market, row]: [string, Prices]) => ({
    market, marketing: micros(row.marketing), utility: micros(row.utility), authentication: micros(row.authentication),
    authenticationInternational: micros(row.authenticationInternational), service: micros(row.service),
  }));
  return { type: 'RateCardPublished', rateCardId, version, effectiveFrom: isAlone ? always : effectiveFrom, currency, rows, source: title, illustrative, scope: null, correction: null };
}
