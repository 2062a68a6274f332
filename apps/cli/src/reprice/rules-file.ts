import { readFileSync } from 'node:fs';
import type { PolicyId, RateCardId } from '@parley/contracts';
import { bundledPriceLists, parsePolicyDocument, PolicyDocumentError, policyOf, rateCardOf, RateSheetError, faultLine, readRateSheet, type Policy, type RateCard } from '@parley/rating';
import { sheetText } from '../pricing/sheet-file.js';
import { Failure } from '../terminal/failure.js';

/** The other rules: what holds in place of what was published. Empty: as published. */
export interface GivenRules {
  readonly policies: readonly Policy[];
  readonly cards: readonly RateCard[];
  /** In words, for the heading. */
  readonly title: string;
}

/** Words in place of a file. */
const published = 'published';
const history = 'history';

/**
 * A policy by its file, or by its name where it comes with Parley (S0, P1 to P6); `history`: all of those, each from its day, with their cards;
 * `published`: what holds anyway. Throws Failure.
 */
export function rulesOf(policy: string, rates: string | undefined): GivenRules {
  const cards = rates === undefined ? [] : [cardFrom(rates)];
  const priced = rates === undefined ? '' : `, prices of ${rates}`;
  if (policy === published) return { policies: [], cards, title: `as published${priced}` };
  const { policies, rateCards } = bundledPriceLists();
  if (policy === history) {
    return { policies: policies.map(policyOf), cards: rates === undefined ? rateCards.map(rateCardOf) : cards, title: `the price lists of the years, each from its day${priced}` };
  }
  const known = policies.find(({ policyId }) => policyId === policy);
  const chosen = known ? policyOf(known) : policyFrom(policy);
  return { policies: [chosen], cards, title: `${chosen.document.title}${priced}` };
}

/** Either a document alone, or one with its id, day and source as `POST /billing/v1/policies` takes it. */
function policyFrom(file: string): Policy {
  const text = textOf(file);
  try {
    const value = JSON.parse(text) as { readonly document?: unknown; readonly policyId?: string; readonly version?: number; readonly effectiveFrom?: string; readonly illustrative?: boolean };
    const document = parsePolicyDocument(JSON.stringify(value.document ?? value));
    return { policyId: (value.policyId ?? 'what-if') as PolicyId, version: value.version ?? 1, effectiveFrom: value.effectiveFrom ?? '2009-01-01', illustrative: value.illustrative ?? true, document };
  } catch (error) {
    if (error instanceof PolicyDocumentError || error instanceof SyntaxError) throw new Failure(`${file} is not a policy: ${error.message}`, 'correct it; libs/rating/data/policies has some to go by.', 2, { cause: error });
    throw error;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const names = bundledPriceLists().policies.map(({ policyId }) => policyId).join(', ');
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`, `give the path of a policy, or one of ${names}, ${history}, ${published}.`, 2, { cause: error });
  }
}

function cardFrom(file: string): RateCard {
  try {
    const sheet = readRateSheet(sheetText(file));
    if (sheet.kind === 'tiers') throw new Failure(`${file} holds volume tiers, not prices.`, 'give a rate card; tiers belong into the policy.', 2);
    return rateCardOf({ type: 'RateCardPublished', rateCardId: 'what-if' as RateCardId, version: 1, effectiveFrom: '2009-01-01', currency: sheet.currency, rows: [...sheet.rows], source: file, illustrative: true });
  } catch (error) {
    if (!(error instanceof RateSheetError)) throw error;
    throw new Failure([`${file} cannot be read:`, ...error.faults.slice(0, 20).map(faultLine)].join('\n'), 'correct these cells; `parley pricing import` shows how a card is understood.', 2, { cause: error });
  }
}
