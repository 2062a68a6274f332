import { describe, expect, it } from '@jest/globals';
import { compared, seconds, status, termsWith, wrote } from './archive.fixture.js';

type Word = readonly [type: 'regular' | 'free_customer_service' | 'free_entry_point', category: string];

/** A message under the price lists of single messages (2025-07 on): sent, and delivered a second later, both with the operator's word. */
function pmp(id: string, local: string, [type, category]: Word): readonly object[] {
  const pricing = { billable: type === 'regular', pricing_model: 'PMP', type, category };
  return [status(id, 'sent', local, { pricing }), status(id, 'delivered', `${local.slice(0, -2)}59`, { pricing })];
}

/** A message under sessions (2023-06 to 2025-06). */
function cbp(id: string, local: string, session: string, category: string, billable = true): readonly object[] {
  const more = { pricing: { billable, pricing_model: 'CBP', category }, conversation: { id: session, expiration_timestamp: seconds('2023-07-04T09:00:00'), origin: { type: category } } };
  return [status(id, 'sent', local, more), status(id, 'delivered', local, more)];
}

/** Recorded by the business itself, which knows the category. */
function recorded(id: string, category: string, local: string): object {
  return { messageId: id, businessId: '102290129340398', phone: '5511987650001', numberId: '106540352242922', kind: category === 'service' ? 'free_form' : 'template', category, sentAt: `${local}-03:00`, deliveredAt: `${local.slice(0, -2)}59-03:00` };
}

function differences(...bodies: readonly (object | readonly object[])[]): readonly (readonly [id: string, cause: string, ours: bigint, theirs: bigint | null])[] {
  return compared(bodies.flat()).differences.map(({ message, cause, ourAmount, theirAmount }) => [message.messageId, cause, ourAmount, theirAmount]);
}

const detail = (...bodies: readonly (object | readonly object[])[]): string => compared(bodies.flat()).differences.map((one) => one.detail).join('\n');

// Brazil on the card of 2026 and its copy for 2023: marketing 0.0625, utility 0.0068, authentication 0.0068, service (2023) 0.0068.
describe('under prices per message', () => {
  it('agrees where the operator says what the price list says', () => {
    const { differences: none, findings } = compared([
      wrote('2025-08-05T09:00:00'),
      ...pmp('A', '2025-08-05T09:05:00', ['free_customer_service', 'service']),
      ...pmp('B', '2025-08-05T09:06:00', ['free_customer_service', 'utility']),
      ...pmp('C', '2025-08-05T09:07:00', ['regular', 'marketing']),
      ...pmp('D', '2025-08-07T09:08:00', ['regular', 'utility']),
    ]);
    expect(none).toEqual([]);
    expect(findings).toMatchObject({ messages: 4, compared: 4, withoutPrice: 0, unpriced: 0 });
    expect(findings.charged.get('USD')).toBe(62_500n + 6_800n);
  });

  it('finds a utility template charged inside the window, and says by how much', () => {
    const bodies = [wrote('2025-08-05T09:00:00'), pmp('A', '2025-08-06T08:59:25', ['regular', 'utility'])];
    expect(differences(...bodies)).toEqual([['A', 'window', 0n, 6_800n]]);
    expect(detail(...bodies)).toContain('inside the window, sent 35 s before it closed (the contact wrote at 2025-08-05T12:00:00Z)');
  });

  it('finds one that is free at the very second of closing', () => {
    const bodies = [wrote('2025-08-05T09:00:00'), pmp('A', '2025-08-06T09:00:00', ['free_customer_service', 'utility'])];
    expect(differences(...bodies)).toEqual([['A', 'window', 6_800n, 0n]]);
    expect(detail(...bodies)).toContain('sent 0 s after it closed');
  });

  it('says so where the archive lacks what opened the window', () => {
    expect(differences(pmp('A', '2025-08-06T09:00:00', ['free_customer_service', 'utility']))).toEqual([['A', 'inbound_missing', 6_800n, 0n]]);
  });

  it('finds a wrong category: of the receipt, and of what the business recorded', () => {
    const [sent] = pmp('A', '2025-08-06T09:00:00', ['regular', 'utility']);
    const [, delivered] = pmp('A', '2025-08-06T09:00:00', ['regular', 'marketing']);
    expect(differences([sent!, delivered!])).toEqual([['A', 'category', 6_800n, 62_500n]]);
    expect(differences(recorded('B', 'utility', '2025-08-06T09:00:00'), pmp('B', '2025-08-06T09:00:00', ['regular', 'marketing']))).toEqual([['B', 'category', 6_800n, 62_500n]]);
  });

  it('finds a charge within an entry point, and one that is free after it', () => {
    const ad = wrote('2025-08-05T09:00:00', { referral: { source_id: '1' } });
    const answer = pmp('A', '2025-08-05T09:05:00', ['free_entry_point', 'referral_conversion']);
    expect(differences(ad, answer, recorded('B', 'marketing', '2025-08-06T10:00:00'), pmp('B', '2025-08-06T10:00:00', ['regular', 'marketing']))).toEqual([['B', 'entry_point', 0n, 62_500n]]);
    // Opened at 09:05:59 on the 5th, so it ends at that second of the 8th.
    const after = [ad, answer, recorded('C', 'marketing', '2025-08-08T09:06:00'), pmp('C', '2025-08-08T09:06:00', ['free_entry_point', 'marketing'])];
    expect(differences(...after)).toEqual([['C', 'entry_point', 62_500n, 0n]]);
    expect(detail(...after)).toContain('the entry point ended at 2025-08-08T12:05:59Z, 60 s before the delivery');
    expect(differences(recorded('D', 'marketing', '2025-08-06T10:00:00'), pmp('D', '2025-08-06T10:00:00', ['free_entry_point', 'marketing']))).toEqual([['D', 'entry_point', 62_500n, 0n]]);
  });

  it('finds a reply of 2026-10 charged within the 1,000 that are free', () => {
    const bodies = [wrote('2026-10-05T09:00:00'), pmp('A', '2026-10-05T09:05:00', ['regular', 'service'])];
    expect(differences(...bodies)).toEqual([['A', 'allowance', 0n, 6_800n]]);
    expect(detail(...bodies)).toContain('number 1 of the 1000 that are free in 2026-10');
  });

  it('finds a reply of 2026-10 that is free beyond them', () => {
    const day = (index: number): string => String(1 + Math.floor(index / 500)).padStart(2, '0');
    const ids = Array.from({ length: 1_002 }, (_, index) => index);
    const bodies = ids.flatMap((index) => {
      const local = `2026-10-${day(index)}T10:${String(Math.floor((index % 500) / 10)).padStart(2, '0')}:${String(index % 10).padStart(2, '0')}`;
      const pricing = { pricing_model: 'PMP', category: 'service', ...(index === 1_000 ? { billable: true, type: 'regular' } : { billable: false, type: 'free_customer_service' }) };
      return [...(index % 500 === 0 ? [wrote(local)] : []), status(`m${String(index).padStart(4, '0')}`, 'sent', local, { pricing }), status(`m${String(index).padStart(4, '0')}`, 'delivered', local, { pricing })];
    });
    // The thousand are free, number 1,001 is paid and said so, number 1,002 is said to be free.
    expect(differences(...bodies)).toEqual([['m1001', 'allowance', 6_800n, 0n]]);
  });

  it('finds a message priced by the list of the day before: the day begins at midnight of the account', () => {
    // 23:30 of September 30th in Sao Paulo is October in UTC: utility inside the window is free once more.
    const bodies = [wrote('2026-09-30T20:00:00'), pmp('A', '2026-09-30T23:30:00', ['regular', 'utility'])];
    expect(differences(...bodies)).toEqual([['A', 'price_list_day', 0n, 6_800n]]);
    expect(detail(...bodies)).toContain('which is 2026-09-30 in America/Sao_Paulo: P5 is in force; the operator priced by P6');
  });

  it('finds an answer charged by the window of the number it was sent from', () => {
    const other = JSON.parse(JSON.stringify(wrote('2025-08-05T09:00:00')).replaceAll('106540352242922', '200000000000001')) as object;
    expect(differences(other, pmp('A', '2025-08-05T10:00:00', ['regular', 'utility']))).toEqual([['A', 'number', 0n, 6_800n]]);
  });

  it('finds a second price on read, one on what failed, and a sent that says otherwise', () => {
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
    expect(differences(pmp('A', '2025-08-05T10:00:00', ['regular', 'marketing']), status('A', 'read', '2025-08-05T10:09:00', { pricing }))).toEqual([['A', 'billed_twice', 62_500n, 125_000n]]);
    expect(differences(status('A', 'failed', '2025-08-05T10:09:00', { pricing }))).toEqual([['A', 'not_delivered', 0n, null]]);
    const [, delivered] = pmp('A', '2025-08-05T10:00:00', ['regular', 'marketing']);
    expect(differences(status('A', 'sent', '2025-08-05T10:00:00', { pricing: { ...pricing, billable: false, type: 'free_entry_point' } }), delivered!)).toEqual([['A', 'contradiction', 62_500n, 62_500n]]);
  });

  it('names the international price, which an archive cannot tell', () => {
    expect(differences(pmp('A', '2025-08-05T10:00:00', ['regular', 'authentication_international']))).toEqual([['A', 'international', 6_800n, null]]);
  });

  it('counts what carries no price, and compares none of it', () => {
    const { findings, differences: none } = compared([wrote('2026-10-05T09:00:00'), status('A', 'delivered', '2026-10-05T09:10:00')], termsWith());
    expect([findings.messages, findings.withoutPrice, findings.compared, none]).toEqual([1, 1, 0, []]);
  });
});

describe('under sessions', () => {
  it('agrees with the operator’s own case, hour by hour', () => {
    // h0 a template, h4 the contact writes, h5 nothing new, h24 the session ends, h25 a service session, h26 nothing new.
    expect(differences(
      cbp('h0', '2023-07-01T08:00:00', 's1', 'marketing'), wrote('2023-07-01T12:00:00'), cbp('h5', '2023-07-01T13:00:00', 's1', 'marketing'),
      cbp('h25', '2023-07-02T09:00:00', 's2', 'service', false), cbp('h26', '2023-07-02T10:00:00', 's2', 'service', false),
    )).toEqual([]);
  });

  it('finds a second session within the hours of the first, and one that is joined after its end', () => {
    const bodies = [cbp('A', '2023-07-01T08:00:00', 's1', 'marketing'), cbp('B', '2023-07-02T07:59:30', 's2', 'marketing')];
    expect(differences(...bodies)).toEqual([['B', 'session', 0n, 62_500n]]);
    expect(detail(...bodies)).toContain('until 2023-07-02T11:00:00Z, 30 s before its end; the operator opened another');
    const late = [cbp('A', '2023-07-01T08:00:00', 's1', 'marketing'), cbp('B', '2023-07-02T08:00:20', 's1', 'marketing')];
    expect(differences(...late)).toEqual([['B', 'session', 62_500n, 0n]]);
    expect(detail(...late)).toContain('ended at 2023-07-02T11:00:00Z, 20 s before the delivery');
  });

  it('finds a service session that is charged within the free ones', () => {
    expect(differences(wrote('2023-07-01T08:00:00'), cbp('A', '2023-07-01T08:01:00', 's1', 'service', true))).toEqual([['A', 'allowance', 0n, 6_800n]]);
  });

  it('finds prices per message before they were in force', () => {
    expect(differences(wrote('2025-06-30T08:00:00'), pmp('A', '2025-06-30T23:59:00', ['free_customer_service', 'service']))).toEqual([['A', 'price_list_day', 0n, 0n]]);
  });
});
