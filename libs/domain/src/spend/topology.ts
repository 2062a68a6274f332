import type { DecisionSkipped, InParts, RowChange, Table, Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { column, put } from '../row.js';
import type { SpendEvent } from './events.js';
import { facetsOf } from './facets.js';
import { counted, noQuarters, utcDayOf, type Quarters } from './quarters.js';

/**
 * What a business spent on one day in UTC, by everything it is asked by, as running sums by quarter-hour (see `Quarters`): a day of any zone is
 * cut out of two of them. `utc_day`: days since 1970-01-01, of the first receipt (of an adjustment: of its posting). Micros of `currency`.
 */
export const spendTable = {
  name: 'spend_day',
  key: ['business_id', 'utc_day', 'market', 'category', 'number_id', 'template', 'lane', 'rule', 'pricing_type', 'tier', 'currency', 'illustrative', 'free'],
  columns: {
    business_id: column('text'),
    utc_day: column('integer'),
    market: column('text'),
    category: column('text'),
    number_id: column('text'),
    template: column('text'),
    lane: column('text'),
    rule: column('text'),
    pricing_type: column('text'),
    tier: column('text'),
    currency: column('text'),
    illustrative: column('boolean'),
    free: column('boolean'),
    quarters: column('integer[]'),
    messages: column('integer[]'),
    micros: column('bigint[]'),
  },
} as const satisfies Table;

/** Nothing of an owner, and aside the sums of one row. */
export type SpendState = InParts<null, Quarters>;

function evolve(state: SpendState, event: SpendEvent): SpendState {
  const messages = event.type === 'ChargePosted' ? 1 : 0;
  return { ...state, aside: counted(state.aside, countedAt(event), messages, event.amount) };
}

function project(event: SpendEvent, { aside }: SpendState): readonly RowChange[] {
  const { market, category, numberId, template, lane, rule, pricingType, tier, currency, illustrative, free } = facetsOf(event);
    const row = { business_id: businessOf(event), utc_day: utcDayOf(countedAt(event)), market, category, number_id: numberId, template, lane, rule, pricing_type: pricingType, tier, currency, illustrative, free, ...aside };
  return [put(spendTable, row)];
}

/** One part for each row. A day of a business in one part would be written whole for each of its charges; this is 96 entries at the most. */
function asideOf(event: SpendEvent): string {
  return JSON.stringify([businessOf(event), utcDayOf(countedAt(event)), ...Object.values(facetsOf(event))]);
}

function countedAt(event: SpendEvent): number {
  return event.type === 'ChargePosted' ? event.deliveredAt : event.meta.at;
}

function businessOf(event: SpendEvent): string {
  return event.type === 'ChargePosted' ? event.message.businessId : event.businessId;
}

/** What businesses spend, by day and by what. Decides nothing. */
export const spendTopology: Topology<SpendState, SpendEvent, never, Catalog> = {
  name: 'spend',
  source: 'parley.ledger.v1',
  folds: typesOf<SpendEvent>({ ChargePosted: true, AdjustmentPosted: true }),
  commands: [],
  decisions: null,
  initial: { own: null, aside: noQuarters },
  evolve,
  asideOf,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tables: [spendTable],
  project,
  // An owner's key spans all their businesses.
  businessOf: () => '*',
  waitingLimit: 100,
};
