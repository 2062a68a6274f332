import type { Counters } from '../allowance/counters.js';
import { emptyRecord, write } from '../allowance/persistent-record.js';
import { noSessions, type Sessions } from '../sessions/sessions.js';
import type { Charge } from '../rate/outcome.js';
import { rate } from '../rate/rate.js';
import type { Tally, Usage } from '../rate/usage.js';
import { bundled, bundledCard, charged, untouched, used } from '../rate/usage.fixture.js';
import type { CarryLine, GoldenLedger, GoldenLine } from './lines.fixture.js';

/** A message of a golden ledger with what it cost, and where it stands there. */
export interface Played {
  readonly line: GoldenLine;
  readonly usage: Usage;
  readonly expected: bigint;
  readonly charge: Charge;
}

/** Plays every line through `rate`, an owner's counters and each conversation's sessions carried on as JSON. */
export function playGolden({ policyId, rateCardId, facts, lines }: GoldenLedger): readonly Played[] {
  const terms = { policy: bundled(policyId), card: bundledCard(rateCardId), business: facts };
  const conversations = new Map<string, Sessions>();
  let { counters }: Tally = untouched;
  const played: Played[] = [];
  for (const line of lines) {
    if (line.kind === 'carry') counters = carried(counters, line);
    if (line.kind !== 'use') continue;
    line.messages.forEach(({ given, amount }) => {
      const usage = used(given);
      const sessions = line.conversation === 'new' ? noSessions : (conversations.get(line.conversation) ?? noSessions);
      const rating = rate(usage, terms, { counters, sessions });
      counters = rating.counters;
      conversations.set(line.conversation, JSON.parse(JSON.stringify(rating.sessions)) as Sessions);
      played.push({ line, usage, expected: amount, charge: charged(rating.outcome) });
    });
    counters = JSON.parse(JSON.stringify(counters)) as Counters;
  }
  return played;
}

function carried({ months }: Counters, { month, key, count }: CarryLine): Counters {
  return { months: { ...months, [month]: write(months[month] ?? emptyRecord, key, count) } };
}
