// An owner's usage, charges, adjustments and invoices in memory, with a catalog that grows underneath, as the runner would write them.
import { FoldedStates } from '@parley/contracts';
import type { AdjustmentPosted, AnyEvent, AnyTopology, CatalogEvent, Correction, Instant, InvoiceIssued, Payload, PayloadOf, PolicyId, RateCardId, TimerDue, UsageRecorded } from '@parley/contracts';
import { billingTopology } from '../billing/topology.js';
import { initialCatalog, type Catalog } from '../catalog/catalog.js';
import { evolve } from '../catalog/evolve.js';
import { invoicingTopology } from '../invoice/topology.js';
import { aBusiness, logged } from '../scenario/fixtures.js';
import { CorrectionAudit } from './audit.js';
import { PublishedHistory } from './published.js';
import { Settlement } from './settlement.js';

/** A card with one price for every category: Brazil's, half of it for India, and the double for all others. Micros. */
export function aCard(price: bigint, change: Partial<PayloadOf<'RateCardPublished'>> = {}): PayloadOf<'RateCardPublished'> {
  const row = (market: string, amount: bigint) => ({ market, marketing: amount, utility: amount, authentication: amount, authenticationInternational: amount, service: amount });
  const rows = [row('Brazil', price), row('India', price / 2n), row('Other', price * 2n)];
  return { type: 'RateCardPublished', rateCardId: 'list' as RateCardId, version: 1, effectiveFrom: '2018-01-01', currency: 'USD', rows, source: 'spec', illustrative: false, scope: null, correction: null, ...change };
}

export function aPolicy(document: object, change: Partial<PayloadOf<'PolicyPublished'>> = {}): PayloadOf<'PolicyPublished'> {
  return { type: 'PolicyPublished', policyId: 'rules' as PolicyId, version: 1, effectiveFrom: '2018-01-01', document: JSON.stringify(document), source: 'spec', illustrative: false, scope: null, correction: null, ...change };
}

const lanes = { lateReply: { api: 'charge', app: 'charge' }, format: 'parley-policy-2' };

/** Every message at its price. */
export const allCharged = { ...lanes, title: 'all', freeWindowHours: 24, charges: [{ rule: 'all', price: 'utility' }] };
/** Inside the window free, outside at its price. */
export const lateCharged = { ...lanes, title: 'late', freeWindowHours: 24, charges: [{ rule: 'in-time', window: 'inside', price: 'free' }, { rule: 'late', price: 'utility' }] };
/** Two a month of a number are free; from the third charged one on the half is to be paid. */
export const counted = {
  ...lanes, title: 'counted', freeWindowHours: 24,
  charges: [{ rule: 'template', kind: 'template', price: 'utility' }, { rule: 'reply', price: 'utility', as: 'service', allowance: { name: 'replies', count: 2, per: 'month', scope: 'number' } }],
  tiers: { source: 'spec', illustrative: false, scope: 'owner', tables: [{ categories: ['utility'], bands: { '1:2': 100, '3:MAX': 50 } }] },
};
/** What is sent within a day of the first one is paid by it. */
export const sessions = { ...lanes, title: 'sessions', freeWindowHours: 24, sessions: { hours: 24 }, charges: [{ rule: 'session', price: 'utility', as: 'service', session: { category: 'service', joins: 'any' } }] };

export const because = (version: number, id = 'list', reason = 'the price was wrong'): Correction => ({ id, version, reason });

/** The platform's books. Every step happens at an instant, and time only moves on. */
export class Books {
  readonly usage: { readonly record: UsageRecorded; readonly decision: AnyEvent }[] = [];
  readonly ledger: AnyEvent[] = [];
  readonly invoices: { readonly invoice: InvoiceIssued; readonly rows: string }[] = [];
  /** Micros of all entries: zero where they balance. */
  entrySum = 0n;
  readonly #catalogLog: CatalogEvent[] = [];
  readonly #billing = new FoldedStates(billingTopology);
  readonly #invoicing = new FoldedStates(invoicingTopology);
  #catalog: Catalog = initialCatalog;

  constructor(...published: readonly Payload<CatalogEvent>[]) {
    for (const event of [aBusiness, ...published]) this.publish(event, 0);
  }

  publish(payload: Payload<CatalogEvent>, at: Instant): this {
    const event = logged(payload, at) as CatalogEvent;
    this.#catalogLog.push(event);
    this.#catalog = evolve(this.#catalog, event);
    return this;
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  history(): PublishedHistory {
    const history = new PublishedHistory();
    this.#catalogLog.forEach((event, offset) => history.take(event, offset));
    return history;
  }

  /** Usage is recorded and charged, stamped with the catalog as it is now. */
  use(record: UsageRecorded): this {
    const { ownerId } = record.message;
    this.#fold(this.#billing, billingTopology, ownerId, record);
    const state = this.#billing.of(ownerId, billingTopology.asideOf!(record, this.#catalog));
    const decision = this.#stamped(billingTopology.decide(record, state as never, { now: record.meta.at, catalog: this.#catalog }), record.meta.at);
    this.#fold(this.#billing, billingTopology, ownerId, decision);
    this.usage.push({ record, decision });
    return this.#posted(decision, ownerId);
  }

  /** Posts what is missing of all that follows from corrections, as often as it is asked to; false where it was cut off after so many. */
  settle(at: Instant, cutAfter = Infinity): boolean {
    const history = this.history();
    let posted = 0;
    for (const index of history.corrections.keys()) {
      const settlement = new Settlement(history, index);
      for (const { record, decision } of this.usage) {
        const adjustment = settlement.take(record, decision);
        // What the slot does: an id that it knows is not written again.
        if (adjustment === null || this.adjustments.some(({ adjustmentId }) => adjustmentId === adjustment.adjustmentId)) continue;
        if (posted >= cutAfter) return false;
        posted += 1;
        this.#posted(this.#stamped(adjustment, at), adjustment.ownerId);
      }
    }
    return true;
  }

  get adjustments(): readonly AdjustmentPosted[] {
    return this.ledger.filter((event) => event.type === 'AdjustmentPosted');
  }

  /** Amount of each charge, with its adjustments. Micros. */
  get amounts(): readonly bigint[] {
    return this.usage.map(({ decision }) => {
      if (decision.type !== 'ChargePosted') return 0n;
      return this.adjustments.filter(({ chargeId }) => chargeId === decision.chargeId).reduce((sum, { amount }) => sum + amount, decision.amount);
    });
  }

  audit(named: readonly string[] = []): CorrectionAudit {
    const audit = new CorrectionAudit(this.history(), new Set(named));
    for (const { record, decision } of this.usage) audit.charged(record, decision);
    for (const adjustment of this.adjustments) audit.adjusted(adjustment);
    return audit;
  }

  /** Bills the month where it is the earliest open one. */
  bill(month: string, at: Instant, key = aBusiness.ownerId as string): this {
    const timer = logged({ type: 'TimerDue', topology: 'invoicing', businessId: '*', key, name: 'month-end', subject: `USD/${month}`, dueAt: at } satisfies PayloadOf<'TimerDue'>, at) as TimerDue;
    this.#fold(this.#invoicing, invoicingTopology, key, timer);
    const decision = this.#stamped(invoicingTopology.decide(timer, this.#invoicing.of(key) as never, { now: at, catalog: this.#catalog }), at);
    return this.#posted(decision, key);
  }

  #posted(event: AnyEvent, key: string): this {
    this.ledger.push(event);
    if (!invoicingTopology.folds.includes(event.type as never)) return this;
    const rows = this.#fold(this.#invoicing, invoicingTopology, key, event);
    for (const { row } of rows.filter(({ table }) => table === 'ledger_entry')) this.entrySum += BigInt(String(row!['amount_micros']));
    if (event.type === 'InvoiceIssued') this.invoices.push({ invoice: event, rows: JSON.stringify(rows) });
    return this;
  }

  #stamped(payload: Payload<AnyEvent>, at: Instant): AnyEvent {
    const event = logged(payload, at) as AnyEvent;
    return { ...event, meta: { ...event.meta, catalogOffset: this.#catalogLog.length } } as AnyEvent;
  }

  #fold(states: FoldedStates, topology: AnyTopology, key: string, event: AnyEvent): ReturnType<NonNullable<AnyTopology['project']>> {
    const aside = topology.asideOf?.(event, this.#catalog) ?? null;
    const state = topology.evolve(states.of(key, aside), event);
    states.put(key, aside, state);
    return topology.project?.(event, state, { topic: topology.source, partition: 0, offset: this.ledger.length }) ?? [];
  }
}
