import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS, type Category } from '@parley/contracts';
import { applies, situations, windowPlaces, type AbroadTerms, type ChargeTerms, type Situation } from '../policy/document.js';
import type { Policy } from '../policy/policy.js';
import type { RateColumn } from '../rate-card.js';
import { bandsIn, type BandsOf } from '../tiers/tiers.js';

/** A line of the price list made ready for use. */
export interface Line {
  readonly terms: ChargeTerms;
  /** Rule id. */
  readonly rule: string;
  readonly abroad: { readonly terms: AbroadTerms; readonly rule: string } | null;
}

/** A policy read once: which line each situation meets, and its tier bands. */
export interface Lines {
  readonly lineFor: (situation: Situation) => Line;
  readonly bandsOf: BandsOf;
}

const read = new WeakMap<Policy, Lines>();

/** The lines of the policy; the same object for the same policy. */
export function linesOf(policy: Policy): Lines {
  const known = read.get(policy);
  if (known) return known;
  const lines = readLines(policy);
  read.set(policy, lines);
  return lines;
}

function readLines(policy: Policy): Lines {
  const { charges } = policy.document;
  const ready = new Map(charges.map((terms) => [terms, lineOf(policy, terms)]));
  const table: Line[] = [];
  for (const situation of situations) {
    const terms = charges.find((line) => applies(line, situation));
    const line = terms && ready.get(terms);
    if (line) table[indexOf(situation)] = line;
  }
  const lineFor = (situation: Situation): Line => {
    const line = table[indexOf(situation)];
    // A parsed document has a line for every situation it can meet.
    if (!line) throw new RangeError(`policy ${policy.policyId} version ${policy.version} has no line for ${JSON.stringify(situation)}`);
    return line;
  };
  return { lineFor, bandsOf: bandsIn(policy.document) };
}

function lineOf({ policyId }: Policy, terms: ChargeTerms): Line {
  const abroad = terms.abroad === null ? null : { terms: terms.abroad, rule: `${policyId}/${terms.abroad.rule}` };
  return { terms, rule: `${policyId}/${terms.rule}`, abroad };
}

/** Column of the card with the line's price for a message of the category; for a line that is free, the category's. */
export function columnOf({ terms: { price } }: Line, category: Category): RateColumn {
  return price === 'category' || price === 'free' ? category : price;
}

function indexOf({ kind, lane, category, window }: Situation): number {
  const kinds = MESSAGE_KIND_SYMBOLS.indexOf(kind) * LANE_SYMBOLS.length + LANE_SYMBOLS.indexOf(lane);
  return (kinds * CATEGORY_SYMBOLS.length + CATEGORY_SYMBOLS.indexOf(category)) * windowPlaces.length + windowPlaces.indexOf(window);
}
