import type { Ink } from '../terminal/ink.js';
import { grouped } from '../terminal/progress.js';
import { drawTable, type Cell } from '../terminal/table.js';
import type { RebuiltLane } from './rebuild.js';

export function rebuiltTable(rebuilt: readonly RebuiltLane[], ink: Ink): string[] {
  const counts = ['Records', 'Decisions', 'Undecided', 'Missing'].map((title) => ({ title, align: 'right' as const }));
  const lines = rebuilt.map((lane): Cell[] => [lane.lane, ...[lane.records, lane.decisions, lane.undecided, lane.missing].map(grouped), identical(lane, ink)]);
  const total = (count: (lane: RebuiltLane) => number): string => grouped(rebuilt.reduce((sum, lane) => sum + count(lane), 0));
  const last = ['All', total(({ records }) => records), total(({ decisions }) => decisions), total(({ undecided }) => undecided), total(({ missing }) => missing), ''];
  return drawTable([{ title: 'Lane' }, ...counts, { title: 'As before' }], [...lines, last.map((text) => ({ text, ink: ink.strong }))], ink.faint);
}

function identical({ differences, behind }: RebuiltLane, ink: Ink): Cell {
  if (differences === null) return { text: 'not compared', ink: ink.faint };
  if (differences.length === 0) return { text: 'yes', ink: ink.good };
  return { text: `no: ${grouped(differences.length)} entries${behind > 0 ? `, was ${grouped(behind)} records behind` : ''}`, ink: ink.bad };
}

export function rebuiltJson({ differences, ...lane }: RebuiltLane): object {
  return { ...lane, identical: differences === null ? null : differences.length === 0, differences: differences ?? [] };
}
