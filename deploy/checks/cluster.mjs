// The cluster's files say what its settings mean, in the form that Docker takes; its front passes requests on.
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services as platformServices } from '@parley/platform';
import { Ajv } from 'ajv';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { root } from '../bootstrap.mjs';
import { compose, composeText } from '../cluster/compose.mjs';
import { startFront } from '../cluster/front.mjs';
import { gateway, services } from '../cluster/settings.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');

function composeProblems(file) {
  // It refers to JSON Schema's draft 7 by an address that Ajv does not know, and to formats that Compose checks itself.
  const { $schema: _, ...schema } = JSON.parse(read('node_modules/docker-compose/schema/compose-spec.json'));
  const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  return isCompose(file) ? [] : isCompose.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function mustBeCompose() {
  deepStrictEqual(parse(composeText()), JSON.parse(JSON.stringify(compose())));
  deepStrictEqual(composeProblems(compose()), []);
  const wrong = compose();
  wrong.services.ingest.depend_on = {};
  ok(composeProblems(wrong).length > 0, 'the schema must refuse a key that Compose does not know');
}

function mustHoldNoSecret() {
  const given = composeText().match(/^ *\w*(?:PASSWORD|SECRET|OPERATOR_KEY|SANDBOX_CODE): .*|password=.*|user_.*?=.*|postgres:\/\/\w+:.*/gm);
  ok(given.length > 10, 'there is nothing to look at');
  for (const line of given) match(line, /^[^$]*[:=]['"]? ?'?\$\{[A-Z_]+:\?/, `docker-compose.yml gives a secret away: ${line}`);
}

function mustWaitForEachOther() {
  const file = compose();
  for (const [name, { depends_on: before = {} }] of Object.entries(file.services)) {
    for (const [other, { condition }] of Object.entries(before)) {
      const waited = file.services[other];
      if (condition === 'service_healthy') ok(waited.healthcheck, `${name} waits until ${other} is healthy, which has no health check`);
      else strictEqual(waited.restart, 'no', `${name} waits until ${other} has ended, which starts again`);
    }
  }
}

function mustRunAllServices() {
  deepStrictEqual(services.map(({ name }) => name), platformServices.map(({ name }) => name));
  const own = Object.entries(compose().services).filter(([, { image }]) => image === 'parley');
  for (const { name } of [...services, gateway]) ok(own.some(([service]) => service === name), `docker-compose.yml has no ${name}`);
  for (const [name, { build }] of own) ok(build, `${name} would look for the image on a registry`);
  for (const [name, { command: [script] = [], read_only: readOnly }] of own) {
    ok(readOnly, `${name} can write to its image`);
    if (script?.startsWith('apps/')) ok(read(`${script.replace('/dist/', '/src/').replace('.js', '.ts')}`), script);
  }
}

function mustBeDockerfile() {
  const file = read('deploy/images/Dockerfile');
  deepStrictEqual(validate(file).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`), []);
  notStrictEqual(validate(file.replace('COPY', 'COPPY')).length, 0);
  match(file, /^USER node$/m);
}

/** A front before one instance of `ingest` and none of `windows`. */
async function mustPassOn() {
  const instance = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk)).on('end', () => response.writeHead(202, { 'X-Kept': 'yes' }).end(`${request.method} ${request.url} ${body}`));
  });
  await new Promise((resolve) => instance.listen(0, '127.0.0.1', resolve));
  const live = { ingest: [`http://127.0.0.1:${instance.address().port}`], windows: [] };
  const front = await startFront({ host: '127.0.0.1', port: 0, prefixes: Object.keys(live), targets: (prefix) => live[prefix] });
  const address = `http://127.0.0.1:${front.address().port}`;
  try {
    const answer = await fetch(`${address}/ingest/v1/messages?a=b`, { method: 'POST', body: 'sealed' });
    deepStrictEqual([answer.status, answer.headers.get('x-kept'), await answer.text()], [202, 'yes', 'POST /ingest/v1/messages?a=b sealed']);
    deepStrictEqual([(await fetch(`${address}/windows/v1`)).status, (await fetch(`${address}/nowhere`)).status], [503, 404]);
    instance.closeAllConnections();
    await new Promise((resolve) => instance.close(resolve));
    strictEqual((await fetch(`${address}/ingest/v1`)).status, 502);
  } finally {
    front.closeAllConnections();
    front.close();
  }
}

export const clusterChecks = [
  { name: 'docker-compose.yml is what was meant, and a compose file', run: mustBeCompose },
  { name: 'docker-compose.yml holds no secret', run: mustHoldNoSecret },
  { name: 'what a container waits for comes', run: mustWaitForEachOther },
  { name: 'every service has its process', run: mustRunAllServices },
  { name: 'the Dockerfile is one', run: mustBeDockerfile },
  { name: 'the front passes requests on, and says why it cannot', run: mustPassOn },
];
