import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LogRecord } from '@parley/bus';
import type { MessageId, NumberId, RequestId } from '@parley/contracts';
import { noDevices } from '@parley/domain';
import type { PresentDevices } from '@parley/domain';
import type { AccountIds, PresentOf } from '../devices/account-devices.js';
import { Judge } from './judge.js';
import { callers, catalog, codec, envelopeFor, headersOf, keyId, messageTo, noMeta, now, otherKeyId, present, recordConsent, reportInbound, sendMessage, serviceKey, signed } from './requests.fixture.js';
import type { Verdict } from './verdict.js';

const faults: string[] = [];
/** What the devices of each account are. */
const devices: Record<string, PresentDevices> = {};
beforeEach(() => void Object.assign(devices, present));
const asked: AccountIds[] = [];
const devicesOf = async (accounts: AccountIds): Promise<PresentOf> => {
  asked.push(accounts);
  return (party, accountId) => devices[`${party} ${accountId}`] ?? noDevices;
};
const judge = new Judge({ codec, serviceKey, devicesOf, callersOf: async (keyIds) => new Map([...keyIds].flatMap((id) => (callers.has(id) ? [[id, callers.get(id)!] as const] : []))), fault: (message) => faults.push(message) });

async function verdictOn(record: LogRecord, at = now): Promise<Verdict> {
  return (await judge.verdicts([record], catalog, at))[0]!;
}

async function outputsOf(record: LogRecord) {
  const { outcome } = await verdictOn(record);
  if (outcome.kind !== 'taken') throw new Error(`rejected: ${JSON.stringify(outcome)}`);
  return { at: outcome.at, events: outcome.outputs.map(({ topic, key, event }) => ({ topic, key, ...event })) };
}

describe('a request that is taken', () => {
  it('to send is an envelope, and the message that it announces', async () => {
    const { events } = await outputsOf(signed(sendMessage()));
    expect(events).toMatchObject([
      { topic: 'parley.envelopes.v1', key: 'acme.c1', type: 'EnvelopeStored', to: 'contact' },
      { topic: 'parley.conversations.v1', key: 'acme.c1', type: 'MessageRequested', message: { businessId: 'acme', ownerId: 'acme-group', lane: 'api', category: 'service', requestedAt: now } },
    ]);
  });

  it('to send what is sealed for the present devices is taken, and what is not is told whom to seal for', async () => {
    devices['business acme'] = { listVersion: 1, devices: ['b1'] };
    devices['contact c1'] = { listVersion: 2, devices: ['d1', 'd2'] };
    const sent = (of: readonly string[]) => signed(sendMessage({ envelope: messageTo('m1', of) }));
    expect((await outputsOf(sent(['d1', 'd2']))).events).toMatchObject([{ type: 'EnvelopeStored' }, { type: 'MessageRequested' }]);
    expect(asked.at(-1)).toEqual({ business: ['acme'], contact: ['c1'] });
    const { outcome } = await verdictOn(sent(['d1', 'd3']));
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'stale-devices', fieldPath: 'envelope' });
    expect('hint' in outcome && outcome.hint).toMatch(/Fetch the lists.*new request id.*c1 has list version 2; no wrap for: d2; not in it: d3/);
    devices['business acme'] = { listVersion: 2, devices: ['b2'] };
    expect((await verdictOn(sent(['d1', 'd2']))).outcome).toMatchObject({ code: 'stale-devices', hint: expect.stringContaining('acme has list version 2; not in it: b1') });
  });

  it('to send later goes to notifications', async () => {
    expect((await outputsOf(signed(sendMessage({ sendAt: now + 1 })))).events[1]).toMatchObject({ type: 'NotificationRequested', sendAt: now + 1, parameters: [] });
  });

  it('to record consent is that consent', async () => {
    expect((await outputsOf(signed(recordConsent()))).events).toMatchObject([{ type: 'ConsentGranted', businessId: 'acme', source: 'a form' }]);
    expect((await outputsOf(signed(recordConsent({ action: 'revoke', categories: [], proof: '' })))).events).toMatchObject([{ type: 'ConsentRevoked', categories: [] }]);
  });

  it.each([
    ['a minute ago', now - 60_000, now - 60_000],
    ['in a year', now + 365 * 86_400_000, now],
    ['a month ago', now - 30 * 86_400_000, now - 7 * 86_400_000],
  ])('to report a message received %s counts it within the last 7 days, as reported, its market open', async (_, receivedAt, at) => {
    const taken = await outputsOf(signed(reportInbound({ receivedAt })));
    expect(taken.at).toBe(at);
    expect(taken.events).toMatchObject([{ type: 'EnvelopeStored', to: 'business' }, { type: 'MessageReceived', provenance: 'reported', market: 'Other', windowClosesAt: null }]);
  });
});

const strange = codec.encode({ type: 'ConsentRevoked', meta: { ...noMeta, link: 'x/0', number: 1 }, businessId: 'acme' as never, contactId: 'c1' as never, conversationId: 'acme.c1' as never, categories: [], source: '' });
const frame = codec.encode(recordConsent());
const flipped = (at: number): Uint8Array => frame.map((byte, index) => (index === at ? byte ^ 0xff : byte));

/** The request id is two blanks: well formed, and outside its limits. */
function withBlankRequestId(): Uint8Array {
  const text = Buffer.from(frame);
  const at = text.indexOf(Buffer.from([4, 0x72, 0x32]));
  return Buffer.concat([text.subarray(0, at), Buffer.from([4, 0x20, 0x20]), text.subarray(at + 3)]);
}

describe('a request that is not', () => {
  const cases: readonly (readonly [string, LogRecord, string, string, string])[] = [
    ['has no headers', { offset: 0, key: 'acme.c1', value: frame }, 'unattributed', 'missing-signature', ''],
    ['has half of them', { offset: 0, key: 'acme.c1', value: frame, headers: new Map([['parley-key', Buffer.from(keyId)]]) }, 'unattributed', 'missing-signature', ''],
    ['is signed with a key that nobody has', signed(recordConsent(), { by: 'c'.repeat(16) }), 'unattributed', 'unknown-key', ''],
    ['is signed with what is no key', { ...signed(frame), headers: headersOf('\u0000'.repeat(9), '0'.repeat(64)) }, 'unattributed', 'unknown-key', ''],
    ['was changed after it was signed', { ...signed(frame), value: flipped(40) }, 'unattributed', 'bad-signature', ''],
    ['has a signature that is none', { ...signed(frame), headers: headersOf(keyId, 'ÿ'.repeat(64)) }, 'unattributed', 'bad-signature', ''],
    ['is larger than a frame', signed(new Uint8Array(65_537)), 'acme', 'too-large', ''],
    ['is no frame', signed(new Uint8Array([1, 2, 3, 4, 5, 6])), 'acme', 'malformed', ''],
    ['is empty', signed(new Uint8Array()), 'acme', 'malformed', ''],
    ['has a schema id of nobody', signed(new Uint8Array([0, 255, 255, 255, 255, 1])), 'acme', 'unknown-schema', ''],
    ['ends within a value', signed(frame.subarray(0, 60)), 'acme', 'malformed', ''],
    ['is an event of ours', signed(strange), 'acme', 'wrong-type', ''],
    ['has a value outside its limits', signed(withBlankRequestId()), 'acme', 'invalid-field', 'requestId'],
    ['numbers itself', signed(recordConsent({ meta: { ...noMeta, link: 'ingest/http/0', number: 3 } })), 'acme', 'invalid-field', 'meta.link'],
    ['is authorized in its payload', signed(recordConsent({ authorization: { keyId: 'k', mac: '0'.repeat(64) } })), 'acme', 'invalid-field', 'authorization'],
    ['asks for what the key may not', signed(recordConsent(), { by: otherKeyId, key: 'rival.c1' }), 'rival', 'missing-scope', ''],
    ['has the key of another conversation', signed(recordConsent(), { key: 'acme.c2' }), 'acme', 'wrong-key', ''],
    ['sends from a number of another business', signed(sendMessage({ numberId: 'n2' as NumberId })), 'acme', 'unknown-number', 'numberId'],
    ['reports to a number that nobody has', signed(reportInbound({ numberId: 'n9' as NumberId })), 'acme', 'unknown-number', 'numberId'],
    ['names a template that nobody has', signed(sendMessage({ kind: 'template', template: { name: 'none', language: 'en', parameters: [] } })), 'acme', 'unknown-template', 'template.name'],
    ['is a template without one', signed(sendMessage({ kind: 'template' })), 'acme', 'invalid-field', 'template'],
    ['is free text with a template', signed(sendMessage({ template: { name: 'none', language: 'en', parameters: [] } })), 'acme', 'invalid-field', 'template'],
    ['was sealed for another message', signed(sendMessage({ messageId: 'm2' as MessageId })), 'acme', 'wrong-envelope', 'envelope'],
    ['was not sealed', signed(sendMessage({ envelope: Buffer.from('hello') })), 'acme', 'wrong-envelope', 'envelope'],
    ['was sealed under another category', signed(sendMessage({ envelope: envelopeFor('m1', 'marketing') })), 'acme', 'wrong-envelope', 'envelope'],
    ['grants without proof', signed(recordConsent({ proof: '' })), 'acme', 'invalid-field', 'proof'],
    ['grants nothing', signed(recordConsent({ categories: [] })), 'acme', 'invalid-field', 'categories'],
    ['says nothing of where', signed(recordConsent({ source: '' })), 'acme', 'invalid-field', 'source'],
  ];

  it.each(cases.map(([why, record, ...told]) => [why, ...told, record] as const))('because it %s says so to %s: %s', async (_, businessId, code, fieldPath, record) => {
    expect(await verdictOn(record)).toMatchObject({ businessId, outcome: { kind: 'rejected', code, fieldPath } });
  });

  it('never says what stood in it', async () => {
    const verdict = await verdictOn(signed(recordConsent({ source: 'a secret place', proof: '' })));
    expect(JSON.stringify(verdict)).not.toContain('secret');
  });

  it('is no fault of ours', () => expect(faults).toEqual([]));
});

describe('what a request is', () => {
  const hash = async (record: LogRecord) => (await verdictOn(record)).contentHash;

  it('does not hang on its metadata, its id or its key’s', async () => {
    const again = recordConsent({ meta: { ...noMeta, eventId: '11111111-0000-4000-8000-000000000000', at: now - 5_000 } });
    expect(await hash(signed(again))).toBe(await hash(signed(recordConsent())));
    expect(await hash(signed(recordConsent({ source: 'another form' })))).not.toBe(await hash(signed(recordConsent())));
    expect(await hash(signed(sendMessage({ envelope: envelopeFor('m1', 'service') })))).not.toBe(await hash(signed(sendMessage({ envelope: envelopeFor('m1', 'service') }))));
  });

  it('is read although its key may not ask for it, so that it is rejected once', async () => {
    expect(await verdictOn(signed(recordConsent({ requestId: 'mine' as RequestId }), { by: otherKeyId, key: 'rival.c1' }))).toMatchObject({ requestId: 'mine', type: 'RecordConsent' });
  });
});
