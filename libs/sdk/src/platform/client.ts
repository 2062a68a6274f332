import type { Category, ConsentAction, ReceiptStatus } from '@parley/contracts';
import { toBase64, type TemplateText } from '@parley/crypto';
import { downloadFile } from '../attachment/download.js';
import type { FileSource, SealedSource } from '../attachment/source.js';
import type { TransferOptions } from '../attachment/transfer.js';
import { uploadFile, uploadSealed } from '../attachment/upload.js';
import type { AttachedFile } from '../content/kinds/media.js';
import { acceptedOf, answerOf, numberOf, orNull, templateOf } from './answers.js';
import type { Accepted, BusinessNumber, LookedUpContact, Registered, RegisteredBusinessDevice } from './answers.js';
import type { KeyDirectory } from '../end/directory.js';
import { HttpKeyDirectory } from './key-directory.js';
import { pageOf, type EntryPoint, type InboxPage } from './inbox.js';
import { Transport, type TransportOptions } from './transport.js';

/** A write as it goes over the wire: stored before it is sent, and repeated with the same bytes and key. */
export type StoredCall = { readonly path: string; readonly body: string; readonly idempotencyKey: string };

export type InboundBody = { readonly numberId: string; readonly messageId: string; readonly envelope: Uint8Array; readonly entryPoint?: EntryPoint };
export type Receipt = { readonly conversationId: string; readonly messageId: string; readonly status: ReceiptStatus; readonly at: number };
export type ConsentBody = { readonly numberId: string; readonly action: ConsentAction; readonly categories?: readonly Category[] };
export type InboxRequest = {
  /** Where the last page ended; null to start at the beginning. */
  readonly cursor: string | null;
  readonly limit?: number;
  /** How long the platform may wait for something to come, in seconds. */
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
  /** A business's device, that gets its own part of each envelope; a customer's is known by its token. */
  readonly deviceId?: string;
};

/** What a device is registered by: an Ed25519 and an X25519 key, base64. */
export type PublicKeys = { readonly signingKey: string; readonly agreementKey: string };

/** A contact's message for delivery. */
export function inboundCall({ numberId, messageId, envelope, entryPoint }: InboundBody, idempotencyKey: string): StoredCall {
  const body = { numberId, messageId, envelope: toBase64(envelope), ...(entryPoint === undefined ? {} : { entryPoint }) };
  return { path: '/delivery/v1/inbound', body: JSON.stringify(body), idempotencyKey };
}

/** What became of received messages on this device. */
export function receiptsCall(receipts: readonly Receipt[], idempotencyKey: string): StoredCall {
  const body = { receipts: receipts.map((receipt) => ({ ...receipt, at: new Date(receipt.at).toISOString() })) };
  return { path: '/delivery/v1/receipts', body: JSON.stringify(body), idempotencyKey };
}

/** STOP, or its taking back. */
export function consentCall({ numberId, action, categories }: ConsentBody, idempotencyKey: string): StoredCall {
  const body = { numberId, action, ...(categories === undefined ? {} : { categories }) };
  return { path: '/delivery/v1/consents', body: JSON.stringify(body), idempotencyKey };
}

/**
 * The platform's HTTP, typed. Every method throws PlatformError. Calls are repeated on faults that may pass, a bounded number of times and under
 * one Idempotency-Key; what is not answered even so may or may not have been done, and is safe to send again under that key.
 */
export class PlatformClient {
  private readonly transport: Transport;

  constructor(options: TransportOptions | Transport) {
    this.transport = options instanceof Transport ? options : new Transport(options);
  }

  withToken(token: string): PlatformClient {
    return new PlatformClient(this.transport.withToken(token));
  }

  /** Any other GET; the answer's JSON, unchecked. */
  get(path: string): Promise<unknown> {
    return this.transport.send({ method: 'GET', path, repeatable: true });
  }

  /** Sends a stored write; the answer's JSON, unchecked. */
  send({ path, body, idempotencyKey }: StoredCall): Promise<unknown> {
    return this.transport.send({ method: 'POST', path, body, idempotencyKey, repeatable: true });
  }

  /** Keys of the ends, to seal for. */
  keys(): KeyDirectory {
    return new HttpKeyDirectory(this.transport);
  }

  /** Registers a customer's device by its public keys, base64. The same signing key is the same device, and gets a new token. */
  async registerDevice(device: PublicKeys & { readonly phone: string; readonly code: string; readonly name: string }, idempotencyKey: string): Promise<Registered> {
    const { phone, code, name, signingKey, agreementKey } = device;
    const answer = await this.send({ path: '/delivery/v1/devices', body: JSON.stringify({ phone, code, name, signingKey, agreementKey }), idempotencyKey });
    return answerOf(answer, (fields) => ({ contactId: fields.text('contactId'), deviceId: fields.text('deviceId'), token: fields.text('token'), listVersion: fields.whole('listVersion') }));
  }

  /** Makes the holder of these keys one of the business's devices. Needs the scope devices:write. */
  async registerBusinessDevice({ name, signingKey, agreementKey }: PublicKeys & { readonly name: string }, idempotencyKey: string): Promise<RegisteredBusinessDevice> {
    const answer = await this.send({ path: '/delivery/v1/business-devices', body: JSON.stringify({ name, signingKey, agreementKey }), idempotencyKey });
    return answerOf(answer, (fields) => ({ accountId: fields.text('accountId'), deviceId: fields.text('deviceId'), listVersion: fields.whole('listVersion') }));
  }

  /** The contact of a phone number, or null where nobody registered it. Needs the scope directory:read. */
  async lookUp(phone: string): Promise<LookedUpContact | null> {
    const call = { method: 'POST', path: '/delivery/v1/directory/lookup', body: JSON.stringify({ phone }), repeatable: true } as const;
    return await orNull(this.transport.send(call), (fields) => ({ contactId: fields.text('contactId'), market: fields.text('market'), listVersion: fields.whole('listVersion') }));
  }

  /** A business's number by its phone digits, or null. */
  async numberByPhone(digits: string): Promise<BusinessNumber | null> {
    return await orNull(this.get(`/delivery/v1/numbers/${encodeURIComponent(digits)}`), numberOf);
  }

  /** A business's number by its id, for one who was written to first; null where there is none. */
  async numberById(numberId: string): Promise<BusinessNumber | null> {
    return await orNull(this.get(`/delivery/v1/numbers/by-id/${encodeURIComponent(numberId)}`), numberOf);
  }

  /** A template's approved text, unchecked: compare its hash. Null where there is none. */
  async template(businessId: string, hash: string): Promise<TemplateText | null> {
    return await orNull(this.get(`/delivery/v1/templates/${encodeURIComponent(businessId)}/${encodeURIComponent(hash)}`), templateOf);
  }

  async sendInbound(body: InboundBody, idempotencyKey: string): Promise<Accepted> {
    return answerOf(await this.send(inboundCall(body, idempotencyKey)), acceptedOf);
  }

  async sendReceipts(receipts: readonly Receipt[], idempotencyKey: string): Promise<void> {
    await this.send(receiptsCall(receipts, idempotencyKey));
  }

  async changeConsent(body: ConsentBody, idempotencyKey: string): Promise<void> {
    await this.send(consentCall(body, idempotencyKey));
  }

  /** Seals a file and leaves it with the platform: `uploadFile`. API keys need messages:send. */
  attach(file: FileSource, options: TransferOptions = {}): Promise<AttachedFile> {
    return uploadFile(this.transport, file, this.transport.random, options);
  }

  /** Leaves bytes that are sealed already; resolves to the attachment's id. */
  leave(sealed: SealedSource, options: TransferOptions = {}): Promise<string> {
    return uploadSealed(this.transport, sealed, options);
  }

  /** The plain bytes of an attached file, checked: `downloadFile`. API keys need inbox:read. */
  open(file: AttachedFile, options: TransferOptions = {}): AsyncGenerator<Uint8Array> {
    return downloadFile(this.transport, file, options);
  }

  /** What has happened since the cursor. With `waitSeconds` the platform holds the answer back until there is something, or the time is over. */
  async inbox({ cursor, limit = 100, waitSeconds = 0, signal, deviceId }: InboxRequest): Promise<InboxPage> {
    const query = new URLSearchParams({ limit: String(limit), wait: String(Math.ceil(waitSeconds)), ...(cursor === null ? {} : { cursor }), ...(deviceId === undefined ? {} : { deviceId }) });
    return pageOf(await this.transport.send({ method: 'GET', path: `/delivery/v1/inbox?${query}`, repeatable: true, waitMs: waitSeconds * 1000, signal }));
  }
}
