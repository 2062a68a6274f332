import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, CatalogEvent, MessageAdmitted, Payload, ReceiptReported, ReceiptStatus, Reservation } from '@parley/contracts';
import fc from 'fast-check';
import {
  aBusiness,
  aMessage,
  anAd,
  catalogOf,
  conversationId,
  dayMs,
  everything,
  friday,
  granted,
  hourMs,
  logged,
  ownerId,
  received,
  receipt,
  rejectingLateReplies,
  revoked,
  timerDue,
} from '../scenario/fixtures.js';
import { Scenario } from '../scenario/scenario.js';
import type { DeliveryEvent } from './events.js';
import { expiryTimer, type DeliveryState } from './evolve.js';
import { advances, statuses, type Status } from './status.js';
import { deliveryTopology } from './topology.js';
import { undeliveredLimit } from './tracked.js';

const after = (hours: number): number => friday + hours * hourMs;
const strict = catalogOf(...everything, rejectingLateReplies());
const conversation = () => new Scenario(deliveryTopology, expect);
const inConversation = () => conversation().given(received(friday, { entryPoint: anAd }));
const admitted = (at: number, messageId = 'm1', reservation: Reservation | null = null): MessageAdmitted =>
  logged({ type: 'MessageAdmitted', message: aMessage({ messageId, requestedAt: at }), lastInboundAt: friday, entryPointAt: null, windowClosesAt: friday + dayMs, reservation }, at);
const withMessageSent = () => {
  const one = inConversation();
  one.when(admitted(after(1)));
  return one;
};
const derived = (event: AnyEvent) => deliveryTopology.derive?.(event as DeliveryEvent) ?? [];

describe('an admitted message', () => {
  it('goes out with all that its price depends on', () => {
    const { rows } = inConversation()
      .when(admitted(after(1)), { now: after(2) })
      .then({ type: 'MessageSent', market: 'Brazil', lastInboundAt: friday, entryPointAt: friday, windowClosesAt: after(24) });
    expect(rows).toEqual([
      expect.objectContaining({
        table: 'message',
        key: { conversation_id: conversationId, message_id: 'm1' },
        row: expect.objectContaining({ status: 'sent', sent_at: after(2), requested_at: after(1), delivered_at: null, market: 'Brazil' }),
      }),
    ]);
  });

  it('fails when the contact said STOP in between', () => {
    const { rows } = inConversation()
      .given(revoked(after(1)))
      .when(admitted(after(2)))
      .then({ type: 'MessageFailed', reason: 'consent_revoked' });
    expect(rows).toMatchObject([{ row: { status: 'failed', sent_at: null, failed_at: after(2), failure_reason: 'consent_revoked' } }]);
  });

  it('fails when the window closed in between and late replies are rejected, at the very instant', () => {
    inConversation().when(admitted(after(1)), { catalog: strict, now: after(24) - 1 }).then({ type: 'MessageSent' });
    inConversation().when(admitted(after(1)), { catalog: strict, now: after(24) }).then({ type: 'MessageFailed', reason: 'window_closed' });
    inConversation().when(admitted(after(1)), { now: after(25) }).then({ type: 'MessageSent' });
  });

  it('fails when its envelope is gone', () => {
    inConversation().when(admitted(after(1)), { now: after(1) + 30 * dayMs }).then({ type: 'MessageFailed', reason: 'envelope_expired' });
    inConversation().when(admitted(after(1)), { now: after(1) + 30 * dayMs - 1 }).then({ type: 'MessageSent' });
  });

  it('has the window of the newest message, though an older one arrived last', () => {
    inConversation().given(received(after(-3))).when(admitted(after(1))).then({ type: 'MessageSent', lastInboundAt: friday });
  });

  it('waits for the operator where business or policy is missing', () => {
    const { state } = inConversation();
    const decideWith = (...published: readonly Payload<CatalogEvent>[]) => () => deliveryTopology.decide(admitted(after(1)), state, { now: after(1), catalog: catalogOf(...published) });
    expect(decideWith()).toThrow('the business acme is not registered');
    expect(decideWith(aBusiness)).toThrow('no policy is in force');
  });
});

describe('a receipt of the contact', () => {
  it('of delivery makes usage, once, counted from when it reached us', () => {
    const one = withMessageSent();
    const { event } = one.when(receipt(after(2)), { now: after(3) }).then({ type: 'MessageDelivered', first: true, sentAt: after(1) });
    expect(derived(event)).toEqual([
      {
        topic: 'parley.usage.v1',
        key: ownerId,
        event: {
          type: 'UsageRecorded',
          message: aMessage({ requestedAt: after(1) }),
          market: 'Brazil',
          sentAt: after(1),
          deliveredAt: after(2),
          firstStatus: 'delivered',
          lastInboundAt: friday,
          entryPointAt: friday,
          reservation: null,
        },
      },
    ]);
    expect(derived(one.when(receipt(after(3))).thenSkipped('delivered already').event)).toEqual([]);
    const read = one.when(receipt(after(4), { status: 'read' }), { now: after(5) }).then({ type: 'MessageRead', by: 'contact', billable: null });
    expect(derived(read.event)).toEqual([]);
    expect(read.rows).toMatchObject([{ row: { status: 'read', first_status: 'delivered', delivered_at: after(2), read_at: after(4) } }]);
  });

  it('of reading makes usage where delivery was skipped', () => {
    const one = withMessageSent();
    const read = one.when(receipt(after(2), { status: 'read' })).then({ type: 'MessageRead', billable: { market: 'Brazil', sentAt: after(1) } });
    expect(derived(read.event)).toMatchObject([{ event: { type: 'UsageRecorded', firstStatus: 'read', deliveredAt: after(2) } }]);
    expect(read.rows).toMatchObject([{ row: { status: 'read', first_status: 'read', delivered_at: null } }]);
    one.when(receipt(after(3))).thenSkipped('read already');
  });

  it('never counts from before the dispatch, whatever the clocks say', () => {
    for (const status of ['delivered', 'read'] as const) {
      const { event } = withMessageSent().when(receipt(after(0), { status }), { now: after(2) });
      expect(event.meta.at).toBe(after(1));
      expect(derived(event)).toMatchObject([{ event: { firstStatus: status, deliveredAt: after(1) } }]);
    }
  });

  it('of failing ends a message that nobody has, and no other', () => {
    const one = withMessageSent();
    const failed = one.when(receipt(after(2), { status: 'failed' })).then({ type: 'MessageFailed', reason: 'rejected_by_device' });
    expect(failed.rows).toMatchObject([{ row: { status: 'failed', sent_at: after(1), failed_at: after(2) } }]);
    one.when(receipt(after(3))).thenSkipped('failed already');
    const other = withMessageSent();
    other.when(receipt(after(2)));
    other.when(receipt(after(3), { status: 'failed' })).thenSkipped('delivered already');
  });

  it('about a message that is not known, or never went out, changes nothing', () => {
    conversation().when(receipt(friday)).thenSkipped('not known here');
    const one = inConversation().given(revoked(after(1)));
    one.when(admitted(after(2)));
    one.when(receipt(after(3))).thenSkipped('failed already');
  });

  it('tells the market of a contact who opted in and never wrote', () => {
    const one = conversation().given(granted(friday, ['service']));
    one.when(admitted(after(1))).then({ type: 'MessageSent', market: 'Other', lastInboundAt: null, windowClosesAt: null });
    const { rows } = one.when(receipt(after(2), { market: 'India' })).then({ type: 'MessageDelivered', market: 'India' });
    expect(rows).toMatchObject([{ row: { market: 'India' } }]);
    one.when(admitted(after(3), 'm2')).then({ type: 'MessageSent', market: 'India' });
  });

  it('learns no market from a message that an integrator reports', () => {
    const one = conversation().given(received(friday, { market: 'India' }), received(after(1), { provenance: 'reported', market: 'Other' }));
    one.when(admitted(after(2))).then({ type: 'MessageSent', market: 'India', lastInboundAt: after(1) });
  });

  it('does not change the market that was known at dispatch', () => {
    withMessageSent().when(receipt(after(2), { market: 'India' })).then({ type: 'MessageDelivered', market: 'Brazil' });
  });
});

describe('a receipt of the business', () => {
  it('says that the contact was read, once', () => {
    const one = inConversation();
    const read = receipt(after(1), { messageId: 'in1', by: 'business', status: 'read', market: null });
    const { event } = one.when(read).then({ type: 'MessageRead', by: 'business', billable: null });
    expect(derived(event)).toEqual([]);
    one.when(read).thenSkipped('not waiting to be read');
  });

  it('says nothing else, and nothing of its own messages', () => {
    const one = withMessageSent();
    one.when(receipt(after(2), { messageId: 'in1', by: 'business', status: 'delivered' })).thenSkipped('only "read" is kept');
    one.when(receipt(after(2), { by: 'business', status: 'read' })).thenSkipped('not waiting to be read');
    expect(one.state.tracked).toMatchObject([{ status: 'sent' }]);
  });
});

describe('the status of a message', () => {
  it('has an order without a way back', () => {
    const rank: Record<Status, number> = { sent: 0, delivered: 1, read: 2, failed: 2 };
    for (const from of statuses) for (const to of statuses) if (advances(from, to)) expect(rank[to]).toBeGreaterThan(rank[from]);
  });

  const reports = fc.array(fc.constantFrom<ReceiptStatus>('delivered', 'read', 'failed'), { maxLength: 8 });

  it('never goes back, and is billable exactly once, under any receipts in any order', () => {
    fc.assert(
      fc.property(reports, (list) => {
        const one = withMessageSent();
        const seen: Status[] = ['sent'];
        const usage: unknown[] = [];
        list.forEach((status, index) => {
          const { event } = one.when(receipt(after(2 + index), { status }));
          usage.push(...derived(event));
          seen.push(one.state.tracked[0]!.status);
        });
        for (const [index, status] of seen.entries()) {
          const before = seen[index - 1] ?? 'sent';
          expect(status === before || advances(before, status)).toBe(true);
        }
        const reached = seen.at(-1) === 'delivered' || seen.at(-1) === 'read';
        expect(usage).toHaveLength(reached ? 1 : 0);
        expect(reached).toBe(list.length > 0 && list[0] !== 'failed');
      }),
    );
  });

  it('never goes back in the fold either, were the log itself out of order', () => {
    const facts: Record<Exclude<Status, 'sent'>, Payload<AnyEvent>> = {
      delivered: { type: 'MessageDelivered', message: aMessage(), market: 'Brazil', sentAt: friday, lastInboundAt: friday, entryPointAt: null, first: true, reservation: null },
      read: { ...receipt(friday), type: 'MessageRead', by: 'contact', billable: null } as unknown as Payload<AnyEvent>,
      failed: { type: 'MessageFailed', message: aMessage(), reason: 'undeliverable', detail: '', reservation: null },
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Exclude<Status, 'sent'>>('delivered', 'read', 'failed')), (list) => {
        const one = withMessageSent();
        for (const status of list) {
          const before = one.state.tracked[0]!.status;
          one.fold(logged(facts[status], after(3)) as DeliveryEvent);
          const now = one.state.tracked[0]!.status;
          expect(now === before || advances(before, now)).toBe(true);
        }
      }),
    );
  });
});

describe('what delivery remembers', () => {
  const position = { topic: 'parley.conversations.v1', partition: 0, offset: 0 } as const;
  const sent = (messageId: string, at = after(1)): DeliveryEvent =>
    logged({ type: 'MessageSent', message: aMessage({ messageId }), market: 'Brazil', lastInboundAt: friday, entryPointAt: null, windowClosesAt: friday + dayMs, reservation: null }, at) as DeliveryEvent;
  const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => `m${from + index}`);

  it('is bounded: all that are under way, the newest of the others, a changed message always among them', () => {
    let state = ids(0, undeliveredLimit).map((id) => sent(id)).reduce(deliveryTopology.evolve, inConversation().state);
    expect(state.tracked.map(({ message }) => message.messageId)).toEqual(ids(0, undeliveredLimit));
    const oneMore = deliveryTopology.decide(admitted(after(1), 'more'), state, { now: after(2), catalog: strict });
    expect(oneMore).toMatchObject({ type: 'MessageFailed', reason: 'undeliverable', detail: expect.stringContaining('512 messages wait') });
    const report = (command: ReceiptReported): void => {
      const decision = logged(deliveryTopology.decide(command, state, { now: after(2), catalog: strict }), after(2)) as DeliveryEvent;
      state = deliveryTopology.evolve(state, decision);
      expect(deliveryTopology.project?.(decision, state, position)).toHaveLength(1);
    };
    const newestFirst = ids(0, undeliveredLimit).reverse();
    newestFirst.forEach((messageId, index) => report(receipt(after(2), { messageId, status: index % 2 ? 'read' : 'delivered' })));
    const count = (status: Status): number => state.tracked.filter((tracked) => tracked.status === status).length;
    expect(statuses.map(count)).toEqual([0, 256, 16, 0]);
  });

  it('is the first dispatch of a message, were it on the log twice', () => {
    const one = inConversation().given(sent('m1'), sent('m1', after(5)));
    expect(one.state.tracked).toMatchObject([{ sentAt: after(1) }]);
  });

  it('of the contact is bounded too', () => {
    const inbound = ids(0, 300).map((id) => received(friday, { messageId: id as ReceiptReported['messageId'] }));
    expect(inbound.reduce<DeliveryState>(deliveryTopology.evolve, deliveryTopology.initial).unread).toEqual(ids(44, 256));
  });

});

describe('a message that nobody fetches', () => {
  const gone = after(1) + 30 * dayMs;
  const expires = (subject: string, dueAt: number) => timerDue('delivery', expiryTimer, dueAt, subject);

  it('fails when its content is gone, and the next one is watched', () => {
    const one = inConversation();
    one.when(admitted(after(1), 'early'));
    one.when(admitted(after(2), 'late'));
    expect(one.timers()).toEqual([{ name: expiryTimer, subject: 'early', dueAt: gone }]);
    const { rows } = one.when(expires('early', gone)).then({ type: 'MessageFailed', reason: 'envelope_expired', message: { messageId: 'early' } });
    expect(rows.map(({ row }) => row)).toMatchObject([{ message_id: 'early', status: 'failed', failure_reason: 'envelope_expired' }]);
    expect(one.timers()).toEqual([{ name: expiryTimer, subject: 'late', dueAt: gone + hourMs }]);
    one.when(expires('early', gone)).thenSkipped('waits no longer');
    one.when(receipt(gone + 1, { messageId: 'early' })).thenSkipped('failed already');
  });

  it('keeps one timer for the whole conversation, though messages come and arrive', () => {
    const one = inConversation();
    one.when(admitted(after(1), 'early'));
    one.when(receipt(after(2), { messageId: 'early' }));
    one.when(admitted(after(3), 'late'));
    expect(one.timers()).toEqual([{ name: expiryTimer, subject: 'early', dueAt: gone }]);
    one.when(expires('early', gone)).thenSkipped('waits no longer');
    expect(one.timers()).toEqual([{ name: expiryTimer, subject: 'late', dueAt: gone + 2 * hourMs }]);
    one.when(receipt(after(4), { messageId: 'late' }));
    one.when(expires('late', gone + 2 * hourMs)).thenSkipped('waits no longer');
    expect(one.timers()).toEqual([]);
  });

  it('is not failed early, nor by a timer that is not known', () => {
    const one = inConversation();
    one.when(admitted(after(1), 'early'));
    one.when(expires('early', gone - 1)).thenSkipped('may still be fetched');
    one.when(timerDue('delivery', 'another', gone, 'early')).thenSkipped('no timer another');
    expect(deliveryTopology.accepts?.(timerDue('windows', expiryTimer, gone, 'early'))).toBe(false);
  });
});

describe('what was set aside for a message', () => {
  const reservation: Reservation = { month: '2018-08', currency: 'USD', amount: 13_600n, cap: 9_007_199_254_740_993n, hard: true };

  it.each([
    ['delivered', { type: 'MessageDelivered', reservation }],
    ['read', { type: 'MessageRead', billable: { reservation } }],
    ['failed', { type: 'MessageFailed', reservation }],
  ] as const)('goes on with it to the micro: %s', (status, decision) => {
    const one = inConversation();
    one.when(admitted(after(1), 'm1', reservation)).then({ type: 'MessageSent', reservation });
    one.when(receipt(after(2), { status })).then(decision);
  });

  it('goes back with what fails at dispatch, and when nobody fetches it', () => {
    inConversation().when(admitted(after(1), 'm1', reservation), { catalog: strict, now: after(24) }).then({ type: 'MessageFailed', reservation });
    const one = inConversation();
    one.when(admitted(after(1), 'm1', reservation));
    one.when(timerDue('delivery', expiryTimer, after(1) + 30 * dayMs, 'm1')).then({ type: 'MessageFailed', reservation });
  });

  it('is on the usage that follows', () => {
    const one = inConversation();
    one.when(admitted(after(1), 'm1', reservation));
    const { event } = one.when(receipt(after(2)));
    expect(deliveryTopology.derive?.(event as DeliveryEvent)).toMatchObject([{ event: { type: 'UsageRecorded', reservation } }]);
  });
});
