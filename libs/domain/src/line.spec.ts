import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, AnyTopology, ChargePosted, Message, MessageId } from '@parley/contracts';
import { billingTopology } from './billing/topology.js';
import { feedTopology } from './delivery/feed.js';
import { deliveryTopology } from './delivery/topology.js';
import { invoicingTopology } from './invoice/topology.js';
import { notificationsTopology } from './notification/topology.js';
import { aCatalog, aMessage, aTemplateMessage, conversationId, friday, hourMs, logged, received, receipt, revoked, shippingShapes, timerDue } from './scenario/fixtures.js';
import { Line } from './scenario/line.js';
import { windowsTopology } from './window/topology.js';

const topologies = [notificationsTopology, windowsTopology, deliveryTopology, feedTopology, billingTopology, invoicingTopology] as unknown as AnyTopology[];
const after = (hours: number): number => friday + hours * hourMs;
const line = () => new Line(topologies, aCatalog);
const request = (hours: number, message: Message): AnyEvent => logged({ type: 'MessageRequested', message: { ...message, requestedAt: after(hours) } }, after(hours)) as AnyEvent;
const notification = (hours: number, message: Message): AnyEvent =>
  logged({ type: 'NotificationRequested', message: { ...message, requestedAt: after(hours) }, parameters: shippingShapes, sendAt: null }, after(hours)) as AnyEvent;

/** The announcement, told: each message with its receipt a minute later. */
function tell(one: Line, notices: boolean): Line {
  const minute = 1 / 60;
  one.happens(conversationId, request(-1, aMessage({ messageId: 'too-early' })));
  one.happens(conversationId, received(friday));
  for (const [hours, id, lane] of [[2, 'in-time', 'api'], [25, 'late', 'api'], [40, 'by-hand', 'app']] as const) {
    if (notices && hours === 25) {
      one.happens(conversationId, timerDue('windows', 'window-expiring', after(22)));
      one.happens(conversationId, timerDue('windows', 'window-closed', after(24)));
    }
    one.happens(conversationId, request(hours, aMessage({ messageId: id, lane })));
    one.happens(conversationId, receipt(after(hours + minute), { messageId: id }));
  }
  one.happens(conversationId, notification(41, aTemplateMessage({ messageId: 'shipped' })));
  one.happens(conversationId, receipt(after(41 + minute), { messageId: 'shipped', status: 'read' }));
  one.happens(conversationId, receipt(after(42), { messageId: 'shipped' }));
  one.happens(conversationId, revoked(after(43)));
  one.happens(conversationId, request(44, aMessage({ messageId: 'unwanted' })));
  return one;
}

const charges = (one: Line): ChargePosted[] => one.log('parley.ledger.v1').filter((event) => event.type === 'ChargePosted');

describe('the announcement, from request to charge', () => {
  it('costs what it says', () => {
    expect(charges(tell(line(), true)).map(({ message, rule, amount }) => [message.messageId, rule, amount])).toEqual([
      ['in-time', 'S0/inside-window', 0n],
      ['late', 'S0/late-free-form', 6_800n],
      ['by-hand', 'S0/app-lane', 0n],
      ['shipped', 'S0/template', 6_800n],
    ]);
  });

  it('tells the business what became of each message', () => {
    const rows = [...tell(line(), true).rows.values()].filter((row) => row?.kind === 'status' && row.recipient === 'business');
    const statusesOf = (id: string): unknown[] => rows.filter((row) => row?.message_id === id).map((row) => row?.status);
    expect(statusesOf('too-early')).toEqual(['failed']);
    expect(statusesOf('in-time')).toEqual(['sent', 'delivered']);
    expect(statusesOf('shipped')).toEqual(['sent', 'read']);
    expect(rows.find((row) => row?.message_id === 'unwanted')).toMatchObject({ status: 'failed', reason: 'consent_revoked' });
  });

  it('costs the same without a single notice of its windows on the log', () => {
    const [told, untold] = [tell(line(), true), tell(line(), false)];
    const notices = (one: Line): number => one.log('parley.conversations.v1').filter(({ type }) => type === 'WindowExpiring' || type === 'WindowClosed').length;
    expect([notices(told), notices(untold)]).toEqual([2, 0]);
    const priced = (one: Line): unknown[] => charges(one).map(({ meta: _meta, ...charge }) => charge);
    expect(priced(untold)).toEqual(priced(told));
    for (const { folds } of [deliveryTopology, billingTopology, notificationsTopology]) {
      expect(folds).not.toContain('WindowExpiring');
      expect(folds).not.toContain('WindowClosed');
    }
  });

  it('is in the books, balanced, under the charges that cost something', () => {
    const entries = [...tell(line(), true).rows].filter(([key]) => key.startsWith('ledger_entry ')).map(([, row]) => row!);
    expect(entries.map(({ account, amount_micros, reference, ledger_offset }) => [account, amount_micros, reference, ledger_offset])).toEqual([
      ['receivable_unbilled', '6800', 'acme.c1.late', 1],
      ['revenue', '-6800', 'acme.c1.late', 1],
      ['receivable_unbilled', '6800', 'acme.c1.shipped', 3],
      ['revenue', '-6800', 'acme.c1.shipped', 3],
    ]);
  });

  it('leaves every folder’s rows behind, and a decision for every command', () => {
    const one = tell(line(), true);
    const tables = new Set([...one.rows.keys()].map((key) => key.split(' ')[0]));
    expect(tables).toEqual(new Set(['notification', 'window', 'message', 'inbox', 'charge', 'ledger_entry']));
    const events = one.log('parley.conversations.v1');
    const commands = events.filter(({ type }) => ['NotificationRequested', 'MessageRequested', 'MessageAdmitted', 'ReceiptReported', 'TimerDue'].includes(type));
    const decisions = events.filter(({ meta }) => meta.cause !== null);
    expect(decisions).toHaveLength(commands.length);
  });

  it('charges a message once, whatever is asked or reported again', () => {
    const one = tell(tell(line(), true), false);
    expect(charges(one)).toHaveLength(4);
    expect(new Set(charges(one).map(({ message }): MessageId => message.messageId)).size).toBe(4);
  });
});
