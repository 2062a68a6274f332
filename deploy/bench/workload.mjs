// The events that both sides process: conversations, requests and usage drawn from a counter, so that the same scale is the same bytes everywhere.
import { createCodec } from '@parley/bus';
import { conversationIdOf, partitionOf } from '@parley/contracts';
import { bundledPolicies, bundledRateCards } from '@parley/rating';

export const conversations = 'parley.conversations.v1';
export const usage = 'parley.usage.v1';
export const ledger = 'parley.ledger.v1';
export const catalog = 'parley.catalog.v1';
export const partitions = 6;

/** Every decision is taken at this instant, on both sides. Within the last hours before it, all events happen. */
export const now = Date.UTC(2026, 9, 1, 12);
const spanMs = 20 * 3_600_000;
const hourMs = 3_600_000;

const businesses = 2_000;
const owners = 500;
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'];
/** The last one is on no card: its price is the card's "Other". */
const markets = ['Germany', 'India', 'Brazil', 'Mexico', 'Italy', 'Nigeria', 'Spain', 'Atlantis'];
const link = 'bench/http/0';

/** What a scale means. Five events per conversation at the default, as a conversation of two messages each way has. */
export function scaleOf(text) {
  const match = /^(\d+)([kM]?)$/.exec(text);
  if (!match) throw new RangeError(`--scale ${text}: a number of events such as 100k, 1M or 10M`);
  const events = Number(match[1]) * { '': 1, k: 1_000, M: 1_000_000 }[match[2]];
  if (events < 1_000 || events > 50_000_000) throw new RangeError('--scale: from 1k to 50M events');
  return { events, conversations: Math.min(200_000, Math.max(200, Math.floor(events / 5))) };
}

/** A hash of a counter as 32 bits: random enough, and the same for ever. */
function mixed(index, salt) {
  let bits = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const hex = (value) => value.toString(16).padStart(8, '0');

function uuid(index, salt) {
  const [a, b, c] = [hex(mixed(index, salt)), hex(mixed(index, salt + 100)), hex(index)];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(0, 3)}-${c.slice(3).padStart(5, '0')}${a.slice(0, 7)}`;
}

/** The catalog's events in their order, with their keys. */
export function catalogEvents() {
  const events = [];
  for (let index = 0; index < businesses; index += 1) {
    const businessId = `b${index}`;
    const business = { businessId, ownerId: `o${index % owners}`, name: `Business ${index}`, zone: zones[index % zones.length], currency: 'USD', windowNoticeMs: 0 };
    events.push({ key: businessId, event: { type: 'BusinessRegistered', ...business } });
    events.push({ key: `n${index}`, event: { type: 'NumberRegistered', numberId: `n${index}`, businessId, displayName: 'Shop', phone: `1555${String(index).padStart(7, '0')}` } });
  }
  for (const event of bundledPolicies()) events.push({ key: event.policyId, event });
  for (const event of bundledRateCards()) events.push({ key: event.rateCardId, event });
  return events;
}

/** Draws the events one by one; the payload's type says which topic it belongs to. */
class Draw {
  constructor(scale) {
    this.scale = scale;
    /** The message last requested, and last used, per conversation: so that some are asked for twice. */
    this.requested = new Map();
    this.again = null;
  }

  next(index) {
    if (this.again) {
      const again = this.again;
      this.again = null;
      return again;
    }
    const random = (salt) => mixed(index, salt) / 2 ** 32;
    const customer = this.customer(Math.floor(random(0) * this.scale.conversations));
    const at = now - spanMs + Math.floor((index / this.scale.events) * spanMs);
    const kind = random(1);
    if (kind < 0.36) return this.received(index, customer, at, random);
    if (kind < 0.68) return this.request(index, customer, at, random);
    if (kind < 0.98) return this.used(index, customer, at, random);
    return this.consent(index, customer, at, random);
  }

  customer(number) {
    const business = number % businesses;
    const [businessId, contactId] = [`b${business}`, `c${number}`];
    return { businessId, ownerId: `o${business % owners}`, numberId: `n${business}`, contactId, conversationId: conversationIdOf(businessId, contactId) };
  }

  received(index, customer, at, random) {
    const closesAt = at + 24 * hourMs;
    const event = {
      type: 'MessageReceived', ...customer, messageId: uuid(index, 2), market: markets[Math.floor(random(3) * markets.length)],
      entryPoint: random(4) < 0.05 ? { sourceId: 'summer', clickId: hex(index) } : null, windowClosesAt: closesAt, windowNoticeAt: null,
      provenance: 'proven', envelopeHash: hex(index).repeat(8), envelopeBytes: 200,
    };
    return { topic: conversations, key: customer.conversationId, at, cause: null, event };
  }

  message(index, customer, at, random) {
    const isTemplate = random(5) < 0.3;
    const template = isTemplate ? { name: 'shipping_update', language: 'en_US', version: 1, hash: 'ab'.repeat(32) } : null;
    return {
      messageId: uuid(index, 6), ...customer, lane: random(7) < 0.1 ? 'app' : 'api', kind: isTemplate ? 'template' : 'free_form',
      category: isTemplate ? 'utility' : 'service', template, requestedAt: at, envelopeHash: hex(index).repeat(8), envelopeBytes: 200,
    };
  }

  request(index, customer, at, random) {
    const message = this.message(index, customer, at, random);
    const request = { topic: conversations, key: customer.conversationId, at, cause: null, event: { type: 'MessageRequested', message } };
    if (random(8) < 0.015) this.again = request;
    return request;
  }

  used(index, customer, at, random) {
    const sentAt = at - Math.floor(random(9) * hourMs);
    const wrote = random(10);
    const lastInboundAt = wrote < 0.1 ? null : sentAt - Math.floor(wrote * 40 * hourMs);
    const event = {
      type: 'UsageRecorded', message: this.message(index, customer, sentAt, random), market: markets[Math.floor(random(11) * markets.length)],
      sentAt, deliveredAt: at, firstStatus: random(12) < 0.8 ? 'delivered' : 'read', lastInboundAt, entryPointAt: null, reservation: null,
    };
    const cause = { topic: conversations, partition: partitionOf(customer.conversationId, partitions), offset: index };
    const used = { topic: usage, key: customer.ownerId, at, cause, event };
    if (random(13) < 0.005) this.again = used;
    return used;
  }

  consent(index, { businessId, contactId, conversationId }, at, random) {
    const facts = { businessId, contactId, conversationId, categories: random(14) < 0.5 ? ['utility'] : ['utility', 'marketing'], source: `bench-${index}` };
    const event = random(15) < 0.6 ? { type: 'ConsentGranted', ...facts, proof: '' } : { type: 'ConsentRevoked', ...facts };
    return { topic: conversations, key: conversationId, at, cause: null, event };
  }
}

/** Used messages alone, so many, without repeats: all within hours, or so many a day up to now. */
export function* drawUsage(messages, { conversations = Math.min(200_000, Math.max(200, Math.floor(messages / 5))), perDay = null } = {}) {
  const draw = new Draw({ events: messages, conversations });
  const span = perDay === null ? spanMs : Math.ceil((messages / perDay) * 24 * hourMs);
  for (let index = 0; index < messages; index += 1) {
    const random = (salt) => mixed(index, salt) / 2 ** 32;
    const customer = draw.customer(Math.floor(random(0) * draw.scale.conversations));
    yield draw.used(index, customer, now - span + Math.floor((index / messages) * span), random);
    draw.again = null;
  }
}

/** The input as append requests of at most `size` records, in an order that keeps each partition's. The catalog comes first. */
export function* appendsOf(scale, size = 2_000) {
  const codec = createCodec();
  const known = catalogEvents();
  const numbers = new Map();
  const open = new Map();
  const staged = ({ topic, key, at, cause, event }, index, partition, catalogOffset) => {
    const place = `${topic}/${partition}`;
    const number = (numbers.get(place) ?? 0) + 1;
    numbers.set(place, number);
    const meta = { eventId: uuid(index, topic === catalog ? 300 : 200), at, recordedAt: at, link, number, cause, catalogOffset };
    const record = { key, value: codec.encode({ ...event, meta }) };
    const append = open.get(place) ?? { topic, partition, records: [] };
    open.set(place, append);
    append.records.push(record);
    if (append.records.length < size) return undefined;
    open.delete(place);
    return append;
  };
  for (const [index, { key, event }] of known.entries()) {
    const full = staged({ topic: catalog, key, at: Date.UTC(2026, 0, 1), cause: null, event }, index, 0, index);
    if (full) yield full;
  }
  const draw = new Draw(scale);
  for (let index = 0; index < scale.events; index += 1) {
    const drawn = draw.next(index);
    const full = staged(drawn, index, partitionOf(drawn.key, partitions), known.length);
    if (full) yield full;
  }
  yield* open.values();
}
