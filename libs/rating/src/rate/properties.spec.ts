import { describe, expect, it } from '@jest/globals';
import { CATEGORY_SYMBOLS, LANE_SYMBOLS } from '@parley/contracts';
import fc from 'fast-check';
import { noCounters, type Counters } from '../allowance/counters.js';
import { bundledPriceLists } from '../bundled.js';
import { inForce } from '../effective.js';
import { parsePolicyDocument } from '../policy/parse.js';
import { needsCounters, needsSessions, policyOf, type Policy } from '../policy/policy.js';
import { rateCardOf } from '../rate-card.js';
import { noSessions, type Sessions } from '../sessions/sessions.js';
import type { Charge, Unpriced } from './outcome.js';
import { chargeFor, rate } from './rate.js';
import { countedBy, trackedBy } from './tally.js';
import { decidingInstants, type BusinessFacts } from './usage.js';
import { bundledCard, hour, used, type Given } from './usage.fixture.js';

const { policies, rateCards } = bundledPriceLists();
/** Allowances and bands small enough that a short history runs through them. */
const lists = policies.map(policyOf).map((policy): Policy => {
  const { charges, tiers } = policy.document;
  const small = {
    ...policy.document,
    charges: charges.map((line) => (line.allowance === null ? line : { ...line, allowance: { ...line.allowance, count: 2 } })),
    tiers: tiers && { ...tiers, tables: tiers.tables.map((table) => ({ ...table, bands: { '1:1': 100, '2:3': 90, '4:MAX': 50 } })) },
  };
  return { ...policy, document: parsePolicyDocument(JSON.stringify(small)) };
});
const cards = rateCards.map(rateCardOf);
const facts: BusinessFacts = { zone: 'America/Sao_Paulo', currency: 'USD', international: { homeMarket: 'Brazil', markets: ['Egypt'] } };

interface Owner {
  readonly counters: Counters;
  readonly conversations: { readonly [conversation: string]: Sessions };
}
interface Step {
  readonly conversation: string;
  readonly given: Given;
}
const nobody: Owner = { counters: noCounters, conversations: {} };

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.record({
      conversation: fc.constantFrom('c1', 'c2'),
      gapHours: fc.integer({ min: -3, max: 40 }),
      latencyMs: fc.constantFrom(0, 800, 5 * hour),
      wroteHoursAgo: fc.constantFrom(null, 0, 1, 23, 24, 30),
      cameHoursAgo: fc.constantFrom(null, null, 1, 23, 24, 40),
      lane: fc.constantFrom(...LANE_SYMBOLS),
      category: fc.constantFrom(...CATEGORY_SYMBOLS),
      market: fc.constantFrom('Brazil', 'Egypt', 'Atlantis'),
      numberId: fc.constantFrom('n1', 'n2'),
    }),
    { maxLength: 40 },
  )
  .chain((messages) => fc.constantFrom(...policies.map(({ effectiveFrom }) => Date.parse(`${effectiveFrom}T03:00:00Z`))).map((change) => history(messages, change - 200 * hour)));

function history(messages: readonly { conversation: string; gapHours: number; latencyMs: number; wroteHoursAgo: number | null; cameHoursAgo: number | null; lane: 'api' | 'app'; category: (typeof CATEGORY_SYMBOLS)[number]; market: string; numberId: string }[], from: number): Step[] {
  let sentAt = from;
  const ago = (hours: number | null): number | null => (hours === null ? null : sentAt - hours * hour);
  return messages.map(({ conversation, gapHours, latencyMs, wroteHoursAgo, cameHoursAgo, ...rest }) => {
    sentAt += gapHours * hour;
    return { conversation, given: { ...rest, sentAt, deliveredAt: sentAt + latencyMs, lastInboundAt: ago(wroteHoursAgo), entryPointAt: ago(cameHoursAgo) } };
  });
}

function termsAt(usage: ReturnType<typeof used>, chosen: Policy | null) {
  const { day } = decidingInstants(usage, facts.zone);
  const policy = chosen ?? inForce(lists, day);
  return { policy: policy ?? lists[0]!, card: inForce(cards, day), business: facts };
}

/** Rates the steps by the list in force at each, or by the one chosen. */
function play(start: Owner, run: readonly Step[], chosen: Policy | null): { readonly outcomes: readonly (Charge | Unpriced)[]; readonly end: Owner } {
  let owner = start;
  const outcomes = run.map(({ conversation, given }) => {
    const usage = used(given);
    const sessions = owner.conversations[conversation] ?? noSessions;
    const rating = rate(usage, termsAt(usage, chosen), { counters: owner.counters, sessions });
    owner = { counters: rating.counters, conversations: { ...owner.conversations, [conversation]: rating.sessions } };
    return rating.outcome;
  });
  return { outcomes, end: owner };
}

const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const chosenLists = fc.constantFrom<Policy | null>(null, ...lists);

describe('rating', () => {
  it('split anywhere, its counters and sessions stored as JSON between, changes nothing', () => {
    fc.assert(
      fc.property(steps, fc.nat(40), chosenLists, (run, cut, chosen) => {
        const whole = play(nobody, run, chosen);
        const first = play(nobody, run.slice(0, cut), chosen);
        const second = play(stored(first.end), run.slice(cut), chosen);
        expect([...first.outcomes, ...second.outcomes]).toEqual(whole.outcomes);
        expect(stored(second.end)).toEqual(stored(whole.end));
      }),
    );
  });

  it('never owes less than nothing, and what is free costs nothing', () => {
    const prices = new Set(cards.flatMap((card) => Object.values(card.prices).flatMap((row) => Object.values(row).map((text) => text && BigInt(text)))));
    fc.assert(
      fc.property(steps, chosenLists, (run, chosen) => {
        for (const outcome of play(nobody, run, chosen).outcomes) {
          if (outcome.kind === 'unpriced') continue;
          const { amount, unitPrice, type, tier, allowance, session } = outcome;
          expect(typeof amount === 'bigint' && amount >= 0n && unitPrice >= amount).toBe(true);
          if (type !== 'regular' || allowance !== null || session?.opened === false) expect(amount).toBe(0n);
          if (tier === null) expect(amount === 0n || prices.has(amount)).toBe(true);
        }
      }),
    );
  });

  it('gives the same objects back where nothing changed, and always what its two halves say', () => {
    fc.assert(
      fc.property(steps, chosenLists, (run, chosen) => {
        const { end } = play(nobody, run, chosen);
        for (const { conversation, given } of run) {
          const usage = used(given);
          const terms = termsAt(usage, chosen);
          const tally = { counters: end.counters, sessions: end.conversations[conversation] ?? noSessions };
          const outcome = chargeFor(usage, terms, tally);
          const rating = rate(usage, terms, tally);
          expect(rating.outcome).toEqual(outcome);
          const counts = outcome.kind === 'charge' && (outcome.allowance !== null || outcome.tier !== null);
          const opens = outcome.kind === 'charge' && outcome.session?.opened === true;
          expect(rating.counters === tally.counters).toBe(!counts);
          expect(rating.sessions === tally.sessions).toBe(!opens);
          if (outcome.kind === 'charge') expect([rating.counters, rating.sessions]).toEqual([countedBy(tally.counters, outcome), trackedBy(tally.sessions, outcome)]);
        }
      }),
    );
  });

  it('needs what the policy says it needs, and reads nothing else', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(...lists), (run, policy) => {
        const { end } = play(nobody, run, policy);
        if (!needsCounters(policy.document)) expect(end.counters).toBe(noCounters);
        if (!needsSessions(policy.document)) expect(Object.values(end.conversations).every((sessions) => sessions.length === 0)).toBe(true);
      }),
    );
  });

  it('of a reply never gets dearer by being sent earlier', () => {
    const wrote = Date.parse('2018-08-03T18:00:00-03:00');
    fc.assert(
      fc.property(fc.nat(72 * hour), fc.nat(72 * hour), (one, other) => {
        const amountAfter = (ms: number): bigint => {
          const usage = used({ sentAt: wrote + ms, lastInboundAt: wrote });
          const outcome = chargeFor(usage, { policy: lists[0]!, card: bundledCard('usd-for-s0'), business: facts }, { counters: noCounters, sessions: noSessions });
          return outcome.kind === 'charge' ? outcome.amount : -1n;
        };
        return amountAfter(Math.min(one, other)) <= amountAfter(Math.max(one, other));
      }),
    );
  });
});

describe('a price list of the future', () => {
  it('is a document: two-day sessions for authentication, marketing free up to an owner’s threshold, replies in tiers, the app charged', () => {
    const p7 = {
      format: 'parley-policy-2',
      title: 'P7, made up',
      freeWindowHours: 12,
      lateReply: { api: 'charge', app: 'reject' },
      entryPoint: { answerWithinHours: 2, hours: 10, session: 'referral_conversion' },
      sessions: { hours: 48 },
      charges: [
        { rule: 'ad', window: 'entry_point', price: 'free', as: 'referral_conversion' },
        { rule: 'by-hand', lane: 'app', price: 'utility' },
        { rule: 'login', category: 'authentication', price: 'authentication', session: { category: 'own', joins: 'same' } },
        { rule: 'campaign', category: 'marketing', price: 'marketing', allowance: { name: 'campaigns', count: 1, per: 'month', scope: 'owner' } },
        { rule: 'all', price: 'utility' },
      ],
      tiers: { source: 'made up', illustrative: true, scope: 'number', tables: [{ categories: ['service'], markets: ['Brazil'], bands: { '1:1': 100, '2:MAX': 10 } }] },
    };
    const policy: Policy = { ...lists[0]!, policyId: 'P7' as Policy['policyId'], document: parsePolicyDocument(JSON.stringify(p7)) };
    const at = Date.parse('2027-05-03T12:00:00-03:00');
    const run = (given: Partial<Given>[]): readonly unknown[] =>
      play(nobody, given.map((one) => ({ conversation: 'c1', given: { sentAt: at, ...one } })), policy).outcomes.map((outcome) => outcome.kind === 'charge' && [outcome.rule, outcome.amount]);
    // Brazil: utility and authentication 0.0068, marketing 0.0625.
    expect(run([{ lane: 'app' }, { category: 'authentication' }, { category: 'authentication', sentAt: at + 47 * hour }])).toEqual([['P7/by-hand', 6_800n], ['P7/login', 6_800n], ['P7/login', 0n]]);
    expect(run([{ category: 'marketing' }, { category: 'marketing', numberId: 'n9' }])).toEqual([['P7/campaign', 0n], ['P7/campaign', 62_500n]]);
    expect(run([{}, {}, { numberId: 'n9' }])).toEqual([['P7/all', 6_800n], ['P7/all', 680n], ['P7/all', 6_800n]]);
    expect(run([{ entryPointAt: at - hour }, { sentAt: at + 10 * hour }])).toEqual([['P7/ad', 0n], ['P7/all', 6_800n]]);
  });
});
