import type { BusinessId, Category, ContactId, MessageId } from '@parley/contracts';
import { bundledMarketPrefixes, bundledPriceLists, marketOf } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { findBusiness, marketPrefixesInForce, policyInForce } from '../catalog/lookups.js';
import { aBusiness, catalogOf, ownerId } from '../scenario/fixtures.js';
import { inOrderOfUsage, type ArchivedMessage, type BilledFailure } from './archived-message.js';
import { Comparison } from './comparison.js';
import type { Difference } from './difference.js';
import type { ArchivePiece, Reading } from './facts.js';
import { foldConversation, type FoldTerms, type ToldFact } from './fold.js';
import { readPiece } from './piece.js';

export const waba = '102290129340398';
const lists = bundledPriceLists();

/** The price lists of all years for one business in Sao Paulo. */
export const historyCatalog: Catalog = catalogOf({ ...aBusiness, businessId: waba as BusinessId }, ...lists.policies, ...lists.rateCards, ...bundledMarketPrefixes());
const business = findBusiness(historyCatalog, waba as BusinessId)!;

export const reading: Reading = {
  contactOf: (phone) => `c${phone}` as ContactId,
  messageOf: (id) => id.replace(/[^A-Za-z0-9_-]/g, '_') as MessageId,
  marketOf: (phone, at) => marketOf(phone, marketPrefixesInForce(historyCatalog, business, at)!),
  account: null, only: null, businessId: null,
};

export function termsWith(category: Category | null = null): FoldTerms {
  return { ownerId, category, policyAt: (instant) => policyInForce(historyCatalog, business, instant) };
}

/** Seconds as webhooks write them, from a date and time in Sao Paulo. */
export function seconds(local: string): string {
  return String(Date.parse(`${local}-03:00`) / 1_000);
}

export const ana = '5511987650001';

export function body(value: object, account = waba): object {
  const metadata = { display_phone_number: '+55 11 4000-1000', phone_number_id: '106540352242922' };
  return { object: 'whatsapp_business_account', entry: [{ id: account, changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }] }] };
}

export function wrote(local: string, more: object = {}): object {
  const message = { from: ana, id: `wamid.in${local}`, timestamp: seconds(local), type: 'text', text: { body: 'Oi' }, ...more };
  return body({ contacts: [{ profile: { name: 'Ana' }, wa_id: ana }], messages: [message] });
}

export function status(id: string, name: string, local: string, more: object = {}): object {
  return body({ statuses: [{ id, status: name, timestamp: seconds(local), recipient_id: ana, ...more }] });
}

export function pieces(bodies: readonly object[], by: Reading = reading): readonly ArchivePiece[] {
  return bodies.map((one) => readPiece(one, by));
}

export function told(bodies: readonly object[], by: Reading = reading): readonly ToldFact[] {
  return pieces(bodies, by).flatMap(({ facts }, index) => facts.map((fact) => ({ fact, source: `a:${String(index + 1).padStart(4, '0')}` })));
}

export function folded(bodies: readonly object[], terms = termsWith(), by: Reading = reading) {
  const byConversation = new Map<string, ToldFact[]>();
  for (const one of told(bodies, by)) {
    const key = `${one.fact.businessId}.${one.fact.contactId}`;
    byConversation.set(key, [...(byConversation.get(key) ?? []), one]);
  }
  const all = [...byConversation.values()].map((facts) => foldConversation(facts, terms));
  const messages: readonly ArchivedMessage[] = all.flatMap((one) => one.messages).sort(inOrderOfUsage);
  const billedFailures: readonly BilledFailure[] = all.flatMap((one) => one.billedFailures);
  return { messages, billedFailures, counts: all.map(({ counts }) => counts) };
}

export function compared(bodies: readonly object[], terms = termsWith(), catalog = historyCatalog, by: Reading = reading) {
  const { messages, billedFailures } = folded(bodies, terms, by);
  const comparison = new Comparison(catalog);
  const taken = messages.map((message) => comparison.take(message));
  const differences: Difference[] = [...taken.flatMap(({ difference }) => difference ?? []), ...billedFailures.map((failure) => comparison.takeFailure(failure))];
  return { taken, differences, findings: comparison.findings };
}
