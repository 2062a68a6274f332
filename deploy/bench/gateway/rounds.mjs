// `npm run bench -- --gateway`: requests a second that the gateway answers, and how long one takes.
import { randomBytes } from 'node:crypto';
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { watch } from '@parley/testing/servers';
import { root } from '../../bootstrap.mjs';
import { freePort } from '../../cluster/ports.mjs';
import { ServiceProcess, surroundings } from '../../cluster/process.mjs';
import { count } from '../count.mjs';
import { canMeasure, Watch } from '../processes.mjs';
import { folder, machine, median, progress, say, table } from '../table.mjs';

const host = '127.0.0.1';
const gateway = join(root, 'apps/gateway/dist/main.js');
const standIn = fileURLToPath(new URL('./platform.mjs', import.meta.url));
const [wabaId, phoneNumberId] = ['102290129340398', '106540352242922'];

const help = `The gateway as a process of its own, between software that sends texts by the Cloud API and a stand-in for the platform, which takes each
at once. A request is answered when its sealed message is on disk and taken. First as many as there is room for, then at a steady pace.
All that was taken is opened by the customers' devices at the end: each text once, or the run ends. Medians of rounds.

  npm run bench -- --gateway                  about two minutes
  npm run bench -- --gateway --rounds 1       fewer rounds (3; 1 to 9)
  npm run bench -- --gateway --messages 20k   of each phase (5k; 500 to 100k)
  npm run bench -- --gateway --width 64       requests at once in the first phase (32; 1 to 512)
  npm run bench -- --gateway --rate 100       requests a second of the second phase (half of what the first reached)
  npm run bench -- --gateway --contacts 256   customers that they go to (64; 1 to 1k)
  npm run bench -- --gateway --json           the result as JSON on stdout

Results are kept in node_modules/.cache/parley/bench/.`;

/** The stand-in: { port, phones, businessId, read() }. */
async function startStandIn(contacts) {
  const child = fork(standIn, [String(contacts)], { env: surroundings() });
  const answer = async () => {
    const [said] = await once(child, 'message');
    if (said.error) throw new Error(`the stand-in for the platform failed: ${said.error}`);
    return said;
  };
  const { port, phones, businessId } = await answer();
  const read = async () => {
    child.send('read');
    return (await answer()).read;
  };
  return { url: `http://${host}:${port}`, phones, businessId, read, stop: () => child.disconnect() };
}

/** A new gateway on a folder of its own. */
async function startGateway(work, { url, businessId }) {
  const keyFile = join(work, 'key');
  const setupFile = join(work, 'business.json');
  writeFileSync(keyFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  writeFileSync(setupFile, JSON.stringify({ wabaId, businessId, name: 'Bakery', apiKey: 'pk_bench', numbers: [{ phoneNumberId, numberId: 'n1', displayPhoneNumber: '+49 30 901820', verifiedName: 'Bakery' }] }));
  const port = await freePort();
  const environment = {
    PARLEY_GATEWAY_FOLDER: join(work, 'gateway'), PARLEY_GATEWAY_KEY_FILE: keyFile, PARLEY_GATEWAY_PLATFORM_URL: url, PARLEY_HOST: host, PARLEY_PORT: String(port),
    PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0', PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_REQUESTS_PER_SECOND: '0', PARLEY_GATEWAY_ACCOUNT_REQUESTS_PER_HOUR: '0',
  };
  const said = execFileSync(process.execPath, [gateway, 'setup', setupFile], { env: { ...surroundings(), ...environment }, encoding: 'utf8' });
  const token = /^ +token +(\S+)$/m.exec(said)[1];
  const address = `http://${host}:${port}`;
  const child = new ServiceProcess({ name: 'gateway', service: 'gateway', watch, address, logFile: join(work, 'gateway.log'), args: [gateway], environment, restarts: false, on: () => undefined });
  await child.start();
  return { child, token, address };
}

/** What it sends; resolves to milliseconds. Throws where the answer is not a message's id. */
function senderOf({ address, token }, phones) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const url = new URL(`${address}/gateway/v23.0/${phoneNumberId}/messages`);
  return (index) => new Promise((resolve, reject) => {
    const body = JSON.stringify({ messaging_product: 'whatsapp', recipient_type: 'individual', to: phones[index % phones.length], type: 'text', text: { body: `Your table is booked, number ${index}. See you tonight!` } });
    const startedAt = performance.now();
    const call = request(url, { agent, method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part)).on('error', reject).on('end', () => {
        if (response.statusCode === 200 && JSON.parse(text).messages?.[0]?.id?.startsWith('wamid.')) resolve(performance.now() - startedAt);
        else reject(new Error(`the gateway answered ${response.statusCode}: ${text}`));
      });
    });
    call.on('error', reject).end(body);
  });
}

async function inTurn(count, width, task) {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(width, count) }, async () => {
    for (let index = next++; index < count; index = next++) await task(index);
  }));
}

/** At a steady pace, whether the ones before are answered or not: a request's time begins when it is due. */
async function atPace(count, rate, task) {
  const startedAt = performance.now();
  const took = [];
  const calls = [];
  for (let index = 0; index < count; index += 1) {
    const due = startedAt + (index * 1_000) / rate;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const late = Math.max(0, performance.now() - due);
    calls.push(task(index).then((ms) => took.push(late + ms)));
  }
  await Promise.all(calls);
  return took.sort((one, other) => one - other);
}

async function round({ messages, width, rate, contacts }, name) {
  const work = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const platform = await startStandIn(contacts);
  const { child, ...place } = await startGateway(work, platform);
  try {
    const send = senderOf(place, platform.phones);
    // Each customer once: a session begins with the first.
    await inTurn(contacts, width, send);
    const [startedAt, watch] = [performance.now(), new Watch({ gateway: child.pid })];
    await inTurn(messages, width, async (index) => {
      await send(contacts + index);
      progress(`${name}: ${index.toLocaleString('en')} of ${messages.toLocaleString('en')}, as many as there is room for`);
    });
    const perSecond = messages / ((performance.now() - startedAt) / 1_000);
    const cpuMs = ((watch.end().cpu.gateway ?? NaN) * 1_000) / messages;
    const pace = rate ?? perSecond / 2;
    say(`${name}: ${Math.round(perSecond).toLocaleString('en')} a second; now ${Math.round(pace).toLocaleString('en')} a second`);
    const took = await atPace(messages, pace, (index) => send(contacts + messages + index));
    const sent = contacts + 2 * messages;
    const found = await platform.read();
    if (found.messages !== sent || found.texts !== sent) throw new Error(`${sent} texts were answered, ${found.messages} messages were taken, ${found.texts} different texts were read in them`);
    const at = (share) => took[Math.floor((took.length - 1) * share)];
    return { perSecond, cpuMs, pace, p50: at(0.5), p99: at(0.99), most: at(1) };
  } finally {
    await child.stop();
    platform.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

export async function measureGateway(args) {
  const text = (value) => ({ type: 'string', default: value });
  const flag = { type: 'boolean', default: false };
  const { values } = parseArgs({ args, options: { gateway: flag, rounds: text('3'), messages: text('5k'), width: text('32'), rate: { type: 'string' }, contacts: text('64'), json: flag, help: flag } });
  if (values.help) return console.log(help);
  const given = {
    messages: count(values, 'messages', { least: 500, most: 100_000 }), width: count(values, 'width', { least: 1, most: 512 }), contacts: count(values, 'contacts', { least: 1, most: 1_000 }),
    rate: values.rate === undefined ? null : count(values, 'rate', { least: 1, most: 100_000 }),
  };
  const rounds = count(values, 'rounds', { least: 1, most: 9 });
  const results = [];
  for (let index = 0; index < rounds; index += 1) results.push(await round(given, `round ${index + 1} of ${rounds}`));
  say('');
  const result = { machine: machine(), rounds, ...given, ...Object.fromEntries(Object.keys(results[0]).map((name) => [name, median(results.map((one) => one[name]))])) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(result, null, 2));
  if (values.json) return console.log(JSON.stringify(result));
  const whole = (number) => Math.round(number).toLocaleString('en');
  console.log(`${result.machine}; medians of ${rounds} rounds, ${given.messages.toLocaleString('en')} texts to ${given.contacts} customers in each phase; software and stand-in on the same machine\n`);
  console.log(table(['', 'requests/s', 'gateway, ms of processor time each', 'p50 ms', 'p99 ms', 'most ms'], [
    [`${given.width} at once`, whole(result.perSecond), canMeasure ? result.cpuMs.toFixed(2) : '', '', '', ''],
    ['at a steady pace', whole(result.pace), '', result.p50.toFixed(1), result.p99.toFixed(1), result.most.toFixed(1)],
  ]));
}
