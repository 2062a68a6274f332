import { describe, expect, it } from '@jest/globals';
import { ana, body, reading, seconds, status, waba, wrote } from './archive.fixture.js';
import { readPiece } from './piece.js';

const fault = (value: unknown, by = reading): string => {
  try {
    readPiece(value, by);
  } catch (error) {
    const { name, field, message } = error as { readonly name: string; readonly field: string; readonly message: string };
    expect(name).toBe('ArchiveFault');
    return `${field} ${message}`;
  }
  return 'no fault';
};

describe('a webhook body', () => {
  it('tells that a contact wrote, and nothing of what', () => {
    const piece = readPiece(wrote('2026-10-05T09:00:00'), reading);
    expect(piece.facts).toEqual([{ kind: 'inbound', businessId: waba, numberId: '106540352242922', contactId: `c${ana}`, messageId: 'wamid_in2026-10-05T09_00_00', at: Date.parse('2026-10-05T12:00:00Z'), isEntryPoint: false }]);
    expect(piece.numbers).toEqual([{ businessId: waba, numberId: '106540352242922', phone: '551140001000' }]);
    expect(JSON.stringify(piece)).not.toMatch(/Oi|Ana/);
  });

  it('tells a contact who came through an advertisement', () => {
    const [fact] = readPiece(wrote('2026-10-05T09:00:00', { referral: { source_type: 'ad', source_id: '120208', ctwa_clid: 'ARAk' } }), reading).facts;
    expect(fact).toMatchObject({ kind: 'inbound', isEntryPoint: true });
  });

  it('tells a status with the operator’s word on its price and session', () => {
    const expires = seconds('2023-07-02T09:00:00');
    const piece = readPiece(status('wamid.A=', 'sent', '2023-07-01T09:00:00', { conversation: { id: 'f3a1', expiration_timestamp: expires, origin: { type: 'service' } }, pricing: { billable: true, pricing_model: 'CBP', category: 'service' } }), reading);
    expect(piece.facts).toMatchObject([{
      kind: 'status', messageId: 'wamid_A_', status: 'sent', market: 'Brazil',
      pricing: { billable: true, model: 'CBP', type: null, category: 'service' },
      session: { id: 'f3a1', expiresAt: Number(expires) * 1_000, origin: 'service' },
    }]);
  });

  it('may be an entry, a change or the value alone, whose account is then to be given', () => {
    const whole = wrote('2026-10-05T09:00:00') as { readonly entry: readonly [{ readonly changes: readonly [{ readonly value: object }] }] };
    const by = { ...reading, account: waba };
    const { facts } = readPiece(whole, by);
    for (const part of [whole.entry[0], whole.entry[0].changes[0], whole.entry[0].changes[0].value]) expect(readPiece(part, by).facts).toEqual(facts);
    expect(fault(whole.entry[0].changes[0].value)).toContain('--waba');
  });

  it('leaves out other fields, statuses, notes and accounts, by name', () => {
    const other = { entry: [{ id: waba, changes: [{ field: 'message_template_status_update', value: { event: 'APPROVED' } }] }] };
    expect(readPiece(other, reading)).toEqual({ facts: [], numbers: [], ignored: ['field message_template_status_update'] });
    expect(readPiece(status('wamid.A', 'deleted', '2026-10-05T09:00:00'), reading).ignored).toEqual(['status deleted']);
    expect(readPiece(wrote('2026-10-05T09:00:00', { type: 'system' }), reading)).toMatchObject({ facts: [], ignored: ['system note'] });
    expect(readPiece(body({}, 'other'), { ...reading, only: waba }).ignored).toEqual(['of another account']);
  });

  it.each([
    [wrote('2026-10-05T09:00:00', { timestamp: 'noon' }), 'entry[0].changes[0].value.messages[0].timestamp has to be seconds since 1970'],
    [wrote('2026-10-05T09:00:00', { from: '+55 11' }), 'messages[0].from has to be a phone number'],
    [status('', 'sent', '2026-10-05T09:00:00'), 'statuses[0].id has to be a text'],
    [status('wamid.A', 'sent', '2026-10-05T09:00:00', { pricing: { billable: 'yes' } }), 'pricing.billable has to be true or false'],
    [status('wamid.A', 'sent', '2026-10-05T09:00:00', { pricing: { pricing_model: 'XXX' } }), 'pricing.pricing_model has to be one of CBP, PMP'],
    [{ entry: 'none' }, 'entry has to be a list'],
    [['a list'], '(the whole) has to be an object'],
  ])('%j is refused, and the field is named', (value, said) => {
    expect(fault(value)).toContain(said);
  });
});

describe('a line of our own form', () => {
  const line = { messageId: 'm1', businessId: 'acme', phone: ana, numberId: 'main', kind: 'template', category: 'utility', sentAt: '2026-10-05T09:00:00-03:00', deliveredAt: 1_791_201_610_000 };

  it('tells what the business knows of a message', () => {
    expect(readPiece(line, reading).facts).toEqual([{
      kind: 'recorded', businessId: 'acme', numberId: 'main', contactId: `c${ana}`, messageId: 'm1', at: Date.parse('2026-10-05T12:00:00Z'),
      lane: 'api', messageKind: 'template', category: 'utility', market: 'Brazil', deliveredAt: 1_791_201_610_000,
    }]);
  });

  it('names its contact by conversation, too, and tells the windows where it knows them', () => {
    const { phone: _, businessId: __, ...rest } = line;
    const [fact] = readPiece({ ...rest, conversationId: 'acme.c7', market: 'India', lastInboundAt: null, entryPointAt: '2026-10-05T08:00:00Z' }, reading).facts;
    expect(fact).toMatchObject({ businessId: 'acme', contactId: 'c7', market: 'India', lastInboundAt: null, entryPointAt: Date.parse('2026-10-05T08:00:00Z') });
  });

  it.each([
    [{ ...line, text: 'hello' }, 'text is not a field of this form'],
    [{ ...line, sentAt: '2026-10-05 09:00' }, 'sentAt has to be a date and time with its offset'],
    [{ ...line, deliveredAt: '2026-10-05T08:59:59-03:00' }, 'deliveredAt is before sentAt'],
    [{ ...line, deliveredAt: undefined }, 'deliveredAt has to be a date'],
    [{ ...line, kind: 'free_form' }, 'category has to be service for a free_form message'],
    [{ ...line, phone: '011' }, 'phone has to be a phone number'],
    [{ ...line, phone: undefined, contactId: 'c1' }, 'market is missing'],
    [{ ...line, businessId: undefined }, 'businessId is missing'],
    [{ ...line, category: 'promo' }, 'category has to be one of'],
  ])('%j is refused, and the field is named', (value, said) => {
    expect(fault(value)).toContain(said);
  });
});
