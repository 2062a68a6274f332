import { readFileSync } from 'node:fs';
import type { PolicyId, RateCardId } from '@parley/contracts';
import { knownRules, namesOfRules, type KnownRules } from '@parley/domain';
import { faultLine, parsePolicyDocument, PolicyDocumentError, rateCardOf, RateSheetError, readRateSheet, type Policy, type RateCard } from '@parley/rating';
import { sheetText } from '../pricing/sheet-file.js';
import { Failure } from '../terminal/failure.js';

/**
 * A policy by its file, or rules by a name that is known (S0, P1 to P6, history, published). Cards that are given hold in place of those.
 * Throws Failure.
 */
export function rulesOf(policy: string, rates: string | undefined): KnownRules {
  const cards = rates === undefined ? [] : [cardFrom(rates)];
  const { title, ...known } = knownRules(policy) ?? own(policyFrom(policy));
  return { ...known, ...(cards.length > 0 && { cards }), title: `${title}${rates === undefined ? '' : `, prices of ${rates}`}` };
}

function own(policy: Policy): KnownRules {
  return { policies: [policy], cards: [], title: policy.document.title };
}

/** Either a document alone, or one with its id, day and source as `POST /billing/v1/policies` takes it. */
function policyFrom(file: string): Policy {
  const text = textOf(file);
  try {
    const value = JSON.parse(text) as { readonly document?: unknown; readonly policyId?: string; readonly version?: number; readonly effectiveFrom?: string; readonly illustrative?: boolean };
    const document = parsePolicyDocument(JSON.stringify(value.document ?? value));
    return { policyId: (value.policyId ?? 'what-if') as PolicyId, version: value.version ?? 1, effectiveFrom: value.effectiveFrom ?? '2009-01-01', illustrative: value.illustrative ?? true, document, scope: null };
  } catch (error) {
    if (error instanceof PolicyDocumentError || error instanceof SyntaxError) throw new Failure(`${file} is not a policy: ${error.message}`, 'correct it; libs/rating/data/policies has some to go by.', 2, { cause: error });
    throw error;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`, `give the path of a policy, or one of ${namesOfRules().join(', ')}.`, 2, { cause: error });
  }
}

function cardFrom(file: string): RateCard {
  try {
    const sheet = readRateSheet(sheetText(file));
    if (sheet.kind === 'tiers') throw new Failure(`${file} holds volume tiers, not prices.`, 'give a rate card; tiers belong into the policy.', 2);
    return rateCardOf({ type: 'RateCardPublished', rateCardId: 'what-if' as RateCardId, version: 1, effectiveFrom: '2009-01-01', currency: sheet.currency, rows: [...sheet.rows], source: file, illustrative: true, scope: null, correction: null });
  } catch (error) {
    if (!(error instanceof RateSheetError)) throw error;
    throw new Failure([`${file} cannot be read:`, ...error.faults.slice(0, 20).map(faultLine)].join('\n'), 'correct these cells; `parley pricing import` shows how a card is understood.', 2, { cause: error });
  }
}
