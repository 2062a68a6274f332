import type { Charge, Policy } from '@parley/rating';
import type { OperatorPricing } from './facts.js';
import { modelOf, type DifferingField } from './difference.js';

/** What the operator said of a message, made ready to be compared. */
export interface Said {
  readonly pricing: OperatorPricing;
  /** Whether no earlier message was in its session; null where it names none. */
  readonly opensSession: boolean | null;
}

/** The operator's words that are not ours. What it did not say cannot differ. */
export function differingFields(charge: Charge, policy: Policy, { pricing, opensSession }: Said): readonly DifferingField[] {
  const fields: DifferingField[] = [];
  const { billable, model, type, category } = pricing;
  if (model !== null && model !== modelOf(policy)) fields.push('model');
  if (billable !== null && billable !== (charge.type === 'regular')) fields.push('billable');
  if (type !== null && type !== charge.type) fields.push('type');
  if (category !== null && !isSameCategory(category, charge, type)) fields.push('category');
  if (opensSession !== null && charge.session !== null && charge.session.opened !== opensSession) fields.push('session');
  return fields;
}

function isSameCategory(said: string, charge: Charge, type: OperatorPricing['type']): boolean {
  if (said === charge.category || (said === 'marketing_lite' && charge.category === 'marketing')) return true;
  // In an entry point the operator names the session, or the message's own category: both say that it is free.
  return type === 'free_entry_point' && charge.type === 'free_entry_point';
}
