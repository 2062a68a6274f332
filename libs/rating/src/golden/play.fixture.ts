import type { Counters } from '../allowance/counters.js';
import { emptyRecord, write } from '../allowance/persistent-record.js';
import { inForce } from '../effective.js';
import { noSessions, type Sessions } from '../sessions/sessions.js';
import type { Charge } from '../rate/outcome.js';
import { rate } from '../rate/rate.js';
import type { BusinessFacts, Tally, Usage } from '../rate/usage.js';
import { bundled, bundledCard, charged, untouched } from '../rate/usage.fixture.js';
import { localDate } from '../zone.js';
import type { CarryLine, GoldenLedger, GoldenLine } from './ledger.js';

/** A message of a golden ledger with what it cost, and where it stands there. */
export interface Played {
  readonly line: GoldenLine;
  readonly usage: Usage;
  readonly expected: bigint;
  readonly charge: Charge;
}

/** Plays every line through `rate`, an owner's counters and each conversation's sessions carried on as JSON. */
export function playGolden({ policyId, rateCardId, zone, lines }: GoldenLedger): readonly Played[] {
  const [policy, card] = [bundled(policyId), bundledCard(rateCardId)];
  const abroad = lines.flatMap((line) => (line.kind === 'abroad' ? [line] : []));
  const conversations = new Map<string, Sessions>();
  let { counters }: Tally = untouched;
  const played: Played[] = [];
  for (const line of lines) {
    if (line.kind === 'carry') counters = carried(counters, line);
    if (line.kind !== 'use') continue;
    line.messages.forEach(({ usage, amount }) => {
      const sessions = line.conversation === 'new' ? noSessions : (conversations.get(line.conversation) ?? noSessions);
      const rating = rate(usage, { policy, card, business: { zone, currency: card.currency, international: internationalOf(usage) } }, { counters, sessions });
      counters = rating.counters;
      conversations.set(line.conversation, JSON.parse(JSON.stringify(rating.sessions)) as Sessions);
      played.push({ line, usage, expected: amount, charge: charged(rating.outcome) });
    });
    counters = JSON.parse(JSON.stringify(counters)) as Counters;
  }
  return played;

  function internationalOf({ message, deliveredAt }: Usage): BusinessFacts['international'] {
    return inForce(abroad.filter(({ businessId }) => businessId === message.businessId), localDate(deliveredAt, zone));
  }
}

function carried({ months }: Counters, { month, key, count }: CarryLine): Counters {
  return { months: { ...months, [month]: write(months[month] ?? emptyRecord, key, count) } };
}
