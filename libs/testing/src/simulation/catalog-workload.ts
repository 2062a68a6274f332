import type { Output, BusinessId, NumberId, OwnerId, PolicyId, RateCardId } from '@parley/contracts';

export interface CatalogOutput {
  readonly service: string;
  readonly output: Output;
}

function entry(service: string, event: Output['event']): CatalogOutput {
  return { service, output: { topic: 'parley.catalog.v1', key: event.type, event } };
}

function policy(version: number, effectiveFrom: string, hours: number, lateReply: 'charge' | 'reject'): Output['event'] {
  const document = JSON.stringify({
    format: 'parley-policy-1',
    title: 'simulated',
    freeWindowHours: hours,
    lateReply,
    charge: { insideWindow: 'free', lateFreeForm: 'rate', template: 'rate' },
    rateColumn: 'utility',
    lanes: { app: { freeForm: 'free', lateReply: 'allow' } },
  });
  return { type: 'PolicyPublished', policyId: 'S0' as PolicyId, version, effectiveFrom, document, source: 'simulation', illustrative: true, scope: null, correction: null };
}

/** Sessions, an entry point, an allowance and tiers small enough to be used up: what is counted has to survive everything, too. */
function countingPolicy(effectiveFrom: string): Output['event'] {
  const sessions = { rule: 'service-session', price: 'utility', as: 'service', session: { category: 'service', joins: 'any' }, allowance: { name: 'sessions', count: 2, per: 'month', scope: 'number' } };
  const document = JSON.stringify({
    format: 'parley-policy-2',
    title: 'simulated, counting',
    freeWindowHours: 24,
    lateReply: { api: 'charge', app: 'charge' },
    entryPoint: { answerWithinHours: 24, hours: 72, session: 'referral_conversion' },
    sessions: { hours: 24 },
    charges: [
      { rule: 'entry-point', window: 'entry_point', price: 'free', as: 'referral_conversion' },
      { rule: 'template', kind: 'template', price: 'utility' },
      { rule: 'app-lane', kind: 'free_form', lane: 'app', price: 'free' },
      sessions,
    ],
    tiers: { source: 'simulation', illustrative: true, scope: 'owner', tables: [{ categories: ['utility'], bands: { '1:2': 100, '3:MAX': 50 } }] },
  });
  return { type: 'PolicyPublished', policyId: 'P' as PolicyId, version: 1, effectiveFrom, document, source: 'simulation', illustrative: true, scope: null, correction: null };
}

function rateCard(version: number, effectiveFrom: string, utility: bigint): Output['event'] {
  const none = { marketing: null, authentication: null, authenticationInternational: null, service: null };
  const rows = ['Germany', 'India', 'North America', 'Other'].map((market, index) => ({ ...none, market, utility: utility * BigInt(index + 1) }));
  return { type: 'RateCardPublished', rateCardId: 'card' as RateCardId, version, effectiveFrom, currency: 'USD', rows, source: 'simulation', illustrative: true, scope: null, correction: null };
}

function template(version: number, status: 'approved' | 'paused', businessId: string): Output['event'] {
  return {
    type: 'TemplatePublished', businessId: businessId as BusinessId, name: 'shipping', language: 'en', version, category: 'utility', status,
    body: 'Your order {{1}} is on its way: {{2}}', parameters: [{ component: 'body', kinds: ['text', 'text'] }], hash: 'a'.repeat(64),
  };
}

function budget(ownerId: string, cap: bigint | null, hard: boolean): Output['event'] {
  return { type: 'BudgetPublished', ownerId: ownerId as OwnerId, currency: 'USD', zone: 'Europe/Berlin', cap, hard };
}

/** The highest hard cap that is ever published, by owner and currency: room for some messages of 10,000 to 120,000 micros, and not for all. */
export const highestCaps: ReadonlyMap<string, bigint> = new Map([['o0/USD', 130_000n]]);

/** The catalog before the first message. */
export function catalogOutputs(): CatalogOutput[] {
  const businesses = ['Europe/Berlin', 'America/New_York'].flatMap((zone, index) => [
    entry('ingest', {
      type: 'BusinessRegistered', businessId: `b${index}` as BusinessId, ownerId: `o${index}` as OwnerId, name: `Business ${index}`, zone, currency: 'USD',
      windowNoticeMs: 2 * 3_600_000,
    }),
    entry('ingest', { type: 'NumberRegistered', numberId: `n${index}` as NumberId, businessId: `b${index}` as BusinessId, displayName: 'Shop', phone: `1555000000${index}` }),
    entry('notifications', template(1, 'approved', `b${index}`)),
  ]);
  const budgets = [entry('ingest', budget('o0', 70_000n, true)), entry('ingest', budget('o1', 60_000n, false))];
  return [...businesses, ...budgets, entry('billing', policy(1, '2018-08-01', 24, 'charge')), entry('billing', rateCard(1, '2018-08-01', 10_000n))];
}

/** What changes in the middle of everything, in this order. */
export function laterCatalogOutputs(): CatalogOutput[] {
  return [
    entry('billing', countingPolicy('2018-08-02')),
    entry('ingest', budget('o0', 130_000n, true)),
    entry('billing', rateCard(2, '2018-08-04', 30_000n)),
    entry('billing', policy(2, '2018-08-05', 12, 'reject')),
    entry('notifications', template(2, 'approved', 'b0')),
    entry('notifications', template(1, 'paused', 'b1')),
    entry('billing', policy(3, '2018-08-06', 24, 'charge')),
    entry('ingest', budget('o1', null, false)),
    entry('billing', { ...countingPolicy('2018-08-05'), version: 2 } as Output['event']),
  ];
}
