import type { RateCardId } from '@parley/contracts';
import { inForce } from '@parley/rating';
import type { LocalDate, RateCard } from '@parley/rating';
import type { FieldError } from '@parley/service';

/** The version that a card is said to correct. */
export interface Correction {
  readonly rateCardId: RateCardId;
  readonly version: number;
}

export interface CorrectionQuestion {
  readonly card: RateCard;
  readonly correction: Correction | null;
  readonly published: readonly RateCard[];
  /** The latest day that has begun anywhere. */
  readonly latestDay: LocalDate;
}

/**
 * What is wrong with publishing this card now; null where nothing is. Cards are published ahead: one that takes the place of another on a day that
 * has begun may change what was charged, so it has to say that it is a correction, and of what. A card for days on which none was in force
 * takes nobody's place.
 */
export function correctionFault({ card, correction, published, latestDay }: CorrectionQuestion): FieldError | null {
  const replaced = inForce(published.filter(({ currency }) => currency === card.currency), card.effectiveFrom);
  const isAhead = card.effectiveFrom > latestDay;
  if (correction === null) {
    if (isAhead || replaced === null) return null;
    const hint = `${card.effectiveFrom} has begun, and ${replaced.rateCardId} version ${replaced.version} is in force that day: publish ahead, for a day after ${latestDay}, or send correction: {"rateCardId":"${replaced.rateCardId}","version":${replaced.version}}`;
    return { path: 'effectiveFrom', hint };
  }
  if (isAhead) return { path: 'correction', hint: `is for a day that has begun, and ${card.effectiveFrom} has not: leave it out` };
  if (replaced === null) return { path: 'correction', hint: `there is nothing to correct: no card in ${card.currency} is in force on ${card.effectiveFrom}; leave it out` };
  const same = replaced.rateCardId === correction.rateCardId && replaced.version === correction.version;
  return same ? null : { path: 'correction', hint: `what is in force on ${card.effectiveFrom} is ${replaced.rateCardId} version ${replaced.version}: correct that one` };
}
