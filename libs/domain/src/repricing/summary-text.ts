import { formatBasisPoints, formatDecimal, micros } from '@parley/money';
import type { RepricingSummary } from './summary.js';

/** A summary as plain JSON: every amount as a decimal and as whole micros, every share as a percentage, both text. */
export function summaryText({ messages, pending, reasons, currencies }: RepricingSummary) {
  return {
    messages, pending, unpriced: reasons,
    currencies: currencies.map(({ was, wouldBe, change, basisPoints, p50, p95, businesses, ...rest }) => ({
      ...rest, ...amountTexts({ was, wouldBe, change }), share: shareText(basisPoints), p50: shareText(p50), p95: shareText(p95),
      businesses: businesses.map(({ was: paid, wouldBe: would, change: by, basisPoints: relative, ...business }) => ({
        ...business, ...amountTexts({ was: paid, wouldBe: would, change: by }), share: shareText(relative),
      })),
    })),
  };
}

/** Null where nothing was paid before: there is no share of nothing. */
function shareText(basisPoints: bigint | null): string | null {
  return basisPoints === null ? null : formatBasisPoints(basisPoints);
}

function amountTexts({ was, wouldBe, change }: { readonly was: bigint; readonly wouldBe: bigint; readonly change: bigint }) {
  const text = (amount: bigint): string => formatDecimal(micros(amount));
  return { was: text(was), wasMicros: was.toString(), wouldBe: text(wouldBe), wouldBeMicros: wouldBe.toString(), change: text(change), changeMicros: change.toString() };
}
