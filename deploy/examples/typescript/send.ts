// Sends a template to one contact through Kafka, content sealed, and waits for what it came to and what it cost.
import { createHmac, randomUUID } from 'node:crypto';
import { BusinessDevice, type Content } from '@parley/sdk';
import { openFileStore } from '@parley/sdk/node';
import avro from 'avsc';
import kafkajs from 'kafkajs';

const { PARLEY_URL = '', PARLEY_API_KEY = '', PARLEY_SIGNING_SECRET = '', PARLEY_NUMBER = '', PARLEY_GATEWAY_URL = '', PARLEY_GATEWAY_TOKEN = '', DEVICE_FOLDER = './device', DEVICE_PASSPHRASE = '', CONTACT_PHONE = '', KAFKA_BROKERS = '' } = process.env;

interface Template {
  readonly name: string;
  readonly language: string;
  readonly version: number;
  readonly category: string;
  readonly hash: string;
}

const kafka = new kafkajs.Kafka({ clientId: 'example', brokers: KAFKA_BROKERS.split(','), logLevel: kafkajs.logLevel.ERROR });
const registry = `${PARLEY_URL}/ingest/registry`;

async function get<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${PARLEY_API_KEY}` } });
  if (!answer.ok) throw Object.assign(new Error(`GET ${url} answered ${answer.status}: ${await answer.text()}`), { status: answer.status });
  return (await answer.json()) as Answer;
}

/** Avro in the Confluent wire format: a zero byte, the schema's id in four bytes, the record. */
async function encode(subject: string, record: object): Promise<Buffer> {
  const { id, schema } = await get<{ id: number; schema: string }>(`${registry}/subjects/${subject}/versions/latest`);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, avro.Type.forSchema(JSON.parse(schema) as avro.Schema).toBuffer(record)]);
}

const types = new Map<number, Promise<avro.Type>>();

/** Reads by the id in the record, whichever version its writer had. */
async function decode(value: Buffer): Promise<{ name: string | undefined; record: Record<string, never> }> {
  const id = value.readUInt32BE(1);
  const known = types.get(id) ?? get<{ schema: string }>(`${registry}/schemas/ids/${id}`).then(({ schema }) => avro.Type.forSchema(JSON.parse(schema) as avro.Schema));
  types.set(id, known);
  const type = await known;
  return { name: type.name, record: type.fromBuffer(value.subarray(5)) as Record<string, never> };
}

/**
 * We are one of the business's devices: our keys and sessions lie in a folder, under a passphrase, and what contacts answer is sealed for us, too. The
 * device that made the business's list has to add us once: here that is its gateway.
 */
async function ownDevice(): Promise<BusinessDevice> {
  const device = new BusinessDevice({ baseUrl: PARLEY_URL, apiKey: PARLEY_API_KEY, store: await openFileStore({ folder: DEVICE_FOLDER, secret: DEVICE_PASSPHRASE }) });
  if (await device.register('example')) return device;
  const headers = { Authorization: `Bearer ${PARLEY_GATEWAY_TOKEN}`, 'Content-Type': 'application/json' };
  const added = await fetch(`${PARLEY_GATEWAY_URL}/v1/devices`, { method: 'POST', headers, body: JSON.stringify({ code: await device.linkCode() }) });
  if (!added.ok) throw new Error(`the gateway did not add us: ${await added.text()}`);
  if (!(await device.register('example'))) throw new Error('The business\'s list does not have this device.');
  return device;
}

/** Seals the message for every device of the contact, and publishes it. From here on only they can read it. */
async function publish(): Promise<{ requestId: string; messageId: string; conversationId: string }> {
  const device = await ownDevice();
  const { data: templates } = await get<{ data: Template[] }>(`${PARLEY_URL}/notifications/v1/templates`);
  const template = templates.find(({ name }) => name === 'shipping_confirmation');
  if (template === undefined) throw new Error('There is no template shipping_confirmation.');

  const requestId = randomUUID();
  const { name, language, version, hash, category } = template;
  const values = [{ kind: 'text', text: 'TS-1' }, { kind: 'text', text: 'Friday' }];
  const content: Content = { type: 'template', name, language, version, hash, parameters: [{ component: 'body', values }] };
  const { messageId, contactId, conversationId, envelope } = await device.seal(CONTACT_PHONE, content, { category });

  const value = await encode('parley.requests.v1-parley.v1.SendMessage', {
    meta: { eventId: randomUUID(), at: Date.now(), recordedAt: Date.now(), link: '', number: 0, cause: null, catalogOffset: 0 },
    authorization: null,
    requestId, // Publish the same request again under the same id as often as you like: it is sent once.
    messageId,
    numberId: PARLEY_NUMBER,
    contactId,
    kind: 'template',
    template: { name, language, parameters: [{ component: 'body', kinds: ['text', 'text'] }] },
    sendAt: null,
    envelope: Buffer.from(envelope),
  });
  const headers = { 'parley-key': PARLEY_API_KEY.split('_')[1], 'parley-signature': createHmac('sha256', PARLEY_SIGNING_SECRET).update(value).digest('hex') };
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: 'parley.requests.v1', acks: -1, messages: [{ key: conversationId, value, headers }] });
  await producer.disconnect();
  return { requestId, messageId, conversationId };
}

/** Asks until the contact's phone has it, or the request was rejected. */
async function outcomeOf({ requestId, messageId, conversationId }: Awaited<ReturnType<typeof publish>>): Promise<{ sent: boolean; said: string }> {
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    const { items } = await get<{ items: { requestId: string; code: string; fieldPath: string; hint: string }[] }>(`${PARLEY_URL}/ingest/v1/requests/rejected`);
    const rejected = items.find((item) => item.requestId === requestId);
    if (rejected !== undefined) return { sent: false, said: `rejected: ${rejected.code} ${rejected.fieldPath} ${rejected.hint}` };
    const message = await get<{ status: string }>(`${PARLEY_URL}/delivery/v1/conversations/${conversationId}/messages/${messageId}`).catch((error: { status?: number }) => {
      if (error.status === 404) return null; // Not decided yet.
      throw error;
    });
    if (message !== null && message.status !== 'sent') return { sent: true, said: message.status };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  // A record whose signature does not hold is nobody's: only the operator sees its rejection. POST /ingest/v1/check-record tells you beforehand.
  throw new Error('Nothing came of the request within 30 s. Is the signing secret that of the API key, and the phone switched on?');
}

/** Reads the ledger until the message's charge is there. The operator's systems may read this topic; a business asks GET /billing/v1/charges. */
async function chargeOf(messageId: string): Promise<string> {
  const consumer = kafka.consumer({ groupId: `example-${randomUUID()}`, maxWaitTimeInMs: 500 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'parley.ledger.v1', fromBeginning: true });
  const found = new Promise<string>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
      const { name, record } = await decode(message.value ?? Buffer.alloc(5));
      const charge = record as { message?: { messageId: string }; amount?: number; currency?: string; rule?: string };
      if (name === 'parley.v1.ChargePosted' && charge.message?.messageId === messageId) resolve(`${money(charge.amount ?? 0)} ${charge.currency} by ${charge.rule}`);
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  return found.finally(() => consumer.disconnect());
}

/** Amounts are whole millionths of the currency, so that no cent is lost on the way. */
function money(micros: number): string {
  return `${Math.trunc(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

const published = await publish();
console.log(`published ${published.requestId}`);
const outcome = await outcomeOf(published);
console.log(`outcome ${outcome.said}`);
if (outcome.sent) console.log(`charge ${await chargeOf(published.messageId)}`);
