import { describe, expect, it } from '@jest/globals';
import type { NumberId } from '@parley/contracts';
import { aCatalog, businessId, contactId, conversationId, dayMs, friday, hourMs, numberId, shipping, shippingShapes } from '../scenario/fixtures.js';
import { takeConsent } from './consent.js';
import { oldestReportMs, takeInbound } from './inbound.js';
import { takeMessage, type AskedMessage } from './message.js';
import type { Binding, Sealed } from './sealed.js';

const asker = { businessId, lane: 'api' } as const;
const plain: AskedMessage = { messageId: 'm1' as never, numberId, contactId, kind: 'free_form', template: null, sendAt: null };
const template = { name: shipping.name, language: shipping.language, version: null, parameters: shippingShapes };

function sealed(header: Partial<Binding> | null = {}): Sealed {
  const binding = { businessId, conversationId, messageId: 'm1', category: 'service', templateHash: null };
  return { bytes: new Uint8Array(3), hash: 'f'.repeat(64), header: header && { ...binding, ...header }, addressed: null };
}

describe('a message that is asked for', () => {
  it('goes to windows at once, behind its envelope', () => {
    const taken = takeMessage(plain, sealed(), asker, aCatalog, friday);
    expect(taken).toMatchObject({ kind: 'taken', message: { ownerId: 'acme-group', category: 'service', lane: 'api', requestedAt: friday, envelopeBytes: 3, envelopeHash: 'f'.repeat(64) } });
    expect(taken.kind === 'taken' && taken.outputs.map(({ key, event }) => [key, event.type])).toEqual([[conversationId, 'EnvelopeStored'], [conversationId, 'MessageRequested']]);
  });

  it('goes to notifications with a template or a time, under what the catalog says of the template', () => {
    const taken = takeMessage({ ...plain, kind: 'template', template }, sealed({ category: 'utility', templateHash: shipping.hash }), asker, aCatalog, friday);
    expect(taken).toMatchObject({ message: { category: 'utility', template: shipping }, outputs: [{}, { event: { type: 'NotificationRequested', parameters: shippingShapes, sendAt: null } }] });
    expect(takeMessage({ ...plain, sendAt: friday + 1 }, sealed(), asker, aCatalog, friday)).toMatchObject({ outputs: [{}, { event: { type: 'NotificationRequested', sendAt: friday + 1 } }] });
  });

  it.each<[string, Partial<AskedMessage>, Partial<Binding> | null, string, string]>([
    ['from a number of nobody', { numberId: 'n0' as NumberId }, {}, 'unknown-number', 'numberId'],
    ['from no template of its own', { kind: 'template', template: { ...template, name: 'none' } }, {}, 'unknown-template', 'template.name'],
    ['from a version there is none of', { kind: 'template', template: { ...template, version: 9 } }, {}, 'unknown-template', 'template.version'],
    ['of a kind that it is not', { template }, {}, 'invalid-field', 'template'],
    ['without its template', { kind: 'template' }, {}, 'invalid-field', 'template'],
    ['that is not sealed', {}, null, 'wrong-envelope', 'envelope'],
    ['sealed for another conversation', {}, { conversationId: 'acme.c2' }, 'wrong-envelope', 'envelope'],
    ['sealed as cheaper than it is', { kind: 'template', template }, { templateHash: shipping.hash }, 'wrong-envelope', 'envelope'],
  ])('%s is rejected', (_, change, header, code, fieldPath) => {
    expect(takeMessage({ ...plain, ...change }, sealed(header), asker, aCatalog, friday)).toMatchObject({ kind: 'rejected', code, fieldPath });
  });
});

describe('a reported message of a contact', () => {
  const report = (receivedAt: number) => takeInbound({ messageId: 'm1' as never, numberId, contactId, receivedAt, entryPoint: null }, sealed({ category: null }), businessId, aCatalog, friday);

  it('opens the window from when it came, by the policy in force then', () => {
    const at = friday - hourMs;
    expect(report(at)).toMatchObject({ kind: 'taken', at, outputs: [{ event: { to: 'business' } }, { event: { type: 'MessageReceived', provenance: 'reported', market: 'Other', windowClosesAt: at + dayMs, windowNoticeAt: at + 22 * hourMs } }] });
  });

  it('never opens it for ever: what is said of the time counts from a week ago until now', () => {
    expect([friday + 1, Number.MAX_SAFE_INTEGER, 0, friday - oldestReportMs].map((at) => report(at))).toMatchObject([{ at: friday }, { at: friday }, { at: friday - oldestReportMs }, { at: friday - oldestReportMs }]);
  });
});

describe('what a business says of consent', () => {
  const said = { contactId, action: 'grant', categories: ['marketing'], source: 'a form', proof: 'its address' } as const;

  it('is granted with proof, or revoked', () => {
    expect(takeConsent(said, businessId)).toMatchObject({ outputs: [{ key: conversationId, event: { type: 'ConsentGranted', proof: 'its address' } }] });
    expect(takeConsent({ ...said, action: 'revoke', categories: [], proof: '' }, businessId)).toMatchObject({ outputs: [{ event: { type: 'ConsentRevoked', categories: [] } }] });
  });

  it('is rejected without', () => {
    const rejections = [{ proof: '' }, { categories: [] }, { source: '' }].map((change) => takeConsent({ ...said, ...change }, businessId));
    expect(rejections).toMatchObject([{ fieldPath: 'proof' }, { fieldPath: 'categories' }, { fieldPath: 'source' }]);
  });
});
