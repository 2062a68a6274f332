import { localDate, noCounters, noSessions, windowClosesAt } from '@parley/rating';
import { categoryNamed } from './nature.js';
import type { DifferenceCause } from './difference.js';
import { agreesWith, termsOf, type Agreeing, type Question } from './trial.js';
import { apart, at } from './words.js';

export interface Explanation {
  readonly cause: DifferenceCause;
  readonly detail: string;
  /** What the operator's word would cost by our cards; null where that cannot be told. */
  readonly theirAmount: bigint | null;
}

/**
 * Finds why the operator says something else: the first single fact that, changed, makes our price say the same. The order matters where several
 * would: what is surest first.
 */
export function explain(question: Question): Explanation {
  for (const guess of [byPriceListDay, byNumber, byEntryPoint, byWindow, bySession, byAllowance, byInternational, byCategory]) {
    const found = guess(question);
    if (found !== null) return found;
  }
  const { charge, said } = question;
  return { cause: 'unexplained', detail: `Ours: ${charge.type}, ${charge.category} by ${charge.rule}; no single fact makes it ${said.pricing.type ?? String(said.pricing.billable)}, ${said.pricing.category ?? 'no category'}.`, theirAmount: null };
}

type Guess = (question: Question) => Explanation | null;

function explained(cause: DifferenceCause, detail: string, agreeing: Agreeing | null): Explanation {
  return { cause, detail, theirAmount: agreeing?.charge.amount ?? null };
}

const dayMs = 86_400_000;

/** The list of the day before or after, or of the day it was sent. */
const byPriceListDay: Guess = (question) => {
  const { usage: { sentAt, deliveredAt }, terms: { policy }, business, rules } = question;
  for (const instant of [sentAt, deliveredAt - dayMs, deliveredAt + dayMs]) {
    const other = rules.policyAt(business, instant);
    if (other === null || other === policy) continue;
    const agreeing = agreesWith(question, { terms: termsOf(business, other, rules.cardAt(business, instant)) });
    if (!agreeing) continue;
    const day = localDate(deliveredAt, business.zone);
    return explained('price_list_day', `Delivered ${at(deliveredAt)}, which is ${day} in ${business.zone}: ${policy.policyId} is in force; the operator priced by ${other.policyId}.`, agreeing);
  }
  return null;
};

const byNumber: Guess = (question) => {
  const { archived: { ownNumber }, usage } = question;
  if (ownNumber.lastInboundAt === usage.lastInboundAt && ownNumber.entryPointAt === usage.entryPointAt) return null;
  const agreeing = agreesWith(question, { usage: ownNumber });
  if (!agreeing) return null;
  const wrote = ownNumber.lastInboundAt === null ? 'never before' : `last at ${at(ownNumber.lastInboundAt)}`;
  return explained('number', `The contact wrote to this number ${wrote}, to another of the business at ${at(usage.lastInboundAt ?? usage.sentAt)}; ours counts a conversation by business and contact.`, agreeing);
};

const byEntryPoint: Guess = (question) => {
  const { usage, tally, terms: { policy }, charge, said } = question;
  const terms = policy.document.entryPoint;
  if (terms === null) return null;
  if (charge.type === 'free_entry_point') {
    const opened = charge.session?.session;
    const others = tally.sessions.filter(({ entryPointAt }) => entryPointAt === null);
    const agreeing = agreesWith(question, { usage: { entryPointAt: null }, tally: { sessions: others } });
    return agreeing && explained('entry_point', `Free by ours: the advertisement of ${at(opened?.entryPointAt ?? usage.sentAt)} was answered, so all is free from ${at(opened?.openedAt ?? usage.deliveredAt)} until ${at(opened?.closesAt ?? usage.deliveredAt)}; this was delivered ${apart(usage.deliveredAt, opened?.closesAt ?? usage.deliveredAt)} before the end.`, agreeing);
  }
  if (said.pricing.type !== 'free_entry_point' && said.pricing.category !== 'referral_conversion') return null;
  const agreeing = agreesWith(question, { usage: { entryPointAt: usage.sentAt }, tally: { sessions: noSessions } });
  return agreeing && explained('entry_point', notEntered(question), agreeing);
};

function notEntered({ usage: { sentAt, deliveredAt, entryPointAt }, tally, terms: { policy } }: Question): string {
  const ended = tally.sessions.filter((session) => session.entryPointAt !== null && session.closesAt <= deliveredAt).at(-1);
  if (ended !== undefined) return `Ours: the entry point ended at ${at(ended.closesAt)}, ${apart(ended.closesAt, deliveredAt)} before the delivery.`;
  if (entryPointAt === null) return 'The archive has no message of the contact through an advertisement before it.';
  const limit = entryPointAt + (policy.document.entryPoint?.answerWithinHours ?? 0) * 3_600_000;
  return `Ours: the advertisement of ${at(entryPointAt)} was answered ${apart(limit, sentAt)} too late.`;
}

const byWindow: Guess = (question) => {
  const { usage: { sentAt, lastInboundAt }, terms: { policy } } = question;
  const closesAt = lastInboundAt === null ? null : windowClosesAt(lastInboundAt, policy.document);
  if (closesAt !== null && sentAt < closesAt) {
    const agreeing = agreesWith(question, { usage: { lastInboundAt: null } });
    return agreeing && explained('window', `Ours: inside the window, sent ${apart(sentAt, closesAt)} before it closed (the contact wrote at ${at(lastInboundAt!)}).`, agreeing);
  }
  const agreeing = agreesWith(question, { usage: { lastInboundAt: sentAt } });
  if (!agreeing) return null;
  if (closesAt === null) return explained('inbound_missing', 'Ours: outside the window, since the archive has no message of the contact before it.', agreeing);
  return explained('window', `Ours: outside the window, sent ${apart(closesAt, sentAt)} after it closed (the contact wrote at ${at(lastInboundAt!)}).`, agreeing);
};

const bySession: Guess = (question) => {
  const { charge, tally, usage: { deliveredAt }, archived: { said } } = question;
  const joined = charge.session !== null && !charge.session.opened ? charge.session.session : null;
  if (joined !== null) {
    const agreeing = agreesWith(question, { tally: { sessions: noSessions } });
    return agreeing && explained('session', `Ours: joins the ${joined.category} session that is open from ${at(joined.openedAt)} until ${at(joined.closesAt)}, ${apart(deliveredAt, joined.closesAt)} before its end; the operator opened another.`, agreeing);
  }
  const isOthersOpen = question.said.opensSession === false && charge.session?.opened === true;
  const others = { ...question, said: { ...question.said, opensSession: null } };
  if (!isOthersOpen || !agreesWith(others, {})) return null;
  const ended = tally.sessions.filter(({ category }) => category === charge.category).at(-1);
  const until = said.session?.expiresAt ?? null;
  const ours = ended === undefined ? 'none was open' : `the last one ended at ${at(ended.closesAt)}, ${apart(ended.closesAt, deliveredAt)} before the delivery`;
  return { cause: 'session', detail: `Ours: opens a ${charge.category} session, for ${ours}; the operator took it into an earlier one${until === null ? '' : ` (until ${at(until)})`}.`, theirAmount: 0n };
};

const byAllowance: Guess = (question) => {
  const { charge, said, tally, terms: { policy } } = question;
  const { allowance } = charge;
  if (allowance !== null && said.pricing.billable === true) {
    const full = { ...policy, document: { ...policy.document, charges: policy.document.charges.map((line) => ({ ...line, allowance: null })) } };
    const agreeing = agreesWith(question, { terms: { policy: full } });
    return agreeing && explained('allowance', `Ours: free as number ${allowance.nth} of the ${allowance.count} that are free in ${charge.month} (${allowance.name}).`, agreeing);
  }
  if (charge.type !== 'regular') return null;
  const agreeing = agreesWith(question, { tally: { ...tally, counters: noCounters } });
  const used = agreeing?.charge.allowance;
  return agreeing && used ? explained('allowance', `Ours: the ${used.count} that are free in ${charge.month} (${used.name}) were used up before it.`, agreeing) : null;
};

const byInternational: Guess = ({ charge, said, archived }) => {
  if (said.pricing.category !== 'authentication_international' || charge.category !== 'authentication') return null;
  return { cause: 'international', detail: `The operator bills it to ${archived.usage.market} at the international price, which ours takes for businesses that are known to be eligible only.`, theirAmount: null };
};

const byCategory: Guess = (question) => {
  const { said, usage: { message } } = question;
  const category = categoryNamed(said.pricing.category);
  if (category === null || category === message.category) return null;
  const kind = category === 'service' ? 'free_form' : 'template';
  const agreeing = agreesWith(question, { usage: { message: { ...message, kind, category } } });
  return agreeing && explained('category', `Sent as ${message.category}; the operator bills it as ${said.pricing.category}.`, agreeing);
};
