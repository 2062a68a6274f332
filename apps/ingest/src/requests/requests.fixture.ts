import { createCodec } from '@parley/bus';
import type { LogRecord } from '@parley/bus';
import { conversationIdOf } from '@parley/contracts';
import type { AnyEvent, BusinessId, CatalogEvent, ContactId, ConversationId, MessageId, Meta, NumberId, Payload, RecordConsent, ReportInbound, RequestId, SendMessage } from '@parley/contracts';
import { beginSession, newAgreementKeys, newSigningKeys, requestSignature, sealMessage, signBundle, signingSecretOf, systemRandom } from '@parley/crypto';
import type { SessionDevice } from '@parley/crypto';
import { catalogFold } from '@parley/domain';
import type { Catalog, PresentDevices } from '@parley/domain';
import type { Caller } from '@parley/service';
import { keyHeader, signatureHeader } from './authenticity.js';

export const serviceKey = new Uint8Array(32).fill(7);
export const codec = createCodec();
export const now = Date.UTC(2026, 10, 24, 12);
export const businessId = 'acme' as BusinessId;
export const contactId = 'c1' as ContactId;
export const conversationId: ConversationId = conversationIdOf(businessId, contactId);
export const keyId = 'a'.repeat(16);
/** A key of another business. */
export const otherKeyId = 'b'.repeat(16);

/** Metadata as an integrator writes it. */
export const noMeta: Meta = { eventId: '00000000-0000-4000-8000-000000000000', at: now, recordedAt: now, link: '', number: 0, cause: null, catalogOffset: 0 };

const catalogEvents: readonly Payload<CatalogEvent>[] = [
  { type: 'BusinessRegistered', businessId, ownerId: 'acme-group' as never, name: 'Acme', zone: 'UTC', currency: 'USD', windowNoticeMs: 3_600_000 },
  { type: 'BusinessRegistered', businessId: 'rival' as BusinessId, ownerId: 'rival-group' as never, name: 'Rival', zone: 'UTC', currency: 'USD', windowNoticeMs: 0 },
  { type: 'NumberRegistered', numberId: 'n1' as NumberId, businessId, displayName: 'Acme', phone: '15550000001' },
  { type: 'NumberRegistered', numberId: 'n2' as NumberId, businessId: 'rival' as BusinessId, displayName: 'Rival', phone: '15550000002' },
];

export const catalog = catalogEvents.reduce((known, payload) => catalogFold.evolve(known, { ...payload, meta: noMeta } as CatalogEvent) as Catalog, catalogFold.initial as Catalog);

export const callers: ReadonlyMap<string, Caller> = new Map([
  [keyId, { keyId, businessId, scopes: new Set(['messages:send', 'consents:write', 'inbound:report'] as const) }],
  [otherKeyId, { keyId: otherKeyId, businessId: 'rival', scopes: new Set(['messages:send'] as const) }],
]);

export function envelopeFor(messageId: string, category: string | null): Uint8Array {
  return category === null ? sealed(messageId, { accountId: contactId, deviceId: 'd1' }, [{ accountId: businessId, deviceId: 'b1' }], null) : messageTo(messageId, ['d1'], category);
}

/** The devices that there are: those that envelopes here are sealed by and for. */
export const present: Readonly<Record<string, PresentDevices>> = { [`business ${businessId}`]: { listVersion: 1, devices: ['b1'] }, [`contact ${contactId}`]: { listVersion: 1, devices: ['d1'] } };

/** A message from the business's device b1 to these of the contact. */
export function messageTo(messageId: string, deviceIds: readonly string[], category: string | null = 'service'): Uint8Array {
  return sealed(messageId, { accountId: businessId, deviceId: 'b1' }, deviceIds.map((deviceId) => ({ accountId: contactId, deviceId })), category);
}

type Address = { readonly accountId: string; readonly deviceId: string };

function sealed(messageId: string, from: Address, to: readonly Address[], category: string | null): Uint8Array {
  const sender = endOf(from.accountId, from.deviceId).own;
  const recipients = to.map(({ accountId, deviceId }) => {
    const { own, bundle } = endOf(accountId, deviceId);
    return { session: beginSession(sender, own.identity, bundle, systemRandom), listVersion: 1 };
  });
  const binding = { businessId, conversationId, messageId, category, templateHash: null };
  return sealMessage({ binding, body: new Uint8Array([1]), lastSeen: null, sender, recipients, random: systemRandom }).envelope;
}

/** A device with keys of its own, and the bundle that the directory hands out for it. */
function endOf(accountId: string, deviceId: string): { readonly own: SessionDevice; readonly bundle: Uint8Array } {
  const [account, signing] = [newSigningKeys(systemRandom), newSigningKeys(systemRandom)];
  const [agreement, prekey] = [newAgreementKeys(systemRandom), newAgreementKeys(systemRandom)];
  const identity = { accountId, deviceId, accountKey: account.publicKey, signingKey: signing.publicKey, agreementKey: agreement.publicKey, listVersion: 1 };
  return { own: { identity, agreement }, bundle: signBundle(identity, signing.seed, { signed: { id: 1, createdAt: now, publicKey: prekey.publicKey }, oneTime: null }) };
}

const common = { meta: noMeta, authorization: null, contactId };

export function sendMessage(change: Partial<SendMessage> = {}): SendMessage {
  const messageId = 'm1' as MessageId;
  return { type: 'SendMessage', ...common, requestId: 'r1' as RequestId, messageId, numberId: 'n1' as NumberId, kind: 'free_form', template: null, sendAt: null, envelope: envelopeFor(messageId, 'service'), ...change };
}

export function recordConsent(change: Partial<RecordConsent> = {}): RecordConsent {
  return { type: 'RecordConsent', ...common, requestId: 'r2' as RequestId, action: 'grant', categories: ['utility'], source: 'a form', proof: 'https://acme.example/form 2026-11-24', ...change };
}

export function reportInbound(change: Partial<ReportInbound> = {}): ReportInbound {
  const messageId = 'm3' as MessageId;
  return { type: 'ReportInbound', ...common, requestId: 'r3' as RequestId, messageId, numberId: 'n1' as NumberId, receivedAt: now - 60_000, entryPoint: null, envelope: envelopeFor(messageId, null), ...change };
}

/** A record as an integrator's producer hands it to the broker. */
export function signed(event: AnyEvent | Uint8Array, { key = conversationId, by = keyId, offset = 0 }: { readonly key?: string; readonly by?: string; readonly offset?: number } = {}): LogRecord {
  const value = event instanceof Uint8Array ? event : codec.encode(event);
  return { offset, key, value, headers: headersOf(by, requestSignature(signingSecretOf(serviceKey, by), value)) };
}

export function headersOf(by: string, signature: string): ReadonlyMap<string, Uint8Array> {
  return new Map([[keyHeader, Buffer.from(by)], [signatureHeader, Buffer.from(signature)]]);
}
