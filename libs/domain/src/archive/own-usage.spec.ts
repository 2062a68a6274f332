import { describe, expect, it } from '@jest/globals';
import type { BusinessId, Category, Instant, MessageKind } from '@parley/contracts';
import { isInsideWindow, noCounters, noSessions, rate, type Charge, type Counters, type Policy, type Sessions, type Usage } from '@parley/rating';
import fc from 'fast-check';
import { findBusiness, policyInForce, rateCardInForce } from '../catalog/lookups.js';
import { aMessage, numberId } from '../scenario/fixtures.js';
import { body, compared, historyCatalog, waba } from './archive.fixture.js';
import { modelOf } from './difference.js';
import { termsOf } from './trial.js';

const business = findBusiness(historyCatalog, waba as BusinessId)!;
const phones = ['5511987650001', '919876500002'] as const;
const markets = ['Brazil', 'India'] as const;

type Step = { readonly contact: 0 | 1; readonly minutes: number } & (
  | { readonly does: 'writes'; readonly ad: boolean }
  | { readonly does: 'gets'; readonly category: Category; readonly delay: number; readonly isRead: boolean }
);

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ contact: fc.constantFrom(0 as const, 1 as const), minutes: fc.integer({ min: 0, max: 8_000 }), does: fc.constant('writes' as const), ad: fc.boolean() }),
    fc.record({
      contact: fc.constantFrom(0 as const, 1 as const), minutes: fc.integer({ min: 0, max: 8_000 }), does: fc.constant('gets' as const),
      category: fc.constantFrom<Category>('service', 'utility', 'marketing', 'authentication'), delay: fc.integer({ min: 1, max: 9_000 }), isRead: fc.boolean(),
    }),
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

/** Eras, among them the days on which one price list follows another. */
const starts = ['2023-06-29', '2024-10-30', '2025-06-29', '2025-08-03', '2026-09-29', '2026-10-20'].map((day) => Date.parse(`${day}T12:00:00-03:00`));

interface Sent {
  readonly id: string;
  readonly contact: 0 | 1;
  readonly usage: Usage;
  readonly isRead: boolean;
}

/** What our own platform would have: usage in its order, with the contact's messages. A late reply is refused, so there is none. */
function played(start: Instant, drawn: readonly Step[]): { readonly inbounds: readonly (Step & { readonly at: Instant })[]; readonly sent: readonly Sent[] } {
  const timed = drawn.map((step, index) => ({ ...step, at: start + step.minutes * 60_000 + index * 1_000, id: `wamid_${String(index).padStart(3, '0')}` })).sort((one, other) => one.at - other.at);
  const inbounds = timed.filter(({ does }) => does === 'writes');
  const sent = timed.flatMap((step): readonly Sent[] => {
    if (step.does !== 'gets') return [];
    const before = inbounds.filter(({ contact, at }) => contact === step.contact && at <= step.at);
    const lastInboundAt = before.at(-1)?.at ?? null;
    const entryPointAt = before.filter((one) => one.does === 'writes' && one.ad).at(-1)?.at ?? null;
    const kind: MessageKind = step.category === 'service' ? 'free_form' : 'template';
    if (kind === 'free_form' && !isInsideWindow(step.at, lastInboundAt, policyAt(step.at).document)) return [];
    const message = aMessage({ kind, category: step.category, numberId });
    return [{ id: step.id, contact: step.contact, isRead: step.isRead, usage: { message, market: markets[step.contact], sentAt: step.at, deliveredAt: step.at + step.delay * 1_000, lastInboundAt, entryPointAt } }];
  });
  return { inbounds, sent: sent.sort((one, other) => one.usage.deliveredAt - other.usage.deliveredAt || one.usage.sentAt - other.usage.sentAt) };
}

function policyAt(instant: Instant): Policy {
  return policyInForce(historyCatalog, business, instant)!;
}

/** Usage as it is rated, each charge told as the operator would tell it. */
function bodiesOf({ inbounds, sent }: ReturnType<typeof played>): readonly object[] {
  let counters: Counters = noCounters;
  const sessions: [Sessions, Sessions] = [noSessions, noSessions];
  const told = sent.map((one) => {
    const policy = policyAt(one.usage.deliveredAt);
    const rated = rate(one.usage, termsOf(business, policy, rateCardInForce(historyCatalog, business, one.usage.deliveredAt)), { counters, sessions: sessions[one.contact] });
    expect(rated.outcome.kind).toBe('charge');
    counters = rated.counters;
    sessions[one.contact] = rated.sessions;
    return statusesOf(one, rated.outcome as Charge, policy);
  });
  const wrote = inbounds.map((step, index) => body({ messages: [{ from: phones[step.contact], id: `wamid_in${index}`, timestamp: String(step.at / 1_000), type: 'text', ...(step.does === 'writes' && step.ad && { referral: { source_id: '7' } }) }] }));
  return [...wrote, ...told.flat()];
}

function statusesOf({ id, contact, usage, isRead }: Sent, { type, category, session }: Charge, policy: Policy): readonly object[] {
  const model = modelOf(policy);
  const pricing = { billable: type === 'regular', pricing_model: model, category, ...(model === 'PMP' && { type }) };
  const conversation = session && { id: `${contact}-${session.session.openedAt}-${session.session.category}`, origin: { type: session.session.category } };
  const status = (name: string, at: Instant): object => body({ statuses: [{ id, status: name, timestamp: String(at / 1_000), recipient_id: phones[contact], pricing, ...(conversation && { conversation }) }] });
  return [status('sent', usage.sentAt), status(isRead ? 'read' : 'delivered', usage.deliveredAt)];
}

describe('an archive made from our own usage', () => {
  it('compares with no difference, whatever the order it is told in, and however often', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.constantFrom(...starts), steps, fc.infiniteStream(fc.nat()), (start, drawn, random) => {
        const bodies = bodiesOf(played(start, drawn));
        const shuffled = [...bodies, ...bodies.slice(0, 5)].map((one) => [random.next().value, one] as const).sort(([one], [other]) => one - other).map(([, one]) => one);
        const { differences, findings } = compared(shuffled);
        expect(differences.map(({ cause, detail }) => `${cause}: ${detail}`)).toEqual([]);
        seen += findings.compared;
      }),
      { numRuns: 150 },
    );
    expect(seen).toBeGreaterThan(1_000);
  });

  it('in one piece or in two, in whatever order of files, makes the same usage and the same charges', () => {
    fc.assert(
      fc.property(fc.constantFrom(...starts), steps, fc.nat(), (start, drawn, cut) => {
        const bodies = bodiesOf(played(start, drawn));
        const at = cut % (bodies.length + 1);
        const texts = (all: readonly object[]) => compared(all).taken.map(({ usage, decision }) => [usage, decision]);
        expect(texts([...bodies.slice(at), ...bodies.slice(0, at)])).toEqual(texts(bodies));
      }),
      { numRuns: 60 },
    );
  });
});
