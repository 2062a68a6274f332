// `npm run cluster`: broker, database and every service as a process of its own; in containers where a Docker engine answers.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fail } from '../bootstrap.mjs';
import { maxInstances, services } from './settings.mjs';

const help = `npm run cluster -- [options]

Starts broker, database and each service as a process of its own: in containers where a Docker engine answers (docker-compose.yml), else Kafka
from Maven Central's jars and this machine's PostgreSQL. Data is kept between runs. Ctrl-C drains and stops; twice: at once.

  --instances windows=2,billing=2   so many processes of a service share its partitions (1 to ${maxInstances})
  --only infra                      broker, database, topics and logins; no services
  --only secrets                    only makes the file of secrets, for docker compose --env-file
  --layout cluster                  many partitions, as in production, instead of the few that one machine's processes share (fixed by the first start)
  --no-sandbox                      makes no business to try things with, and starts no gateway
  --no-restart                      a process that ends stays down; by itself it starts again
  --port-offset N                   adds N to every port
  --data FOLDER                     where data is kept (.parley/cluster)
  --local                           no containers, even where a Docker engine answers
  --quiet                           no lines of the services here; they are in FOLDER/logs
  --json                            events as JSON, a line each; the one with event "ready" says all addresses
  --help`;

function wrong(message) {
  fail(message, 'npm run cluster -- --help lists the options.');
}

function parse() {
  const options = {
    instances: { type: 'string', default: '' }, only: { type: 'string' }, 'no-sandbox': { type: 'boolean' }, 'no-restart': { type: 'boolean' }, 'port-offset': { type: 'string', default: '0' },
    data: { type: 'string', default: '.parley/cluster' }, local: { type: 'boolean' }, layout: { type: 'string', default: 'embedded' }, quiet: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return wrong(error.message);
  }
}

function instancesOf(text) {
  const pairs = text.split(',').filter(Boolean).map((pair) => pair.split('='));
  const names = services.map(({ name }) => name);
  for (const [name, count] of pairs) {
    if (!names.includes(name)) wrong(`--instances: there is no service '${name}', only ${names.join(', ')}.`);
    if (!/^[1-9]$/.test(count ?? '')) wrong(`--instances ${name}=${count ?? ''}: give a number from 1 to ${maxInstances}.`);
  }
  return Object.fromEntries(pairs.map(([name, count]) => [name, Number(count)]));
}

/** The highest port that a cluster without an offset can take. */
const highestPort = 9_900;

function portOffsetOf(text) {
  if (!/^\d{1,5}$/.test(text)) wrong('--port-offset: give a whole number.');
  if (Number(text) + highestPort > 65_535) wrong(`--port-offset ${text}: the ports end at 65535.`);
  return Number(text);
}

const flags = parse();
if (flags.help) {
  console.log(help);
  process.exit(0);
}
if (!['infra', 'secrets', undefined].includes(flags.only)) wrong(`--only ${flags.only}: what stands alone is 'infra' or 'secrets'.`);
if (!['embedded', 'cluster'].includes(flags.layout)) wrong(`--layout ${flags.layout}: it is embedded (few partitions) or cluster (many).`);

const settings = { folder: resolve(flags.data), instances: instancesOf(flags.instances), portOffset: portOffsetOf(flags['port-offset']), layout: flags.layout };
const { runCluster } = await import('./run.mjs');
await runCluster({
  ...settings,
  only: flags.only,
  withSandbox: !flags['no-sandbox'],
  restarts: !flags['no-restart'],
  isLocal: flags.local ?? false,
  isQuiet: flags.quiet ?? false,
  isJson: flags.json ?? false,
});
