// A process of its own that stands in for the platform: it takes what the gateway sends at once, and reads it as the customers' devices would.
import { fromBase64 } from '@parley/crypto';
import { answerAboutKeys, FakeKeyDirectory, TestEnd } from '@parley/sdk/testing';
import { createServer } from 'node:http';

const businessId = 'bakery';
const contacts = Number(process.argv[2]);
const directory = new FakeKeyDirectory();
/** By phone number. */
const devices = new Map();
/** What was taken, once per idempotency key. */
const taken = new Map();

async function answerTo(method, path, body, key) {
  const keys = await answerAboutKeys(directory, { method, path, body });
  if (keys !== null) return keys;
  const said = body === '' ? {} : JSON.parse(body);
  switch (`${method} ${path.split('?')[0]}`) {
    case 'POST /delivery/v1/business-devices':
      return { status: 201, body: { accountId: businessId, deviceId: 'gateway', listVersion: directory.listVersionOf(businessId) } };
    case 'POST /delivery/v1/directory/lookup': {
      const device = devices.get(said.phone);
      if (device === undefined) return { status: 404, body: { type: 'urn:parley:problem:not-found', title: 'Not found', status: 404, detail: 'Nobody has this number.' } };
      return { status: 200, body: { contactId: device.accountId, market: 'Germany', listVersion: directory.listVersionOf(device.accountId) } };
    }
    case 'GET /notifications/v1/templates':
      return { status: 200, body: { data: [] } };
    case 'GET /delivery/v1/inbox':
      await new Promise((resolve) => setTimeout(resolve, 5_000).unref());
      return { status: 200, body: { items: [], cursor: '0' } };
    case 'POST /ingest/v1/messages':
      if (!taken.has(key)) taken.set(key, said);
      return { status: 202, body: { messageId: said.messageId, conversationId: `${businessId}.${said.contactId}` } };
    default:
      return { status: 404, body: { type: 'urn:parley:problem:not-found', title: 'Not found', status: 404, detail: `The stand-in has no ${method} ${path}.` } };
  }
}

/** All that was taken, opened by whom it was for, in the order in which it came: how many texts there are, and how many different ones. */
async function read() {
  const texts = new Set();
  for (const { contactId, messageId, envelope } of taken.values()) {
    const device = [...devices.values()].find(({ accountId }) => accountId === contactId);
    const { content } = await device.open(businessId, messageId, fromBase64(envelope));
    texts.add(content.body);
  }
  return { messages: taken.size, texts: texts.size };
}

for (let index = 0; index < contacts; index += 1) {
  const device = new TestEnd(`c${index}`, `phone-${index}`, directory, { now: Date.now });
  await device.start();
  devices.set(`4917139${20_200 + index}`, device);
}
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    answerTo(request.method, request.url, Buffer.concat(chunks).toString(), request.headers['idempotency-key']).then(
      ({ status, body }) => response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' }).end(JSON.stringify(body)),
      (error) => process.send({ error: String(error.stack ?? error) }),
    );
  });
});
process.on('message', () => {
  read().then((found) => process.send({ read: found }), (error) => process.send({ error: String(error.stack ?? error) }));
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, phones: [...devices.keys()], businessId }));
