import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fallbackMarket } from '../rate-card.js';
import { bundled, bundledCard } from '../rate/usage.fixture.js';
import { cellCount, cellKey, cellOf, cells, marketKinds, whyNot, type Cell } from './coverage.fixture.js';
import { goldenPolicies, readGolden } from './folder.fixture.js';
import { playGolden } from './play.fixture.js';

const page = new URL('../../COVERAGE.md', import.meta.url);

interface Covered {
  readonly policyId: string;
  /** Cell → the line of the golden ledger that is the first to stand in it. */
  readonly lines: ReadonlyMap<string, string>;
  /** Cell → why none can. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Measured: every message of the golden ledger is put into the cell that it and its charge say. */
function measure(policyId: string): Covered {
  const ledger = readGolden(policyId);
  const policy = bundled(policyId);
  const card = bundledCard(ledger.rateCardId);
  const lines = new Map<string, string>();
  for (const played of playGolden(ledger)) {
    const key = cellKey(cellOf(played, policy, card));
    if (!lines.has(key)) lines.set(key, played.line.at);
  }
  const reasons = new Map(cells.flatMap((cell) => [[cellKey(cell), whyNot(cell, policy, card)] as const]).filter((entry): entry is readonly [string, string] => entry[1] !== null));
  return { policyId, lines, reasons };
}

const measured = goldenPolicies().map(measure);

function table({ policyId, lines, reasons }: Covered): string {
  const rows = cells.filter(({ market }) => market === marketKinds[0]).flatMap((cell) => {
    const found = marketKinds.map((market) => lines.get(cellKey({ ...cell, market })) ?? reasons.get(cellKey({ ...cell, market })) ?? 'UNCOVERED');
    const impossible = marketKinds.every((market) => reasons.has(cellKey({ ...cell, market })));
    return impossible ? [] : [`| ${cell.kind} | ${cell.category} | ${cell.window} | ${cell.lane} | ${cell.tier} | ${found.join(' | ')} |`];
  });
  const counts = new Map<string, number>();
  for (const reason of reasons.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const why = [...counts].sort().map(([reason, count]) => `- ${count} cells: ${reason}.`);
  return [
    `## ${policyId}`,
    '',
    `${lines.size} of ${cellCount} cells are covered, ${reasons.size} cannot occur:`,
    '',
    ...why,
    '',
    `| kind | category | window | lane | tier | market on the card | market under ${fallbackMarket} |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const text = [
  '# What the golden ledgers cover',
  '',
  'Generated; do not edit. A cell is one combination of policy, kind of message, category, window, lane, tier and market, made from the model’s own',
  'lists. It names the line of `golden/` that stands in it, as rating itself classed that line, or why no message can. Write it anew with',
  '`PARLEY_WRITE=coverage npx nx test rating`.',
  '',
  ...measured.map(table),
].join('\n');

if (process.env['PARLEY_WRITE'] === 'coverage') writeFileSync(page, text);

describe('the coverage of the golden ledgers', () => {
  it.each(measured)('of $policyId leaves no cell without a line or a reason', ({ lines, reasons }) => {
    expect(cells).toHaveLength(cellCount);
    expect(cells.map(cellKey).filter((key) => !lines.has(key) && !reasons.has(key))).toEqual([]);
  });

  it.each(measured)('of $policyId gives no reason against what its lines show to occur', ({ lines, reasons }) => {
    expect([...lines.keys()].filter((key) => reasons.has(key))).toEqual([]);
  });

  it('is the page COVERAGE.md (written anew with PARLEY_WRITE=coverage npx nx test rating)', () => {
    expect(readFileSync(page, 'utf8')).toBe(text);
  });

  it('shows a value that no line has', () => {
    const [first] = measured;
    const cell: Cell = { ...cells[0]!, lane: 'fax' as Cell['lane'] };
    expect(first?.lines.has(cellKey(cell)) || first?.reasons.has(cellKey(cell))).toBe(false);
  });
});
