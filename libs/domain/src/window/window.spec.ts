import { describe, expect, it } from '@jest/globals';
import type { MessageAdmitted, MessageReceived, MessageRequested } from '@parley/contracts';
import fc from 'fast-check';
import {
  aBusiness,
  aCatalog,
  aMessage,
  anAd,
  aNumber,
  aTemplateMessage,
  catalogOf,
  conversationId,
  dayMs,
  everything,
  friday,
  granted,
  hourMs,
  logged,
  received,
  rejectingLateReplies,
  revoked,
  timerDue,
} from '../scenario/fixtures.js';
import { findBusiness } from '../catalog/lookups.js';
import { Scenario } from '../scenario/scenario.js';
import { windowHints } from './hints.js';
import { windowsTopology } from './topology.js';
import { evolveWindow, noWindow, type Window } from './window.js';

const conversation = () => new Scenario(windowsTopology, expect);
const requested = (at: number, message = aMessage()): MessageRequested => logged({ type: 'MessageRequested', message: { ...message, requestedAt: at } }, at);
const after = (hours: number): number => friday + hours * hourMs;
const strict = catalogOf(...everything, rejectingLateReplies());

describe('a request to send', () => {
  it('is admitted in the window, with what the window is', () => {
    conversation()
      .given(received(friday, { entryPoint: anAd }))
      .when(requested(after(2)))
      .then({ type: 'MessageAdmitted', lastInboundAt: friday, entryPointAt: friday, windowClosesAt: friday + dayMs });
  });

  it('is refused to a contact who never wrote nor opted in', () => {
    conversation()
      .when(requested(friday))
      .then({ type: 'MessageRefused', reason: 'no_consent', detail: 'The contact has neither written to this business nor opted in to service messages.' });
  });

  it('is refused as marketing to one who wrote and did not opt in', () => {
    const marketing = aTemplateMessage({ category: 'marketing' });
    conversation()
      .given(received(friday))
      .when(requested(after(1), marketing))
      .then({ type: 'MessageRefused', reason: 'no_consent', detail: 'The contact wrote, which does not permit marketing messages: they need an opt-in.' });
    conversation().given(received(friday), granted(friday, ['marketing'])).when(requested(after(1), marketing)).then({ type: 'MessageAdmitted' });
  });

  it('is refused after STOP, until the contact writes again', () => {
    const one = conversation().given(received(friday), revoked(after(1)));
    one.when(requested(after(2))).then({ type: 'MessageRefused', reason: 'consent_revoked' });
    one.given(received(after(3))).when(requested(after(4), aMessage({ messageId: 'm2' }))).then({ type: 'MessageAdmitted' });
  });

  it.each([
    [24 * hourMs - 1, friday + dayMs],
    [24 * hourMs, null],
    [25 * hourMs, null],
  ])('under S0 is admitted %d ms after the last message, late or not', (ms, windowClosesAt) => {
    conversation().given(received(friday)).when(requested(friday + ms)).then({ type: 'MessageAdmitted', windowClosesAt });
  });

  it('where late replies are rejected is refused from the instant the window closes', () => {
    const one = conversation().given(received(friday));
    one.when(requested(friday + dayMs - 1), { catalog: strict }).then({ type: 'MessageAdmitted' });
    one.when(requested(friday + dayMs, aMessage({ messageId: 'm2' })), { catalog: strict }).then({ type: 'MessageRefused', reason: 'window_closed' });
    one.when(requested(friday + dayMs, aMessage({ messageId: 'm3', lane: 'app' })), { catalog: strict }).then({ type: 'MessageAdmitted' });
    one.when(requested(friday + dayMs, aTemplateMessage({ messageId: 'm4' })), { catalog: strict }).then({ type: 'MessageAdmitted' });
  });

  it('is judged when it is decided, not when it was asked for', () => {
    conversation().given(received(friday)).when(requested(after(23)), { catalog: strict, now: after(24) }).then({ reason: 'window_closed' });
  });

  it('is refused from a number that is not the business’s', () => {
    const foreign = catalogOf(...everything, { ...aNumber, businessId: 'other' as typeof aNumber.businessId });
    for (const catalog of [foreign, catalogOf(aBusiness)]) {
      conversation().given(received(friday)).when(requested(after(1)), { catalog }).then({ type: 'MessageRefused', reason: 'sender_unknown' });
    }
  });

  it('is refused when its envelope is gone', () => {
    conversation().given(received(friday)).when(requested(after(1)), { now: after(1) + 30 * dayMs }).then({ type: 'MessageRefused', reason: 'expired' });
  });

  it('waits for the operator where no policy is in force', () => {
    const state = conversation().given(received(friday)).state;
    const decide = () => windowsTopology.decide(requested(after(1)), state, { now: after(1), catalog: catalogOf(aBusiness, aNumber) });
    expect(decide).toThrow('no policy is in force for the business acme');
  });

  it('has a row per conversation', () => {
    const rows = conversation().given(revoked(friday, ['marketing'])).fold(received(after(1), { entryPoint: anAd }));
    expect(rows).toEqual([
      expect.objectContaining({
        table: 'window',
        key: { conversation_id: conversationId },
        row: expect.objectContaining({
          business_id: 'acme',
          last_inbound_at: after(1),
          entry_point_at: after(1),
          closes_at: after(25),
          consent: { service: 'wrote', utility: 'wrote', marketing: 'revoked', authentication: 'wrote' },
        }),
      }),
    ]);
  });
});

describe('the windows', () => {
  const inbound: fc.Arbitrary<MessageReceived> = fc
    .record({ at: fc.integer({ min: 0, max: 6 }).map(after), hours: fc.constantFrom(12, 24, null), ad: fc.boolean(), notice: fc.boolean() })
    .map(({ at, hours, ad, notice }) => {
      const windowClosesAt = hours === null ? null : at + hours * hourMs;
      return received(at, { entryPoint: ad ? anAd : null, windowClosesAt, windowNoticeAt: notice && windowClosesAt ? windowClosesAt - hourMs : null });
    });
  const fold = (facts: readonly MessageReceived[]): Window => facts.reduce(evolveWindow, noWindow);

  it('are not shortened by an older message that arrives late', () => {
    expect(fold([received(after(5)), received(friday)])).toEqual(fold([received(after(5))]));
    fc.assert(
      fc.property(fc.array(inbound), inbound, (facts, late) => {
        const [before, now] = [fold(facts), fold([...facts, late])];
        expect(now.lastInboundAt).toBe(Math.max(before.lastInboundAt ?? 0, late.meta.at));
        if (late.meta.at < (before.lastInboundAt ?? 0)) expect(now.closesAt).toBe(before.closesAt);
        expect((now.entryPointAt ?? 0) >= (before.entryPointAt ?? 0)).toBe(true);
      }),
    );
  });

  it('are the same in whatever order, and however often, messages arrive', () => {
    const shuffled = fc.array(inbound).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })));
    fc.assert(fc.property(shuffled, ([list, again]) => expect(fold(again)).toEqual(fold(list))));
  });
});

describe('the notices of a window', () => {
  const expiring = (dueAt: number) => timerDue('windows', 'window-expiring', dueAt);
  const closed = (dueAt: number) => timerDue('windows', 'window-closed', dueAt);

  it('are set with the window, move with it, and are given once', () => {
    const one = conversation().given(received(friday));
    expect(one.timers()).toEqual([
      { name: 'window-expiring', subject: '', dueAt: after(22) },
      { name: 'window-closed', subject: '', dueAt: after(24) },
    ]);
    one.given(received(after(1)));
    one.when(expiring(after(22))).thenSkipped('the window has moved');
    one.when(expiring(after(23))).then({ type: 'WindowExpiring', conversationId, lastInboundAt: after(1), closesAt: after(25) });
    expect(one.timers()).toEqual([{ name: 'window-closed', subject: '', dueAt: after(25) }]);
    one.when(closed(after(25))).then({ type: 'WindowClosed', closesAt: after(25) });
    expect(one.timers()).toEqual([]);
    one.when(closed(after(25))).thenSkipped('announced before');
    one.given(received(after(30)));
    expect(one.timers()).toHaveLength(2);
  });

  it('of expiring is not given late, and does not come back', () => {
    const one = conversation().given(received(friday));
    one.when(expiring(after(22)), { now: after(30) }).thenSkipped('closed already');
    expect(one.timers()).toEqual([{ name: 'window-closed', subject: '', dueAt: after(24) }]);
  });

  it('are none without a window, without a notice time, or of another topology', () => {
    expect(conversation().timers()).toEqual([]);
    expect(conversation().given(received(friday, { windowNoticeAt: null })).timers()).toHaveLength(1);
    expect(conversation().given(received(friday, { windowClosesAt: null, windowNoticeAt: null })).timers()).toEqual([]);
    conversation().when(closed(after(24))).thenSkipped('no window is open');
    conversation().given(received(friday)).when(timerDue('windows', 'tea-time', after(1))).thenSkipped('no timer tea-time');
    expect(windowsTopology.accepts?.(timerDue('notifications', 'send', after(1)))).toBe(false);
    expect(windowsTopology.accepts?.(expiring(after(1)))).toBe(true);
  });

  it('change nothing that admission reads', () => {
    const messages = [1, 23, 24, 30].map((hours) => requested(after(hours), aMessage({ messageId: `m${hours}` })));
    const admitted = (withNotices: boolean): unknown[] => {
      const one = conversation().given(received(friday));
      if (withNotices) {
        one.when(expiring(after(22)));
        one.when(closed(after(24)));
      }
      return messages.map((message) => one.when(message, { catalog: strict }).decision);
    };
    expect(admitted(true)).toEqual(admitted(false));
  });
});

describe('the hints for a message received', () => {
  const business = findBusiness(aCatalog, aBusiness.businessId)!;

  it('follow from the policy in force and the notice time of the business', () => {
    expect(windowHints(aCatalog, business, friday)).toEqual({ windowClosesAt: after(24), windowNoticeAt: after(22) });
    expect(windowHints(aCatalog, { ...business, windowNoticeMs: 0 }, friday)).toEqual({ windowClosesAt: after(24), windowNoticeAt: null });
    expect(windowHints(catalogOf(aBusiness), business, friday)).toEqual({ windowClosesAt: null, windowNoticeAt: null });
  });
});

describe('what windows remembers', () => {
  it('is bounded', () => {
    const one = conversation().given(received(friday));
    for (let index = 0; index < 300; index += 1) {
      one.fold(logged({ type: 'MessageAdmitted', message: aMessage({ messageId: `m${index}` }), lastInboundAt: friday, entryPointAt: null, windowClosesAt: null, reservation: null }, friday) as MessageAdmitted);
    }
    expect(one.state.decided).toHaveLength(256);
    expect(one.state.decided.at(-1)).toBe('m299');
  });
});
