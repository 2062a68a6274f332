import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, EnvelopeStored, Payload, PayloadOf } from '@parley/contracts';
import { expectRow } from '../scenario/expect-row.js';
import { aTemplateMessage, anAd, businessId, contactId, conversationId, dayMs, friday, hourMs, logged, received } from '../scenario/fixtures.js';
import { Scenario } from '../scenario/scenario.js';
import { envelopesTopology } from './envelopes.js';
import { feedTopology, type FeedEvent } from './feed.js';

const position = { topic: 'parley.conversations.v1', partition: 3, offset: 41 } as const;
const message = aTemplateMessage();
const used = { message, market: 'Brazil', sentAt: friday, lastInboundAt: friday, entryPointAt: null, reservation: null };
const parties = { businessId, contactId, conversationId };

function rowsOf(payload: Payload<AnyEvent>): readonly unknown[] {
  const changes = feedTopology.project?.(logged(payload, friday) as FeedEvent, null, position) ?? [];
  for (const change of changes) expectRow(feedTopology.tables, change);
  return changes.map(({ row }) => row);
}

describe('the feed', () => {
  it('gives a contact’s message to the business, with the ad it came through', () => {
    expect(rowsOf(received(friday, { entryPoint: anAd }))).toMatchObject([
      { recipient: 'business', kind: 'message', message_id: 'in1', log_partition: 3, log_offset: 41, entry_point_click_id: 'click-1', status: null },
    ]);
  });

  it('gives a business’s message to the contact, and the business its status', () => {
    const { market, lastInboundAt, entryPointAt } = used;
    expect(rowsOf({ type: 'MessageSent', message, market, lastInboundAt, entryPointAt, windowClosesAt: null, reservation: null })).toMatchObject([
      { recipient: 'contact', kind: 'message', message_id: 'm1', template_name: 'shipping_confirmation', status: null, envelope_hash: message.envelopeHash },
      { recipient: 'business', kind: 'status', status: 'sent', billable: null, used: { kind: message.kind, market, sentAt: friday, lastInboundAt } },
    ]);
  });

  it.each<[Payload<AnyEvent>, object]>([
    [{ type: 'MessageDelivered', ...used, first: true }, { recipient: 'business', status: 'delivered', billable: true, number_id: 'acme-main', used: { lane: message.lane, sentAt: used.sentAt } }],
    [{ type: 'MessageDelivered', ...used, first: false }, { recipient: 'business', status: 'delivered', billable: false, used: null }],
    [{ type: 'MessageRead', ...parties, messageId: message.messageId, by: 'contact', billable: null }, { recipient: 'business', status: 'read', billable: false, used: null }],
    [{ type: 'MessageRead', ...parties, messageId: message.messageId, by: 'contact', billable: used }, { recipient: 'business', status: 'read', billable: true, category: 'utility', used: { market: used.market } }],
    [{ type: 'MessageRead', ...parties, messageId: message.messageId, by: 'business', billable: null }, { recipient: 'contact', status: 'read' }],
    [{ type: 'MessageFailed', message, reason: 'undeliverable', detail: 'Why.', reservation: null }, { recipient: 'business', status: 'failed', reason: 'undeliverable', detail: 'Why.' }],
    [
      { type: 'MessageOverBudget', message, month: '2018-08', currency: 'USD', cap: 1n, held: 1n, needed: 1n, detail: 'Why.' },
      { recipient: 'business', status: 'failed', reason: 'over_budget', detail: 'Why.', billable: false },
    ],
    [{ type: 'MessageRefused', message, reason: 'no_consent', detail: 'Why.' }, { recipient: 'business', status: 'failed', reason: 'no_consent', billable: false }],
  ])('tells the end that it concerns: %j', (payload, expected) => {
    expect(rowsOf(payload)).toMatchObject([{ kind: 'status', message_id: 'm1', contact_id: contactId, business_id: businessId, at: friday, ...expected }]);
  });

  it('decides nothing and lets nothing wait', () => expect(feedTopology).toMatchObject({ commands: [], decisions: null, waitingLimit: 0 }));
});

describe('the notice that a window closes', () => {
  const closesAt = friday + dayMs;
  const notice = (lastInboundAt = friday) => logged({ type: 'WindowExpiring', ...parties, lastInboundAt, closesAt } satisfies PayloadOf<'WindowExpiring'>, closesAt - 2 * hourMs);
  const answer = logged({ type: 'MessageSent', message, market: 'Brazil', lastInboundAt: friday, entryPointAt: null, windowClosesAt: closesAt, reservation: null } satisfies PayloadOf<'MessageSent'>, friday + hourMs);
  const conversation = () => new Scenario(feedTopology, expect);

  it('reaches the business while the contact waits for an answer', () => {
    expect(conversation().given(received(friday)).fold(notice()).map(({ row }) => row)).toMatchObject([
      { recipient: 'business', kind: 'window_expiring', message_id: 'in1', number_id: 'acme-main', contact_id: contactId, business_id: businessId, at: closesAt - 2 * hourMs, closes_at: closesAt, status: null },
    ]);
  });

  it('is kept back once anything was sent after the contact’s message, and comes again for the next', () => {
    const answered = conversation().given(received(friday), answer);
    expect(answered.fold(notice())).toEqual([]);
    const again = answered.given(received(friday + 2 * hourMs, { messageId: 'in2' as PayloadOf<'MessageReceived'>['messageId'] }));
    expect(again.fold(notice(friday + 2 * hourMs)).map(({ row }) => row)).toMatchObject([{ message_id: 'in2' }]);
  });

  it('is kept back where a newer message has moved the window, or nothing is known of the conversation', () => {
    expect(conversation().given(received(friday), received(friday + hourMs)).fold(notice())).toEqual([]);
    expect(conversation().fold(notice())).toEqual([]);
  });
});

describe('envelopes', () => {
  it('are kept by message and recipient, for 30 days', () => {
    const payload: PayloadOf<'EnvelopeStored'> = { type: 'EnvelopeStored', ...parties, messageId: message.messageId, to: 'contact', bytes: Uint8Array.of(1, 2, 3) };
    const changes = envelopesTopology.project?.(logged(payload, friday) as EnvelopeStored, null, position) ?? [];
    expectRow(envelopesTopology.tables, changes[0]!);
    expect(changes).toMatchObject([
      { key: { conversation_id: conversationId, message_id: 'm1', recipient: 'contact' }, row: { bytes: Uint8Array.of(1, 2, 3), stored_at: friday, expires_at: friday + 30 * dayMs } },
    ]);
  });

  it('decide nothing and never wait', () => expect(envelopesTopology).toMatchObject({ commands: [], decisions: null, waitingLimit: 0 }));
});
