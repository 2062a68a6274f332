// libs/contracts/asyncapi.json: every topic as AsyncAPI 3, from the schemas, topics.json and the topologies. `--check` fails where the file says another thing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

const file = 'libs/contracts/asyncapi.json';
const load = (path) => import(join(root, path));

const { ID_PATTERNS, SUBJECTS, TOPICS } = await load('libs/contracts/dist/index.js');
const { compose } = await load('libs/contracts/generator/compose.mjs');
const { readSources } = await load('libs/contracts/generator/source.mjs');
const domain = await load('libs/domain/dist/index.js');
const { services: withLanes } = await load('apps/cli/dist/lanes/services.js');
const { topicConfig } = await load('libs/bus-kafka/dist/index.js');

const source = readSources(join(root, 'libs/contracts'));
const topologies = Object.entries(domain).filter(([name]) => name.endsWith('Topology')).map(([, topology]) => topology);
const services = ['ingest', 'notifications', 'windows', 'delivery', 'billing'];
const kafkaBinding = { bindingVersion: '0.5.0' };

const textOf = (pattern, description) => ({ type: 'string', pattern: pattern.source, description });
const keyForms = {
  conversation: textOf(ID_PATTERNS.Conversation, 'The conversation: business id, a dot, contact id.'),
  owner: textOf(ID_PATTERNS.Owner, 'The owner that pays.'),
  tenant: { type: 'string', description: 'The business that asked; `unattributed` where no signature says which.' },
  subject: { type: 'string', description: 'The id of what is registered or published: a business, a number, a policy, a rate card.' },
};
const requestHeaders = {
  'parley-key': { type: 'string', description: 'The id of the API key that signs.' },
  'parley-signature': { type: 'string', pattern: '^[0-9a-f]{64}$', description: "HMAC-SHA-256 of the value's bytes under the key's signing secret, in lower-case hex." },
};
const cloudEventHeaders = {
  ce_specversion: { type: 'string', const: '1.0' },
  ce_id: { type: 'string', description: 'The event id.' },
  ce_source: { type: 'string', description: 'Who wrote it.' },
  ce_type: { type: 'string', description: 'The full name of the record, such as parley.v1.SendMessage.' },
  ce_time: { type: 'string', format: 'date-time', description: 'Event time.' },
  'content-type': { type: 'string', const: 'avro/binary' },
};

/** `parley.requests.rejected.v1` → `requestsRejected`. */
const channelOf = (topic) => topic.replace(/^parley\./, '').replace(/\.v\d+$/, '').replace(/\.(\w)/g, (_, letter) => letter.toUpperCase());
const docOf = (event) => source.events.get(event).schema.doc;
const refTo = (...path) => ({ $ref: `#/${path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}` });

function headersOf(topic) {
  if (topic.name === 'parley.requests.v1') return { ...requestHeaders, ...cloudEventHeaders };
  return topic.name === 'parley.requests.rejected.v1' ? cloudEventHeaders : null;
}

function messageOf(topic, event) {
  const { versions } = SUBJECTS.find((subject) => subject.topic === topic.name && subject.event === event);
  const { id, version } = versions.at(-1);
  const headers = headersOf(topic);
  const required = headers && Object.keys(headers).filter((name) => name in requestHeaders);
  return {
    name: event,
    title: event,
    summary: docOf(event),
    contentType: 'avro/binary',
    ...(headers ? { headers: { type: 'object', properties: headers, ...(required.length > 0 ? { required } : {}) } } : {}),
    payload: refTo('components', 'schemas', event),
    bindings: { kafka: { key: keyForms[topic.key], schemaIdLocation: 'payload', schemaIdPayloadEncoding: 'confluent', schemaLookupStrategy: 'TopicRecordNameStrategy', ...kafkaBinding } },
    'x-parley-schema': { id, version, subject: SUBJECTS.find((subject) => subject.topic === topic.name && subject.event === event).name },
  };
}

function channel(topic) {
  const events = Object.keys(topic.writers);
  const { 'cleanup.policy': cleanup, ...settings } = topicConfig(topic, 3);
  const numbers = ['retention.ms', 'retention.bytes', 'max.message.bytes'].map((name) => [name, Number(settings[name])]);
  const configuration = { 'cleanup.policy': [cleanup], ...Object.fromEntries(numbers) };
  return {
    address: topic.name,
    title: topic.name,
    description: `Keyed by ${topic.key}. ${topic.retentionMs === null ? 'Kept for ever' : `Kept ${topic.retentionMs / 86_400_000} days`}. ${topic.linked ? 'Records are numbered per writer, without holes.' : 'No order is promised between writers.'} In one process it has ${topic.partitions.embedded} partitions, on Kafka ${topic.partitions.cluster}.`,
    servers: [refTo('servers', 'kafka')],
    messages: Object.fromEntries(events.map((event) => [event, messageOf(topic, event)])),
    bindings: { kafka: { topic: topic.name, partitions: topic.partitions.cluster, topicConfiguration: configuration, ...kafkaBinding } },
  };
}

/** Who writes: [writer, topic, events]. A writer is a service's lanes, its HTTP side, or integrators. */
function writes() {
  return Object.values(TOPICS).flatMap((topic) => {
    const writers = [...new Set(Object.values(topic.writers).flat())];
    return writers.map((writer) => [writer, topic, Object.keys(topic.writers).filter((event) => topic.writers[event].includes(writer))]);
  });
}

/** Who reads: the topologies; every service the catalog; ingest what integrators ask, and they what was rejected. */
function reads() {
  const lanes = topologies.map(({ name, source: topic, folds }) => [serviceOf(name), TOPICS[topic], folds, name]);
  const catalog = TOPICS['parley.catalog.v1'];
  const [requests, rejected] = [TOPICS['parley.requests.v1'], TOPICS['parley.requests.rejected.v1']];
  return [
    ...lanes.sort(([, , , a], [, , , b]) => (a < b ? -1 : 1)),
    ...services.map((service) => [service, catalog, Object.keys(catalog.writers), 'catalog']),
    ['ingest', requests, Object.keys(requests.writers), 'requests'],
    ['integrator', rejected, Object.keys(rejected.writers), 'outcome'],
  ];
}

const serviceOf = (name) => withLanes.find(({ topologies: own }) => own.some((topology) => topology.name === name)).name;

function operation(action, party, topic, events, summary) {
  const name = channelOf(topic.name);
  return {
    action,
    channel: refTo('channels', name),
    title: `${party} ${action}s on ${topic.name}`,
    summary,
    tags: [{ name: party.split('/')[0] }],
    messages: events.filter((event) => event in topic.writers).map((event) => refTo('channels', name, 'messages', event)),
  };
}

function operations() {
  const sends = writes().map(([writer, topic, events]) => {
    const [party, over] = writer.split('/');
    const summary = writer === 'integrator' ? 'Software of businesses asks.' : over === 'http' ? `The service ${party} appends what came over HTTP.` : `The service ${party} appends what its lanes ${over ? `(${over}) ` : ''}decide.`;
    return [`${writer.replace('/', '_')}_sends_${channelOf(topic.name)}`, operation('send', writer, topic, events, summary)];
  });
  const receives = reads().map(([party, topic, events, as]) => {
    const summary = party === 'integrator' ? 'Software of a business learns what was not taken, where the operator lets it read the topic; else by GET /ingest/v1/requests/rejected.' : `The service ${party} reads it (${as}).`;
    return [`${party}_reads_${channelOf(topic.name)}_as_${as}`, operation('receive', party, topic, events, summary)];
  });
  return Object.fromEntries([...sends, ...receives]);
}

const about = `Every topic of Parley: what lies on it, who writes it, who reads it.

Values are Avro in the Confluent wire format: a zero byte, the schema id in four bytes (big-endian), the record. The registry under /ingest/registry answers Confluent's clients.
Operations are said from where each party stands; the tag names the party. The rules for publishing are in libs/contracts/RULES.md.`;

const scram = (sha) => ({ type: `scramSha${sha}`, description: 'SASL over TLS; PARLEY_KAFKA_MECHANISM says which mechanism.' });

function asyncapi() {
  return {
    asyncapi: '3.0.0',
    id: 'urn:parley:topics',
    info: { title: 'Parley topics', version: '1', description: about, license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' } },
    defaultContentType: 'avro/binary',
    servers: {
      kafka: {
        host: '{broker}',
        protocol: 'kafka-secure',
        description: 'The broker of the installation (PARLEY_KAFKA).',
        variables: { broker: { default: 'localhost:9092', description: 'host:port of a broker' } },
        security: [refTo('components', 'securitySchemes', 'scramSha512'), refTo('components', 'securitySchemes', 'scramSha256')],
        bindings: { kafka: { schemaRegistryUrl: 'http://localhost:8080/ingest/registry', schemaRegistryVendor: 'confluent', ...kafkaBinding } },
      },
    },
    channels: Object.fromEntries(Object.values(TOPICS).map((topic) => [channelOf(topic.name), channel(topic)])),
    operations: operations(),
    components: {
      schemas: Object.fromEntries([...source.events.keys()].sort().map((event) => [event, { schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0', schema: compose(event, source, { docs: true }) }])),
      securitySchemes: { scramSha512: scram('512'), scramSha256: scram('256') },
    },
  };
}

const text = `${JSON.stringify(asyncapi(), null, 1)}\n`;
const path = join(root, file);
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
  console.error(`${file} is stale. Run: node deploy/asyncapi.mjs`);
  process.exitCode = 1;
}
