// A message as it is handed in, sealed and all: as a signed record of the topic of requests, or as a body for HTTP.
import { createHmac, randomUUID } from 'node:crypto';
import { createCodec } from '@parley/bus';
import { partitionOf, TOPICS } from '@parley/contracts';
import { agreementKeysOf, beginSession, sealMessage, systemRandom, toBase64 } from '@parley/crypto';
import { encodeContent, templateHashOf } from '@parley/sdk';
import { priceOf } from './people.mjs';

export const requests = 'parley.requests.v1';
/** As a cluster on one machine has them. */
export const partitionsOf = (topic) => TOPICS[topic].partitions.embedded;

/** Three of ten are templates. */
const isTemplate = (index) => index % 10 < 3;
const codec = createCodec();

function contentOf({ template: { name, language, version, hash } }, kind, index) {
  if (kind === 'free_form') return { type: 'text', body: `Your table is booked, number ${index}. See you tonight!` };
  const values = [`ORD-${index}`, 'Friday'].map((text) => ({ kind: 'text', text }));
  return { type: 'template', name, language, version, hash, parameters: [{ component: 'body', values }] };
}

/** This thread's sessions, by the devices they are with; the phones of the measurement report what they are sent without opening it. */
const sessions = new Map();

function sealedFor(devices, { identity, agreementSecret }, binding, body) {
  const own = { identity, agreement: agreementKeysOf(agreementSecret) };
  const held = devices.map((device) => sessions.get(device.identity.deviceId) ?? beginSession(own, device.identity, device.bundle, systemRandom));
  const recipients = held.map((session, at) => ({ session, listVersion: devices[at].identity.listVersion }));
  const { envelope, sessions: after } = sealMessage({ binding, body, lastSeen: null, sender: own, recipients, random: systemRandom });
  for (const session of after) sessions.set(session.peer.deviceId, session);
  return envelope;
}

function sealed(people, index) {
  const { businessId, contacts, sender, template } = people;
  const { contactId, conversationId, market, devices } = contacts[index % contacts.length];
  const kind = isTemplate(index) ? 'template' : 'free_form';
  const messageId = randomUUID();
  const category = kind === 'template' ? template.category : 'service';
  const content = contentOf(people, kind, index);
  const binding = { businessId, conversationId, messageId, category, templateHash: templateHashOf(content) };
  const envelope = sealedFor(devices, sender, binding, encodeContent(content));
  const asked = kind === 'template' ? { name: template.name, language: template.language, parameters: template.parameters } : null;
  return { messageId, contactId, conversationId, kind, envelope, template: asked, micros: priceOf(kind, market) };
}

/** Both give { messageId, micros, … } with what is sent: micros is what it is to cost. */
export const written = {
  record(people, index) {
    const { messageId, contactId, conversationId, kind, envelope, template, micros } = sealed(people, index);
    const now = Date.now();
    const meta = { eventId: randomUUID(), at: now, recordedAt: now, link: '', number: 0, cause: null, catalogOffset: 0 };
    const command = { type: 'SendMessage', meta, authorization: null, requestId: randomUUID(), messageId, numberId: people.numberId, contactId, kind, template, sendAt: null, envelope };
    const value = codec.encode(command);
    const signature = createHmac('sha256', people.signingSecret).update(value).digest('hex');
    const headers = new Map([['parley-key', Buffer.from(people.apiKey.split('_')[1])], ['parley-signature', Buffer.from(signature)]]);
    return { messageId, micros, partition: partitionOf(conversationId, partitionsOf(requests)), record: { key: conversationId, value, headers } };
  },
  body(people, index) {
    const { messageId, contactId, kind, envelope, template, micros } = sealed(people, index);
    const body = JSON.stringify({ messageId, numberId: people.numberId, contactId, kind, ...(template && { template }), envelope: toBase64(envelope) });
    return { messageId, micros, call: { path: '/ingest/v1/messages', body, idempotencyKey: randomUUID() } };
  },
};
