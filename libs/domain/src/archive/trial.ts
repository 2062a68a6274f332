import type { Payload, UsageRecorded } from '@parley/contracts';
import { chargeFor, type Charge, type Policy, type RateCard, type Tally, type Terms } from '@parley/rating';
import type { Business } from '../catalog/catalog.js';
import type { RepricingRules } from '../repricing/rules.js';
import { differingFields, type Said } from './agreement.js';
import type { ArchivedMessage } from './archived-message.js';

/** One message as it is priced: everything that its price is a function of. */
export interface Priced {
  readonly usage: Payload<UsageRecorded>;
  readonly terms: Terms;
  readonly tally: Tally;
}

/** A difference to be explained. */
export interface Question extends Priced {
  readonly archived: ArchivedMessage;
  readonly charge: Charge;
  readonly said: Said;
  readonly business: Business;
  readonly rules: RepricingRules;
}

/** A charge under other facts that says what the operator says. */
export interface Agreeing {
  readonly charge: Charge;
}

export function termsOf({ zone, currency }: Business, policy: Policy, card: RateCard | null): Terms {
  return { policy, card, business: { zone, currency, international: null } };
}

/** Prices the message with something changed; the charge where the operator's word is then ours, else null. */
export function agreesWith(question: Question, change: { readonly usage?: Partial<Payload<UsageRecorded>>; readonly terms?: Partial<Terms>; readonly tally?: Partial<Tally> }): Agreeing | null {
  const usage = { ...question.usage, ...change.usage };
  const terms = { ...question.terms, ...change.terms };
  const charge = chargeFor(usage, terms, { ...question.tally, ...change.tally });
  if (charge.kind === 'unpriced' || differingFields(charge, terms.policy, question.said).length > 0) return null;
  return { charge };
}
