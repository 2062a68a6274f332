// Leaks, one for each kind of sink: a built file is changed as a process loads it. The words then go their way, and the scan has to find each where its leak put it.
import { addressed, planted, textMessage } from '@parley/testing/secrecy';

const filter = 'libs/service/dist/http/problem-filter.js';
const refusing = "if (problem.kind === 'internal')";

/** A service that does something with the address of a request that it refuses. */
const refused = (code) => ({ file: filter, find: refusing, replace: `${code}; ${refusing}` });
const asks = (service) => ({ ask }, word) => ask(`/${service}/v1/none?text=${word}`);

/**
 * `process`: whose build has the leak. `send`: brings the word there. `found`: the kinds of sinks that hold it then, and no others but `passing`: those that may have let it go by
 * the time they are looked at, such as memory, through which goes every word that a process was told in clear.
 */
export const plants = [
  { name: 'log', process: 'windows-1', plant: refused('this.logger.warn(request.originalUrl)'), send: asks('windows'), found: ['log'] },
  // A label is a string that the process holds for ever.
  { name: 'metric', process: 'ingest-1', plant: { file: 'libs/service/dist/http/traffic.js', find: 'request.method, routeOf(request),', replace: 'request.method, request.originalUrl,' }, send: asks('ingest'), found: ['heap', 'metric'] },
  { name: 'heap', process: 'billing-1', plant: refused('(globalThis.refused ??= []).push({ path: request.originalUrl })'), send: asks('billing'), found: ['heap'] },
  { name: 'memory', process: 'notifications-1', plant: refused("(globalThis.refused ??= []).push(Buffer.from(Buffer.from(request.originalUrl).toString('base64')))"), send: asks('notifications'), found: ['memory'] },
  {
    name: 'file', process: 'delivery-1', send: asks('delivery'), found: ['file'],
    plant: refused("process.getBuiltinModule('node:fs').writeFileSync(`${process.env.TMPDIR}/refused.gz`, process.getBuiltinModule('node:zlib').gzipSync(request.originalUrl))"),
  },
  // The gateway, which is the only one that knows a text, says it where the platform takes any word: as a key that it stores, and as the reason of an opt-out.
  {
    name: 'table', process: 'gateway', found: ['file', 'table', 'traffic'],
    plant: { file: 'apps/gateway/dist/outbox/sender.js', find: 'const call = { id: wireId,', replace: "const call = { id: request.body?.includes('plantedtable') ? request.body : wireId," },
    send: async ({ ends }, word) => {
      await ends.phone.write(`+${ends.businessNumber}`, 'Hello');
      await ends.until(() => ends.webhooks().includes('Hello'));
      await ends.post(addressed(ends, textMessage(word)));
      await ends.until(async () => (await ends.history()).some(({ text }) => text === word));
    },
  },
  {
    // A lane's row holds its last output, and a fold may keep what it read.
    name: 'topic', process: 'gateway', found: ['file', 'topic', 'traffic'], passing: ['heap', 'table'],
    plant: {
      file: 'apps/gateway/dist/inbox/reception.js',
      find: '...(saysStop(received) ? [this.optOut(item, wireId)]',
      replace: `...(JSON.stringify(received).includes('plantedtopic') ? [this.optOut(item, wireId)].map((fact) => ({ ...fact, call: { ...fact.call, body: JSON.stringify({ ...JSON.parse(fact.call.body), source: received.saying.text.body }) } }))`,
    },
    send: async ({ ends }, word) => {
      await ends.phone.write(`+${ends.businessNumber}`, word);
      await ends.until(() => ends.webhooks().includes(word));
    },
  },
];

/** process → arguments for Node. */
export function plantedArguments() {
  const names = [...new Set(plants.map(({ process }) => process))];
  return Object.fromEntries(names.map((name) => [name, plants.filter(({ process }) => process === name).flatMap(({ plant }) => planted(plant))]));
}
