// What the routes of corrections are for.
import { answered, decimal, flag, id, instant, integer, list, nullable, object, oneOf, text, wholeMicros } from '@parley/service';
import type { RouteDescription } from '@parley/service';
import { correctionStates } from '../correction/correction-row.js';
import { count } from './descriptions.js';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const version = integer({ min: 1, max: 2_147_483_647 });
const dayText = text({ max: 10, pattern: /^20\d{2}-\d{2}-\d{2}$/, hint: 'a day, YYYY-MM-DD' });
const published = { id: text({ max: 64 }), version };
const change = { currency: text({ max: 3 }), change: decimal, changeMicros: wholeMicros };
const progress = nullable(object({ done: count, total: count }));

const correction = object({
  catalogOffset: count, kind: oneOf(['policy', 'rate_card']), ...published, effectiveFrom: dayText, corrected: object(published), reason: text({ max: 512 }), publishedAt: instant(),
  state: oneOf(correctionStates), progress, charges: count, adjustments: count, changes: list(object(change), { min: 0, max: 200 }), unpriced: count, unexplained: count, detail: nullable(text({ max: 1_000 })),
});

export const listCorrections: Description = {
  summary: 'Every correction of a policy or rate card, in the order of publication, and how far it is settled.',
  detail: 'A correction settles itself. `posted`: the adjustments that followed so far are on the ledger, and it is looked at again, since charges may be under way, or counted on from what was corrected; `settled`: nothing more can follow. `unpriced`: charges that stand because the corrected rules have no price for them.',
  answer: answered('All corrections.', object({ data: list(correction, { min: 0, max: 100_000 }) })),
};

const trial = object({
  charges: count, adjustments: count, unexplained: count, pending: count, drifting: flag(),
  unpriced: list(object({ reason: text({ max: 512 }), charges: count }), { min: 0, max: 10_000 }),
  currencies: list(object(change), { min: 0, max: 200 }),
  businesses: list(object({ businessId: id('Business'), ownerId: id('Owner'), adjustments: count, ...change }), { min: 0, max: 1_000 }),
});
const trialId = { id: text({ max: 64 }) };

const trying = (what: string): Description => ({
  summary: `Ask what a corrected ${what} would change, were it published now.`,
  detail: `Takes it as it would be published, with \`correction\`, and changes nothing. It reads the whole usage log.`,
  problems: ['too-many-requests', 'already-exists'],
  answer: answered('Taken. Ask for it until it is `done`.', object({ id: text({ max: 64 }), state: oneOf(['waiting']) })),
});
export const tryRateCard = trying('rate card');
export const tryPolicy = trying('policy');

export const readTrial: Description = {
  summary: 'How far a trial is, and its result.',
  detail: 'Kept for an hour by the process that was asked.',
  path: trialId,
  problems: ['not-found'],
  answer: answered(
    '`businesses`: the 1,000 whose bills change most. `drifting`: allowances, tiers or sessions are counted otherwise, so that charges to come will be adjusted too, for a while.',
    object({ id: text({ max: 64 }), state: oneOf(['waiting', 'running', 'done', 'failed', 'cancelled']), progress, detail: nullable(text({ max: 512 })), result: nullable(trial) }),
  ),
};

export const cancelTrial: Description = { summary: 'Cancel a trial.', path: trialId, problems: ['not-found'], answer: answered('Cancelled, or done already.', null) };
