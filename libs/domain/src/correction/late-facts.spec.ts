import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, AnyTopology, ChargePosted, Instant, InvoiceIssued, MessageId, UsageRecorded } from '@parley/contracts';
import { billingTopology } from '../billing/topology.js';
import { deliveryTopology } from '../delivery/topology.js';
import { invoicingTopology } from '../invoice/topology.js';
import { Repricing } from '../repricing/repricing.js';
import { publishedRules } from '../repricing/rules.js';
import { summaryOf } from '../repricing/summary.js';
import { aCatalog, aMessage, conversationId, friday, hourMs, logged, ownerId, received, receipt } from '../scenario/fixtures.js';
import { Line } from '../scenario/line.js';
import { windowsTopology } from '../window/topology.js';

const topologies = [windowsTopology, deliveryTopology, billingTopology, invoicingTopology] as unknown as AnyTopology[];
const request = (at: Instant, messageId: string): AnyEvent => logged({ type: 'MessageRequested', message: aMessage({ messageId, requestedAt: at }) }, at) as AnyEvent;
/** A contact's message as an integrator reports it, whenever the report comes. */
const reported = (at: Instant): AnyEvent => received(at, { provenance: 'reported', messageId: `in-${at}` as MessageId });
const charges = (line: Line): readonly ChargePosted[] => line.log('parley.ledger.v1').filter((event) => event.type === 'ChargePosted');
const invoices = (line: Line): readonly InvoiceIssued[] => line.log('parley.ledger.v1').filter((event) => event.type === 'InvoiceIssued');
const invoiceRows = (line: Line): string => JSON.stringify([...line.rows].filter(([key]) => key.startsWith('invoice')));

function bill(line: Line, month: string, at: Instant): void {
  line.happens(ownerId, logged({ type: 'TimerDue', topology: 'invoicing', businessId: '*', key: ownerId, name: 'month-end', subject: `USD/${month}`, dueAt: at }, at) as AnyEvent, 'parley.ledger.v1');
}

describe('a message of the contact that is reported late', () => {
  const late = () => {
    const line = new Line(topologies, aCatalog).happens(conversationId, received(friday)).happens(conversationId, request(friday + 25 * hourMs, 'm1'));
    return line.happens(conversationId, receipt(friday + 26 * hourMs, { messageId: 'm1' }));
  };

  it('changes no charge, although the window was open by it: what counts was known at dispatch', () => {
    const line = late();
    expect(charges(line)).toMatchObject([{ rule: 'S0/late-free-form', amount: 6_800n, lastInboundAt: friday }]);
    const before = line.log('parley.ledger.v1').length;
    line.happens(conversationId, reported(friday + 20 * hourMs));
    expect(line.log('parley.ledger.v1')).toHaveLength(before);
  });

  it('is no correction: the usage priced again costs the same', () => {
    const line = late().happens(conversationId, reported(friday + 20 * hourMs));
    const repricing = new Repricing(aCatalog, publishedRules(aCatalog), { from: null, to: null, businesses: null });
    repricing.take(line.log('parley.usage.v1')[0] as UsageRecorded, charges(line)[0]!);
    expect(summaryOf([repricing]).currencies).toMatchObject([{ was: 6_800n, change: 0n }]);
  });

  it('counts for what is sent from then on', () => {
    const line = late().happens(conversationId, reported(friday + 20 * hourMs)).happens(conversationId, request(friday + 30 * hourMs, 'm2'));
    line.happens(conversationId, receipt(friday + 31 * hourMs, { messageId: 'm2' }));
    expect(charges(line).map(({ rule, amount }) => [rule, amount])).toEqual([['S0/late-free-form', 6_800n], ['S0/inside-window', 0n]]);
  });
});

describe('a receipt that comes when its month is invoiced', () => {
  const september = (day: number): Instant => Date.parse(`2018-09-${String(day).padStart(2, '0')}T12:00:00Z`);
  const sentInAugust = () => {
    const line = new Line(topologies, aCatalog).happens(conversationId, received(friday));
    for (const id of ['m1', 'm2']) line.happens(conversationId, request(friday + 30 * hourMs, id));
    line.happens(conversationId, receipt(friday + 31 * hourMs, { messageId: 'm1' }));
    bill(line, '2018-08', september(3));
    return line;
  };

  it('is charged in the month in which it reached us, and the invoice stays as it is, byte for byte', () => {
    const line = sentInAugust();
    const before = invoiceRows(line);
    expect(invoices(line)).toMatchObject([{ month: '2018-08', total: 10_000n, charges: 1 }]);
    line.happens(conversationId, receipt(september(5), { messageId: 'm2' }));
    expect(charges(line).map(({ message, month, amount }) => [message.messageId, month, amount])).toEqual([['m1', '2018-08', 6_800n], ['m2', '2018-09', 6_800n]]);
    expect(invoiceRows(line)).toBe(before);
    bill(line, '2018-09', Date.parse('2018-10-03T12:00:00Z'));
    expect(invoices(line)).toMatchObject([{ number: 1 }, { number: 2, month: '2018-09', charges: 1, total: 10_000n }]);
  });

  it('is a line of the next bill that says why, where it reached us in time and was held up on its way to billing', () => {
    const line = sentInAugust();
    const before = invoiceRows(line);
    line.happens(conversationId, receipt(september(5), { messageId: 'm2', reportedAt: friday + 31 * hourMs }));
    expect(invoiceRows(line)).toBe(before);
    bill(line, '2018-09', Date.parse('2018-10-03T12:00:00Z'));
    const lines = [...line.rows].filter(([key, row]) => key.startsWith('invoice_line') && row!['invoice_id'] === 'acme-group-000002').map(([, row]) => row!);
    expect(lines).toMatchObject([{ kind: 'late', month: '2018-08', cause: 'late receipt', amount_micros: '6800' }, { kind: 'rounding', amount_micros: '3200' }]);
  });

  it('charges nothing when it comes again', () => {
    const line = sentInAugust();
    const before = line.log('parley.ledger.v1').length;
    line.happens(conversationId, receipt(september(5), { messageId: 'm1', status: 'read' }));
    expect(charges(line)).toHaveLength(1);
    expect(line.log('parley.ledger.v1')).toHaveLength(before);
  });
});
