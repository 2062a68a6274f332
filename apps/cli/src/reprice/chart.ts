import type { Change, RepricingSummary } from '@parley/domain';
import { formatBasisPoints, formatDecimal, micros } from '@parley/money';

const width = 960;
const rowHeight = 44;
const left = 220;
const right = 190;
const most = 24;

/** A picture of who pays what: for each business a bar as it was, and one as it would be; those with the largest change. One picture per currency, below one another. */
export function chartOf({ currencies }: RepricingSummary, title: string): string {
  let y = 64;
  const parts = [line(24, 34, title, 'font-size="18" font-weight="600"')];
  for (const { currency, businesses, was, wouldBe, basisPoints } of currencies) {
    const shown = [...businesses].sort((one, other) => order(size(other.change), size(one.change))).slice(0, most).sort((one, other) => order(other.change, one.change));
    const largest = shown.reduce((top, one) => [top, one.was, one.wouldBe].reduce((a, b) => (a > b ? a : b)), 1n);
    parts.push(line(24, y, `${currency}: as was ${decimal(was)}, as would be ${decimal(wouldBe)}${basisPoints === null ? '' : ` (${formatBasisPoints(basisPoints)})`}`, 'font-size="14"'));
    y += 20;
    for (const change of shown) {
      parts.push(...rowOf(change, largest, y));
      y += rowHeight;
    }
    y += 28;
  }
  const legend = [rect(left, y - 14, 14, 14, wasFill), line(left + 20, y - 2, 'as was', 'font-size="12"'), rect(left + 100, y - 14, 14, 14, wouldFill), line(left + 120, y - 2, 'as would be', 'font-size="12"')];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 16}" viewBox="0 0 ${width} ${y + 16}" role="img" font-family="system-ui, sans-serif">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${[...parts, ...legend].join('\n')}
</svg>
`;
}

const wasFill = '#9aa5b1';
const wouldFill = '#3366cc';

function rowOf({ businessId, was, wouldBe, basisPoints }: Change, largest: bigint, y: number): string[] {
  const label = businessId.length > 28 ? `${businessId.slice(0, 27)}…` : businessId;
  return [
    line(left - 12, y + 22, label, 'font-size="12" text-anchor="end"'),
    rect(left, y + 4, barOf(was, largest), 12, wasFill),
    rect(left, y + 18, barOf(wouldBe, largest), 12, wouldFill),
    line(left + Math.max(barOf(was, largest), barOf(wouldBe, largest)) + 8, y + 22, `${decimal(was)} → ${decimal(wouldBe)}${basisPoints === null ? '' : ` ${formatBasisPoints(basisPoints)}`}`, 'font-size="11" fill="#334155"'),
  ];
}

/** Pixels, exact to a hundredth: a bar's length is drawn, never added up. */
function barOf(amount: bigint, largest: bigint): number {
  return Number((amount * BigInt(width - left - right) * 100n) / largest) / 100;
}

const decimal = (amount: bigint): string => formatDecimal(micros(amount));
const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const order = (one: bigint, other: bigint): number => (one < other ? -1 : Number(one > other));

function rect(x: number, y: number, across: number, down: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${Math.max(across, 1)}" height="${down}" rx="2" fill="${fill}"/>`;
}

function line(x: number, y: number, text: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
}
