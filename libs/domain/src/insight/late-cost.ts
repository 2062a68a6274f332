import type { Instant } from '@parley/contracts';
import type { Micros } from '@parley/money';
import { windowClosesAt, type LocalDate, type Policy } from '@parley/rating';
import { localHour, weekHours, weekIndex, type HourOfWeek, type Period } from '../calendar/local-time.js';
import type { Catalog } from '../catalog/catalog.js';
import { Costs, type Cost } from './amounts.js';

/** The rule that charges a late reply. */
export const lateRule = 'late-free-form';

/** What the cost of a late reply is put down to: when the contact wrote, when the window closed over it, or when the reply was sent. */
export const costedBy = ['written', 'closed', 'sent'] as const;
export type CostedBy = (typeof costedBy)[number];

/** A charge for a late reply, as far as this reads it. */
export interface LateCharge {
  readonly sentAt: Instant;
  /** Null: the contact had never written; such a reply belongs to no window. */
  readonly lastInboundAt: Instant | null;
  readonly policyId: string;
  readonly policyVersion: number;
  readonly currency: string;
  readonly amountMicros: Micros;
  /** Its price is an example. */
  readonly illustrative: boolean;
}

export interface LateCost {
  readonly total: readonly Cost[];
  readonly hours: readonly (HourOfWeek & { readonly cost: readonly Cost[] })[];
  /** Days on which there was any, in order. */
  readonly days: readonly { readonly day: LocalDate; readonly cost: readonly Cost[] }[];
  /** Of the total, what was sent to contacts who had never written. Counted by `sent` alone. */
  readonly neverWrote: readonly Cost[];
  /** A price among them is an example. */
  readonly illustrative: boolean;
}

/** What late replies cost within a period, by hour of the week and by day in the zone of the business. */
export function lateCost(charges: Iterable<LateCharge>, by: CostedBy, { from, to }: Period, zone: string, catalog: Catalog): LateCost {
  const [total, neverWrote] = [new Costs(), new Costs()];
  const hours = weekHours.map(() => new Costs());
  const days = new Map<LocalDate, Costs>();
  let illustrative = false;
  for (const charge of charges) {
    const at = instantOf(charge, by, catalog);
    if (at === null || at < from || at >= to) continue;
    illustrative ||= charge.illustrative;
    const local = localHour(at, zone);
    const ofDay = days.get(local.day) ?? new Costs();
    days.set(local.day, ofDay);
    const into = [total, hours[weekIndex(local)], ofDay, charge.lastInboundAt === null ? neverWrote : undefined];
    for (const costs of into) costs?.add(charge.currency, charge.amountMicros);
  }
  return {
    total: total.list(),
    hours: weekHours.map((hour, index) => ({ ...hour, cost: hours[index]?.list() ?? [] })),
    days: [...days].sort(([one], [other]) => (one < other ? -1 : 1)).map(([day, costs]) => ({ day, cost: costs.list() })),
    neverWrote: neverWrote.list(),
    illustrative,
  };
}

function instantOf({ sentAt, lastInboundAt, ...charge }: LateCharge, by: CostedBy, catalog: Catalog): Instant | null {
  switch (by) {
    case 'written':
      return lastInboundAt;
    case 'closed': {
      // By the very policy that charged it: a later one may have another window.
      const policy = policyOf(charge, catalog);
      return lastInboundAt === null || policy === null ? null : windowClosesAt(lastInboundAt, policy.document);
    }
    case 'sent':
      return sentAt;
    default:
      return by satisfies never;
  }
}

function policyOf({ policyId, policyVersion }: Pick<LateCharge, 'policyId' | 'policyVersion'>, catalog: Catalog): Policy | null {
  return catalog.policies.find((policy) => policy.policyId === policyId && policy.version === policyVersion) ?? null;
}
