import { grouped } from '../terminal/progress.js';
import { drawTable, type Line } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Change, CorrectionStatus, TrialResult } from './price-lists.js';

const right = (title: string) => ({ title, align: 'right' as const });
const signed = ({ change, currency }: Change): string => `${change.startsWith('-') || change === '0' ? '' : '+'}${change} ${currency}`;
const all = (changes: readonly Change[]): string => (changes.length === 0 ? 'nothing' : changes.map(signed).join(', '));

const stateWords = {
  waiting: 'waits',
  running: 'is being settled',
  posted: 'posted so far; looked at again',
  settled: 'settled',
  failed: 'failed; tried again',
} as const;

/** A line per correction, and what there is to say of it. */
export function correctionsTable(corrections: readonly CorrectionStatus[], { ink }: Terminal): readonly string[] {
  const inks = { waiting: ink.faint, running: ink.faint, posted: ink.warning, settled: ink.good, failed: ink.bad } as const;
  const lines = corrections.map(({ kind, id, version, effectiveFrom, corrected, reason, state, progress, adjustments, changes }): Line => [
    `${kind === 'policy' ? 'policy' : 'rate card'} ${id} ${version}`, `${corrected.id} ${corrected.version}`, effectiveFrom, reason, grouped(adjustments), all(changes),
    { text: progress === null ? stateWords[state] : `${stateWords[state]} (${grouped(progress.done)} of ${grouped(progress.total)})`, ink: inks[state] },
  ]);
  const columns = [{ title: 'Correction', most: 32 }, { title: 'of', most: 24 }, { title: 'from' }, { title: 'Why', most: 32 }, right('Adjusted'), right('by'), { title: '' }];
  return [...drawTable(columns, lines, ink.strong), ...corrections.flatMap(({ id, version, detail }) => (detail === null ? [] : [ink.warning(`${id} version ${version}: ${detail}`)]))];
}

const mostShown = 20;

/** What a correction would change. */
export function trialPage({ charges, adjustments, currencies, businesses, unpriced, unexplained, pending, drifting }: TrialResult, title: string, { ink }: Terminal): readonly string[] {
  const shown = businesses.slice(0, mostShown);
  const lines = shown.map((business): Line => [business.businessId, business.ownerId, grouped(business.adjustments), { text: signed(business), ink: business.change.startsWith('-') ? ink.good : ink.bad }]);
  return [
    ink.strong(`Published as ${title}, it would adjust ${grouped(adjustments)} of ${grouped(charges)} charges by ${all(currencies)}.`),
    ...(lines.length > 0 ? drawTable([{ title: 'Business', most: 32 }, { title: 'of', most: 32 }, right('Adjusted'), right('by')], lines, ink.strong) : []),
    ...(businesses.length > shown.length ? [`… and ${grouped(businesses.length - shown.length)} more businesses (--json).`] : []),
    ...unpriced.map(({ reason, charges: count }) => ink.bad(`${grouped(count)} ${count === 1 ? 'charge' : 'charges'} would stand unchanged, since it has no price there: ${reason}`)),
    ...(unexplained > 0 ? [ink.bad(`${grouped(unexplained)} charges do not follow from their own stamp and would be left alone: see \`parley pricing verify\`.`)] : []),
    ...(pending > 0 ? [`${grouped(pending)} ${pending === 1 ? 'message is' : 'messages are'} not charged yet.`] : []),
    ...(drifting ? ['Allowances, tiers or sessions are counted otherwise by it: what is charged from now on will be adjusted too, until counts agree again.'] : []),
    'Nothing was published. To publish it, leave out --dry-run.',
  ];
}
