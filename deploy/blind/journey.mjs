// What happens in the run: every type of content, and every way in which something goes wrong with it. Resolves to cases: name → null, or what is wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaLog } from '@parley/bus-kafka';
import { TOPICS } from '@parley/contracts';
import { cast } from '@parley/platform';
import { bundledPolicies } from '@parley/rating';
import { Device, MemoryStore } from '@parley/sdk';
import { addressed, gatewayMistakes, strays, templateMessage, textMessage, travel } from '@parley/testing/secrecy';
import { gateway, integrator, secrets } from '../cluster/settings.mjs';

const arriveMs = 30_000;
const requests = 'parley.requests.v1';

/** Words that somebody said to the platform in clear: they go through its memory, whatever it does. All other words must not even be there. */
export const inClear = (name) => name.startsWith('in clear: ');

/** The word that an integrator publishes unsealed: it lies on the topic of requests, where its publisher put it, until the topic's time is over. */
export const published = 'in clear: on the topic of requests';

const hasFailed = (ends, code) => ends.until(() => new RegExp(`"status":"failed".*?"code":${code}`).test(ends.webhooks()));
const wrong = (isSo, what) => (isSo ? null : what);

/** Before the contact has written, nobody may write to it. */
async function refusedWithoutConsent({ ends }, word) {
  const { status, body } = await ends.post(addressed(ends, textMessage(word('without consent'))));
  if (status !== 200) return wrong(/131047|131026/.test(body), `the gateway answered ${status}: ${body}`);
  return wrong(await ends.until(() => ends.webhooks().includes('"status":"failed"')), `no webhook says that it was refused: ${ends.webhooks()}`);
}

async function travels({ ends }, word) {
  const missing = await travel(ends, word, arriveMs, sleep);
  return wrong(missing.length === 0, `did not arrive: ${missing.join(', ')}`);
}

async function mistakes({ ends }, word) {
  const faults = [];
  for (const { name, make, outcome } of gatewayMistakes) {
    const said = await make(ends, word(`mistake: ${name}`));
    if (!outcome.test(said)) faults.push(`${name} came to ${said.slice(0, 300)}, not ${outcome}`);
    if (said.includes(word(`mistake: ${name}`))) faults.push(`${name} is answered with the word itself: ${said.slice(0, 300)}`);
  }
  return wrong(faults.length === 0, faults.join('; '));
}

async function inTheClear({ ask, business }, word) {
  const faults = [];
  for (const { name, path, status, request } of strays) {
    const answer = await ask(path, request(word(`in clear: ${name}`), business.apiKey));
    if (answer.status !== status) faults.push(`${name} was answered ${answer.status}, not ${status}: ${answer.body.slice(0, 300)}`);
  }
  return wrong(faults.length === 0, faults.join('; '));
}

async function unreadableOnPhone({ ends, wires }, word) {
  wires.gateway.spoilNext();
  const { status, body } = await ends.post(addressed(ends, textMessage(word('changed on its way to the phone'))));
  if (status !== 200) return `the gateway answered ${status}: ${body}`;
  return wrong(await ends.until(async () => (await ends.history()).some(({ state }) => state === 'unreadable')), 'the phone has nothing that it could not read');
}

async function unreadableAtBusiness({ ends, wires }, word) {
  wires.phone.spoilNext();
  await ends.phone.write(`+${ends.businessNumber}`, word('changed on its way to the business'));
  return wrong(await ends.until(() => ends.webhooks().includes('could not be opened')), `no webhook says that it could not be opened: ${ends.webhooks().slice(-1_000)}`);
}

/** A second phone of the same person: what was sealed for the first alone is answered 409 and sealed anew. */
async function staleDevices({ ends, business, wires }, word) {
  const second = new Device({ baseUrl: wires.phone.address, store: new MemoryStore() });
  await second.register(`+${ends.contactNumber}`, business.code, word('name on the second phone'));
  await ends.phone.addDevice(await second.linkCode());
  if (!(await second.isListed())) return 'the second phone is not listed';
  await ends.post(addressed(ends, textMessage(word('for two phones'))));
  const has = async (device) => {
    await device.sync();
    return (await device.history()).some(({ text }) => text === word('for two phones'));
  };
  return wrong(await ends.until(async () => (await has(ends.phone)) && (await has(second))), 'it did not reach both phones');
}

async function overBudget({ ends, operator }, word) {
  const budget = { ownerId: cast.business.ownerId, currency: cast.business.currency, zone: cast.business.zone, hard: true };
  const set = await operator('/ingest/v1/budgets', 'blind-cap', { ...budget, cap: '0.000001' });
  if (set.status !== 201) return `the budget was answered ${set.status}: ${set.body}`;
  const refused = async () => {
    await ends.post(addressed(ends, templateMessage(ends, [word('over budget'), 'Friday'])));
    return hasFailed(ends, 131042);
  };
  const isRefused = await refused();
  await operator('/ingest/v1/budgets', 'blind-no-cap', { ...budget, cap: 'none' });
  return wrong(isRefused, `no webhook says that it is over budget: ${ends.webhooks().slice(-1_000)}`);
}

/** An integrator publishes a request that is no request, unsealed. */
async function rejectedRequest({ cluster, ask, operatorKey, secret }, word) {
  const user = { username: integrator, password: secret(secrets.service(integrator)) };
  const log = await KafkaLog.open(cluster.broker.connection(user), { topics: [{ name: requests, partitions: TOPICS[requests].partitions.embedded }], clock: Date.now });
  const bytes = Buffer.from(JSON.stringify({ text: word(published) }));
  await log.append({ topic: requests, partition: 0, records: [{ key: word(published), value: bytes, headers: new Map([['parley-key', Buffer.from(word(published))]]) }] }).finally(() => log.close());
  for (const deadline = Date.now() + arriveMs; Date.now() < deadline; await sleep(300)) {
    const { body } = await ask('/ingest/v1/requests/rejected', { headers: { Authorization: `Bearer ${operatorKey}` } });
    if (JSON.parse(body).items?.length > 0) return null;
  }
  return 'it was not told as rejected';
}

/** Every process of the platform is killed while messages are under way. */
async function killed({ ends, cluster }, word) {
  await ends.phone.write(`+${ends.businessNumber}`, word('before the platform is killed'));
  if (!(await ends.until(() => ends.webhooks().includes(word('before the platform is killed'))))) return 'the contact’s first message did not arrive';
  const names = Array.from({ length: 3 }, (_, index) => `while the platform is killed ${index}`);
  const platform = cluster.processes.filter(({ name }) => name !== gateway.name);
  for (const name of names) {
    const { status, body } = await ends.post(addressed(ends, textMessage(word(name))));
    if (status !== 200) return `the gateway answered ${status}: ${body}`;
    if (name === names[0]) for (const process of platform) process.signal('SIGKILL');
  }
  const arrived = () => ends.history().then((all) => names.every((name) => all.some(({ text }) => text === word(name))), () => false);
  if (!(await ends.until(arrived, 90_000))) return 'not all arrived';
  const up = (process) => fetch(`${process.address}/${process.options.service}/health/ready`).then((answer) => answer.ok, () => false);
  return wrong(await ends.until(async () => (await Promise.all(platform.map(up))).every(Boolean), 60_000), 'not every process came back');
}

/** Somebody who agreed to be written to and never wrote: no window is open, and the rules of this business's price list refuse a late reply. */
async function outsideTheWindow({ ends, ask, operator, business, wires }, word) {
  const other = new Device({ baseUrl: wires.phone.address, store: new MemoryStore() });
  const { contactId } = await other.register('+491713920044', business.code, word('name of who never wrote'));
  const [{ type: _, document, ...policy }] = bundledPolicies();
  const today = new Date().toLocaleDateString('sv', { timeZone: cast.business.zone });
  const rules = { ...policy, policyId: 'blind', version: 1, effectiveFrom: today, document: { ...JSON.parse(document), lateReply: { api: 'reject', app: 'reject' } } };
  const made = await operator('/billing/v1/policies', 'blind-policy', rules);
  if (made.status !== 201) return `the rules were answered ${made.status}: ${made.body}`;
  const headers = { Authorization: `Bearer ${business.apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'blind-consent' };
  const consent = { contactId, action: 'grant', categories: ['service'], source: 'a form', proof: 'signed' };
  const granted = await ask('/ingest/v1/consents', { method: 'POST', headers, body: JSON.stringify(consent) });
  if (granted.status !== 202) return `the consent was answered ${granted.status}: ${granted.body}`;
  const { status, body } = await ends.post(addressed({ contactNumber: '491713920044' }, textMessage(word('outside the window'))));
  if (status !== 200) return `the gateway answered ${status}: ${body}`;
  return wrong(await hasFailed(ends, 131047), `no webhook says that the window is closed: ${ends.webhooks().slice(-1_000)}`);
}

async function afterStop({ ends }, word) {
  const before = ends.webhooks().length;
  await ends.phone.stop(`+${ends.businessNumber}`);
  const { status, body } = await ends.post(addressed(ends, textMessage(word('after STOP'))));
  if (status !== 200) return wrong(status === 400, `the gateway answered ${status}: ${body}`);
  return wrong(await ends.until(() => ends.webhooks().slice(before).includes('"status":"failed"')), 'no webhook says that it was refused');
}

/** In this order: the first needs a contact who has not written yet, the second rules that hold before anything is delivered; what comes after the kill is what the processes' memory can tell of; the last leaves one who wants to hear no more. */
export const cases = {
  'a message to who has not written is refused': refusedWithoutConsent,
  'a message outside the window is refused': outsideTheWindow,
  'the platform is killed, and goes on': killed,
  'every type of content arrives, both ways': travels,
  'what the business’s software does wrong is refused at the gateway': mistakes,
  'what is said to the platform in clear is refused': inTheClear,
  'a changed envelope cannot be read on the phone': unreadableOnPhone,
  'a changed envelope cannot be read at the business': unreadableAtBusiness,
  'a second phone makes the list of devices stale': staleDevices,
  'a message over budget is refused': overBudget,
  'a request on the topic is rejected': rejectedRequest,
  'a message after STOP is refused': afterStop,
};
