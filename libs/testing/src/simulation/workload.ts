import { conversationIdOf, type AdjustmentId, type BusinessId, type ContactId, type DeviceId, type Message, type MessageId, type NumberId, type Output, type OwnerId, type ParameterShape } from '@parley/contracts';
import type { Submission, Submitted } from '@parley/bus';
import { catalogOutputs, laterCatalogOutputs } from './catalog-workload.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** A request some client makes again and again until it is answered. */
export interface ClientRequest {
  readonly service: string;
  readonly submission: Submission;
  answers: Submitted[];
}

interface Customer {
  readonly businessId: BusinessId;
  readonly ownerId: OwnerId;
  readonly numberId: NumberId;
  readonly contactId: ContactId;
}

const envelopeBytes = 64;
/** By customer. Each business has conversations on both partitions, so that what its owner shares is shared between lanes. */
const contacts = [0, 1, 3, 5, 4, 3];
const parameters: readonly ParameterShape[] = [{ component: 'body', kinds: ['text', 'text'] }];

/** What customers and businesses do, drawn from the seed: writes, replies, templates, receipts, STOP, and a catalog that changes meanwhile. */
export class Workload {
  readonly requests: ClientRequest[] = [];
  readonly #customers: readonly Customer[];
  readonly #random: Random;
  readonly #seen = new Map<string, number>();
  readonly #sent: Message[] = [];
  #drawn = 0;
  #catalogLater = 0;

  constructor(
    private readonly world: World,
    private readonly count: number,
  ) {
    this.#random = world.random;
    this.#customers = Array.from({ length: 6 }, (_, index): Customer => {
      const business = index % 2;
      return {
        businessId: `b${business}` as BusinessId,
        ownerId: `o${business}` as OwnerId,
        numberId: `n${business}` as NumberId,
        contactId: `c${contacts[index]}` as ContactId,
      };
    });
    catalogOutputs().forEach(({ service, output }, index) => this.#ask(service, `catalog-${index}`, '*', [output]));
  }

  get done(): boolean {
    return this.#drawn >= this.count && this.requests.every(({ answers }) => answers.length > 0);
  }

  /** Draws something new, or lets a client whose answer never came ask again. */
  step(): void {
    this.#watch();
    const open = this.requests.filter(({ answers }) => answers.length === 0);
    const again = this.requests.filter(({ answers }) => answers.length > 0);
    if (open.length > 0 && this.#random.chance(0.7)) this.#send(this.#random.pick(open));
    else if (again.length > 0 && this.#random.chance(0.05)) this.#send(this.#random.pick(again));
    else if (this.#drawn < this.count) this.#draw();
  }

  #draw(): void {
    this.#drawn += 1;
    const customer = this.#random.pick(this.#customers);
    const kind = this.#random.next();
    if (kind < 0.2) this.#inbound(customer);
    else if (kind < 0.42) this.#reply(customer);
    else if (kind < 0.6) this.#notify(customer);
    else if (kind < 0.86) this.#receipt();
    else if (kind < 0.89) this.#consent(customer);
    else if (kind < 0.92) this.#adjust(customer);
    else if (kind < 0.95) this.world.scheduler.now += this.#random.below(10 * 3_600_000);
    else this.#changeCatalog();
  }

  #ask(service: string, idempotencyKey: string, businessId: string, outputs: readonly Output[]): void {
    const submission: Submission = { businessId, idempotencyKey, bodyHash: idempotencyKey, outputs, answer: { status: 202, body: { asked: idempotencyKey } } };
    this.requests.push({ service, submission, answers: [] });
  }

  #send(request: ClientRequest): void {
    const slot = this.world.slot(request.service);
    if (!slot) return;
    void slot.submit(request.submission).then((submitted) => {
      if (submitted.kind !== 'busy') request.answers.push(submitted);
    });
  }

  #nextId(): MessageId {
    return `m${this.requests.length}` as MessageId;
  }

  #envelope(customer: Customer, messageId: MessageId, to: 'contact' | 'business'): Output {
    const { businessId, contactId } = customer;
    const conversationId = conversationIdOf(businessId, contactId);
    const bytes = new Uint8Array(envelopeBytes).fill(this.requests.length % 256);
    return { topic: 'parley.envelopes.v1', key: conversationId, event: { type: 'EnvelopeStored', businessId, contactId, conversationId, messageId, to, bytes } };
  }

  #inbound(customer: Customer): void {
    const messageId = this.#nextId();
    const conversationId = conversationIdOf(customer.businessId, customer.contactId);
    const now = this.world.scheduler.now;
    const event = {
      ...customer, type: 'MessageReceived' as const, conversationId, messageId, market: this.#random.pick(['Germany', 'India', 'North America']),
      entryPoint: this.#random.chance(0.1) ? { sourceId: 'ad', clickId: 'click' } : null,
      windowClosesAt: now + 24 * 3_600_000, windowNoticeAt: now + 22 * 3_600_000, provenance: 'proven' as const,
      envelopeHash: '0'.repeat(64), envelopeBytes,
    };
    this.#ask('delivery', messageId, customer.businessId, [{ topic: 'parley.conversations.v1', key: conversationId, event }, this.#envelope(customer, messageId, 'business')]);
  }

  #message(customer: Customer, kind: Message['kind']): Message {
    const template = kind === 'template' ? { name: this.#random.pick(['shipping', 'shipping', 'unknown']), language: 'en', version: 1, hash: 'a'.repeat(64) } : null;
    return {
      ...customer, messageId: this.#nextId(), conversationId: conversationIdOf(customer.businessId, customer.contactId),
      lane: this.#random.chance(0.3) ? 'app' : 'api', kind, category: kind === 'template' ? 'utility' : 'service', template,
      requestedAt: this.world.scheduler.now, envelopeHash: '0'.repeat(64), envelopeBytes,
    };
  }

  /** To one customer, or to all of a business at once: what several partitions then ask of one budget. */
  #reply(customer: Customer): void {
    const all = this.#random.chance(0.2);
    for (const one of this.#customers) if (one === customer || (all && one.businessId === customer.businessId)) this.#replyTo(one);
  }

  #replyTo(customer: Customer): void {
    const message = this.#message(customer, 'free_form');
    this.#append(customer, message, { type: 'MessageRequested', message });
  }

  #notify(customer: Customer): void {
    const message = this.#message(customer, 'template');
    const sendAt = this.#random.chance(0.4) ? this.world.scheduler.now + this.#random.below(30 * 3_600_000) : null;
    const shapes = this.#random.chance(0.1) ? [] : parameters;
    this.#append(customer, message, { type: 'NotificationRequested', message, parameters: shapes, sendAt });
  }

  #append(customer: Customer, message: Message, event: Output['event']): void {
    const outputs: Output[] = [{ topic: 'parley.conversations.v1', key: message.conversationId, event }, this.#envelope(customer, message.messageId, 'contact')];
    this.#ask('ingest', message.messageId, customer.businessId, outputs);
  }

  /** A phone that has received a message says so: in any order, more than once, sometimes failing. */
  #receipt(): void {
    if (this.#sent.length === 0) return;
    const { businessId, contactId, conversationId, messageId } = this.#random.pick(this.#sent);
    const event = {
      type: 'ReceiptReported' as const, businessId, contactId, conversationId, messageId, by: 'contact' as const,
      status: this.#random.pick(['delivered', 'delivered', 'read', 'failed'] as const), deviceId: `d${this.requests.length}` as DeviceId, market: 'Germany', reportedAt: this.world.scheduler.now,
    };
    this.#ask('delivery', `receipt-${this.requests.length}`, businessId, [{ topic: 'parley.conversations.v1', key: conversationId, event }]);
  }

  #consent({ businessId, contactId }: Customer): void {
    const conversationId = conversationIdOf(businessId, contactId);
    const facts = { businessId, contactId, conversationId, categories: this.#random.pick([['utility'], ['utility', 'marketing']] as const), source: `simulation-${this.requests.length}` };
    const event = this.#random.chance(0.6) ? { ...facts, type: 'ConsentGranted' as const, proof: '' } : { ...facts, type: 'ConsentRevoked' as const };
    this.#ask('ingest', `consent-${this.requests.length}`, businessId, [{ topic: 'parley.conversations.v1', key: conversationId, event }]);
  }

  /** The operator corrects what an owner owes, in one of two months: one that may be billed by then, one that is not. */
  #adjust({ ownerId, businessId }: Customer): void {
    const adjustmentId = `adjustment-${this.requests.length}` as AdjustmentId;
    const event = {
      type: 'AdjustmentPosted' as const, adjustmentId, chargeId: null, ownerId, businessId, currency: 'USD', amount: BigInt(this.#random.below(30_000)) - 15_000n,
      reason: 'simulated', causedBy: adjustmentId, month: this.#random.pick(['2018-08', '2018-09', null]), market: 'Germany', pricingCategory: 'utility', tier: null, illustrative: false, correction: null,
    };
    this.#ask('billing', adjustmentId, '*', [{ topic: 'parley.ledger.v1', key: ownerId, event }]);
  }

  #changeCatalog(): void {
    const later = laterCatalogOutputs()[this.#catalogLater];
    this.#catalogLater += 1;
    if (later) this.#ask(later.service, `catalog-later-${this.#catalogLater}`, '*', [later.output]);
  }

  /** What phones receive: messages sent, as the log has them. */
  #watch(): void {
    for (let partition = 0; partition < this.world.log.partitions('parley.conversations.v1'); partition += 1) {
      const place = `${partition}`;
      const records = this.world.log.records('parley.conversations.v1', partition);
      for (const record of records.slice(this.#seen.get(place) ?? 0)) {
        if (this.world.codec.readMeta(record.value).type !== 'MessageSent') continue;
        const event = this.world.codec.decode(record.value);
        if (event.type === 'MessageSent') this.#sent.push(event.message);
      }
      this.#seen.set(place, records.length);
    }
  }
}
