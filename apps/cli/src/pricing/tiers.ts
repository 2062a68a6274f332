import { toId } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto';
import { formatDecimal } from '@parley/money';
import { parsePolicyDocument, rateCardOf, tierDifferenceOf, withTierSheet, type PaidBand, type PolicyDocument, type RateCard, type Scope, type TierComparison, type TierSheet } from '@parley/rating';
import { basename } from 'node:path';
import { Unreachable } from '../platform/ask.js';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import { forWhomSaid, scoped, type ImportOptions } from './import.js';
import { inForceAmong, isSameScope, scopeNamed, type PriceLists, type PublishedPolicy } from './price-lists.js';
import { showTierDifference, showTiers, showUnderstanding } from './show.js';

/** The longest policy document that the catalog takes, characters of its JSON. */
const longestDocument = 16_384;

type Outcome = 'shown' | 'known' | 'published';

/** The policy in force with the sheet's tiers in it, and what that changes. */
interface Planned {
  readonly policy: PublishedPolicy;
  readonly version: number;
  readonly document: PolicyDocument;
  readonly comparison: TierComparison;
}

/** Shows a sheet of volume tiers against those of the policy in force, and publishes them as its next version where that is asked for. Throws Failure. */
export async function importTiers(sheet: TierSheet, lists: PriceLists | null, options: ImportOptions, terminal: Terminal): Promise<0> {
  if (options.correction) throw new Failure('Volume tiers are part of a policy, which is published ahead.', 'leave out --correction, and give a day to come; what was charged is corrected by adjustments.', 2);
  const planned = await plan(sheet, lists, options, terminal);
  if (options.publish && planned === null) throw new Failure(`No policy is in force on ${options.effectiveFrom}, so there is none for these tiers.`, 'publish a policy first, or take another day.', 2);
  const outcome: Outcome = planned !== null && isSaid(planned, options) ? 'known' : options.publish ? 'published' : 'shown';
  if (outcome === 'published') await publish(lists!, planned!, options);
  if (options.json) terminal.line(JSON.stringify(answerOf(sheet, planned, outcome, options)));
  else show(sheet, planned, outcome, options, terminal);
  return 0;
}

/** Null where nobody is asked, nobody answers whom it was not said to ask, or no policy is in force that day. */
async function plan(sheet: TierSheet, lists: PriceLists | null, options: ImportOptions, terminal: Terminal): Promise<Planned | null> {
  try {
    return lists && (await planned(sheet, lists, options));
  } catch (error) {
    if (!(error instanceof Unreachable) || options.publish || options.url !== undefined) throw error;
    terminal.remark(`${error.message} To compare with the tiers in force, ${error.fix}`);
    return null;
  }
}

async function planned(sheet: TierSheet, lists: PriceLists, { effectiveFrom, id, version, source, illustrative, file, owners, businesses }: ImportOptions): Promise<Planned | null> {
  const policies = await lists.policies(effectiveFrom);
  const scope = scopeNamed(owners, businesses);
  const policy = inForceAmong(policies, scope);
  if (policy === null) return null;
  if (id !== undefined && id !== policy.policyId) throw new Failure(`The policy in force is ${policy.policyId}, and tiers are part of it.`, `leave out --id, or give --id ${policy.policyId}`, 2);
  const before = parsePolicyDocument(JSON.stringify(policy.document));
  const document = withTierSheet(before, sheet, { source: source ?? `Not stated. Imported from ${basename(file)}.`, illustrative: illustrative || source === undefined });
  const newest = Math.max(...policies.filter(({ policyId }) => policyId === policy.policyId).map((one) => one.version));
  return { policy, version: version ?? newest + 1, document, comparison: tierDifferenceOf(before, document, sheet, await cardFor(sheet, lists, effectiveFrom, scope)) };
}

async function cardFor({ currency }: TierSheet, lists: PriceLists, on: string | undefined, scope: Scope | null): Promise<RateCard | null> {
  const card = inForceAmong((await lists.cards(on)).filter((one) => one.currency === currency), scope);
  if (card === null) return null;
  return rateCardOf({ type: 'RateCardPublished', ...card, rateCardId: toId('RateCard', card.rateCardId), rows: await lists.rows(card), source: '', scope: null, correction: null });
}

/** Whether the policy in force from that very day on has these tiers already: then a repeated call publishes no second one. */
function isSaid({ policy, document, comparison }: Planned, { effectiveFrom, version, owners, businesses }: ImportOptions): boolean {
  const same = comparison.differences.every(({ change }) => change === 'same') && comparison.restGone.length === 0;
  const marked = parsePolicyDocument(JSON.stringify(policy.document)).tiers?.illustrative === document.tiers?.illustrative;
  return same && marked && isSameScope(policy.scope, scopeNamed(owners, businesses)) && policy.effectiveFrom === effectiveFrom && version === undefined;
}

async function publish(lists: PriceLists, { policy, version, document }: Planned, { effectiveFrom, source, file, ...forWhom }: ImportOptions): Promise<void> {
  const compact = JSON.stringify(document, (_, value: unknown) => (value === null ? undefined : value)); // A field that is null may be left out.
  const characters = compact.length;
  if (characters > longestDocument) {
    throw new Failure(`With these tiers the policy has ${characters} characters, and a policy has at most ${longestDocument}.`, 'leave out the markets that you do not write to, or bands that you never reach.', 1);
  }
  const said = `Volume tiers: ${source ?? `not stated, imported from ${basename(file)}`}. Otherwise as version ${policy.version}.`;
  const body = { policyId: policy.policyId, version, effectiveFrom, document: JSON.parse(compact) as object, source: said.slice(0, 512), illustrative: policy.illustrative, ...scoped(forWhom) };
  await lists.publishPolicy(body, `pricing-tiers-${sha256Hex(JSON.stringify(body)).slice(0, 40)}`); // The same again is the same request.
}

function answerOf({ kind, currency, tiers, understanding }: TierSheet, planned: Planned | null, outcome: Outcome, { file, effectiveFrom }: ImportOptions): object {
  const shown = tiers.map(({ bands, ...one }) => ({ ...one, bands: bands.map(({ price, ...bounds }) => ({ ...bounds, price: formatDecimal(price) })) }));
  const paid = (bands: readonly PaidBand[] | null) => bands && bands.map(({ bounds, price }) => ({ bounds, price: price && formatDecimal(price) }));
  const against = planned && { policyId: planned.policy.policyId, version: planned.policy.version, effectiveFrom: planned.policy.effectiveFrom };
  const difference = planned && {
    tiers: planned.comparison.differences.map(({ before, after, ...one }) => ({ ...one, before: paid(before), after: paid(after) })),
    restGone: planned.comparison.restGone,
    unlikeCard: planned.comparison.unlikeCard.map(({ market, category }) => ({ market, category })),
  };
  const policy = planned && { policyId: planned.policy.policyId, version: planned.version, effectiveFrom: effectiveFrom ?? null, illustrative: planned.document.tiers?.illustrative };
  return { file, kind, currency, tiers: shown, understanding, against, difference, policy, outcome };
}

function show(sheet: TierSheet, planned: Planned | null, outcome: Outcome, { file, effectiveFrom, source, all, ...forWhom }: ImportOptions, terminal: Terminal): void {
  showUnderstanding(file, sheet, terminal);
  if (all || planned === null) showTiers(sheet, terminal);
  if (planned === null) return terminal.line('Nothing was published.');
  const { policy, version, comparison, document } = planned;
  terminal.line(`Against ${policy.policyId} version ${policy.version} (from ${policy.effectiveFrom} on):`);
  showTierDifference(comparison, all, terminal);
  const example = document.tiers?.illustrative ? terminal.ink.warning(` Its tiers are marked illustrative, no bill may be made of them${source === undefined ? ': say where they are from with --source' : ''}.`) : '';
  const said = {
    known: `These tiers are published already, in force from ${effectiveFrom} on. Nothing was published.`,
    published: `${terminal.ink.good('Published')} ${policy.policyId} version ${version}, in force from ${effectiveFrom} on${forWhomSaid(forWhom)}.${example}`,
    shown: `Nothing was published. To publish them as ${policy.policyId} version ${version}, add --publish${effectiveFrom === undefined ? ' --effective-from YYYY-MM-DD' : ''}.${example}`,
  } as const satisfies { readonly [O in Outcome]: string };
  terminal.line(said[outcome]);
}
