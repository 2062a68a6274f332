import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ana, folded, status, termsWith, wrote } from './archive.fixture.js';

const at = (local: string): number => Date.parse(`${local}-03:00`);
const pmp = (category: string, type = 'regular') => ({ pricing: { billable: type === 'regular', pricing_model: 'PMP', type, category } });

const reply = [
  wrote('2026-10-05T09:00:00'),
  status('wamid.A', 'sent', '2026-10-05T09:05:00', pmp('service', 'free_customer_service')),
  status('wamid.A', 'delivered', '2026-10-05T09:05:02', pmp('service', 'free_customer_service')),
  status('wamid.A', 'read', '2026-10-05T09:07:00'),
];

describe('the facts of a conversation', () => {
  it('make one record of usage per message: sent, first delivered, and the window as known then', () => {
    const { messages } = folded([...reply, wrote('2026-10-05T09:30:00')]);
    expect(messages).toHaveLength(1);
    expect(messages[0]!.usage).toMatchObject({
      sentAt: at('2026-10-05T09:05:00'), deliveredAt: at('2026-10-05T09:05:02'), firstStatus: 'delivered', lastInboundAt: at('2026-10-05T09:00:00'), entryPointAt: null, market: 'Brazil',
      message: { kind: 'free_form', category: 'service', lane: 'api', contactId: `c${ana}` },
    });
  });

  it('say the same in any order and repeated', () => {
    const all = [...reply, wrote('2026-10-05T08:00:00', { referral: { source_id: '1' } }), status('wamid.B', 'sent', '2026-10-05T10:00:00', pmp('utility')), status('wamid.B', 'read', '2026-10-05T10:00:09', pmp('utility'))];
    const whole = folded(all).messages.map(({ usage, said }) => ({ usage, said }));
    expect(whole).toHaveLength(2);
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.array(fc.constantFrom(...all), { maxLength: 6 }), (some, more) => {
      expect(folded([...more, ...some]).messages.map(({ usage, said }) => ({ usage, said }))).toEqual(whole);
    }));
  });

  it('say the same in any order where business and operator, or two webhooks, contradict each other', () => {
    const recorded = { messageId: 'wamid.A', businessId: '102290129340398', phone: ana, market: 'India', numberId: '106540352242922', kind: 'template', category: 'utility', sentAt: '2026-10-05T12:05:00Z', deliveredAt: '2026-10-05T12:05:04Z' };
    const all = [...reply, recorded, { ...recorded, category: 'marketing' }, status('wamid.A', 'sent', '2026-10-05T09:05:00', { ...pmp('utility'), conversation: { id: 'x' } }), status('wamid.A', 'read', '2026-10-05T09:06:00', { conversation: { id: 'y' } })];
    const whole = folded(all).messages.map(({ usage, said }) => ({ usage, said }));
    expect(whole).toMatchObject([{ usage: { market: 'India', message: { category: 'utility' } }, said: { session: { id: 'y' } } }]);
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (some) => expect(folded(some).messages.map(({ usage, said }) => ({ usage, said }))).toEqual(whole)));
  });

  it('know a message of the contact in the very second of dispatch, and none of the second after', () => {
    const at905 = (more: object) => folded([wrote('2026-10-05T08:00:00'), more, reply[1]!, reply[2]!]).messages[0]!.usage.lastInboundAt;
    expect(at905(wrote('2026-10-05T09:05:00'))).toBe(at('2026-10-05T09:05:00'));
    expect(at905(wrote('2026-10-05T09:05:01'))).toBe(at('2026-10-05T08:00:00'));
  });

  it('count from the earliest of receipts that are told at several times', () => {
    const receipts = ['09:05:09', '09:05:03', '09:06:00'].map((time) => status('wamid.A', 'delivered', `2026-10-05T${time}`));
    const { messages } = folded([reply[0]!, reply[1]!, ...receipts]);
    expect(messages.map(({ usage }) => usage.deliveredAt)).toEqual([at('2026-10-05T09:05:03')]);
  });

  it('take read for delivered where that was skipped', () => {
    const { messages } = folded([reply[0]!, reply[1]!, reply[3]!]);
    expect(messages[0]!.usage).toMatchObject({ deliveredAt: at('2026-10-05T09:07:00'), firstStatus: 'read' });
  });

  it('make no usage of what was only sent, or failed; a failed one that is billed is told', () => {
    const sent = status('wamid.C', 'sent', '2026-10-05T10:00:00', pmp('marketing'));
    const failed = status('wamid.D', 'failed', '2026-10-05T10:00:00', { ...pmp('marketing'), errors: [{ code: 131026, title: 'Message undeliverable' }] });
    const { messages, billedFailures, counts } = folded([sent, failed]);
    expect(messages).toEqual([]);
    expect(counts).toEqual([{ undelivered: 2, failed: 1, sentMissing: 0, unknownCategory: 0, uncertain: 0 }]);
    expect(billedFailures.map(({ message }) => message.messageId)).toEqual(['wamid_D']);
  });

  it('keep the windows of two numbers apart, and the contact’s own beside', () => {
    const other = JSON.parse(JSON.stringify(wrote('2026-10-05T09:03:00')).replaceAll('106540352242922', '200000000000001')) as object;
    const { messages } = folded([...reply, other]);
    expect(messages[0]).toMatchObject({ usage: { lastInboundAt: at('2026-10-05T09:03:00') }, ownNumber: { lastInboundAt: at('2026-10-05T09:00:00') } });
  });

  it('take STOP for a message like any other: it opens the window, and its text is not read', () => {
    const { messages } = folded([wrote('2026-10-05T09:04:00', { text: { body: 'STOP' } }), ...reply]);
    expect(messages[0]!.usage.lastInboundAt).toBe(at('2026-10-05T09:04:00'));
    expect(JSON.stringify(messages)).not.toContain('STOP');
  });
});

describe('what a message was', () => {
  const cbp = (id: string, category: string) => ({ conversation: { id, origin: { type: category } }, pricing: { billable: true, pricing_model: 'CBP', category } });
  const natures = (bodies: readonly object[], category: Parameters<typeof termsWith>[0] = null) => folded(bodies, termsWith(category)).messages.map(({ usage: { message }, alternative }) => [message.messageId, message.kind, message.category, alternative?.category ?? null]);

  it('is a template where it opened a session of a template’s category, and inside the window after that probably a reply', () => {
    expect(natures([
      status('wamid.A', 'sent', '2023-07-01T09:00:00', cbp('s1', 'marketing')), status('wamid.A', 'delivered', '2023-07-01T09:00:01'),
      status('wamid.B', 'sent', '2023-07-01T09:10:00', cbp('s1', 'marketing')), status('wamid.B', 'delivered', '2023-07-01T09:10:01'),
      wrote('2023-07-01T09:20:00'),
      status('wamid.C', 'sent', '2023-07-01T09:30:00', cbp('s1', 'marketing')), status('wamid.C', 'delivered', '2023-07-01T09:30:01'),
    ])).toEqual([['wamid_A', 'template', 'marketing', null], ['wamid_B', 'template', 'marketing', null], ['wamid_C', 'free_form', 'service', 'marketing']]);
  });

  it('without a word on the price is a reply inside the window; outside it is left out until a category is given', () => {
    const bodies = [wrote('2026-10-05T09:00:00'), status('wamid.A', 'delivered', '2026-10-05T10:00:00'), status('wamid.B', 'delivered', '2026-10-08T10:00:00')];
    expect(natures(bodies)).toEqual([['wamid_A', 'free_form', 'service', null]]);
    expect(folded(bodies).counts).toMatchObject([{ unknownCategory: 1, sentMissing: 1, uncertain: 1 }]);
    expect(natures(bodies, 'utility')).toEqual([['wamid_A', 'free_form', 'service', 'utility'], ['wamid_B', 'template', 'utility', null]]);
  });

  it('is what the business recorded, whatever the operator says', () => {
    const recorded = { messageId: 'wamid.A', businessId: '102290129340398', phone: ana, numberId: '106540352242922', kind: 'template', category: 'utility', sentAt: '2026-10-05T12:00:00Z', deliveredAt: '2026-10-05T12:00:04Z' };
    expect(natures([status('wamid.A', 'delivered', '2026-10-05T09:00:04', pmp('marketing')), recorded])).toEqual([['wamid_A', 'template', 'utility', null]]);
  });
});
