// docker-compose.yml, written from the same settings as the local cluster. `--check` fails where the file is another.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatArguments, serverProperties } from '@parley/testing/servers';
import { root } from '../bootstrap.mjs';
import { broker, database, front, gateway, gatewayEnvironment, grafana, kafkaUsers, logins, preparations, report, secrets, serviceEnvironment, services } from './settings.mjs';
import { yaml } from './yaml.mjs';

const heading = `# The cluster in containers. Written by deploy/cluster/compose.mjs from deploy/cluster/settings.mjs: change it there.
#
#   npm run cluster                          # does all of it where a Docker engine answers
#   npm run cluster -- --only secrets        # or by hand: the file of secrets first
#   docker compose --env-file .parley/cluster/cluster.env up --build
#
# The gateway is the business's own end: it comes with --profile gateway once its folder is made (apps/gateway/RUNNING.md).
# Dashboards come with --profile grafana, on http://127.0.0.1:3000 (user admin, the password PARLEY_ADMIN_PASSWORD).
`;

const secret = (name) => `\${${name}:?see the top of docker-compose.yml}`;
const place = { broker: `${broker.name}:${broker.port}`, database: `${database.name}:${database.port}`, front: `http://${front.name}:${front.port}`, host: '0.0.0.0', secret, layout: 'cluster' };

const healthy = (...names) => Object.fromEntries(names.map((name) => [name, { condition: 'service_healthy' }]));
const done = (...names) => Object.fromEntries(names.map((name) => [name, { condition: 'service_completed_successfully' }]));

/** A process of ours has nothing but its image, a scratch folder and its environment. All say how the image is built: one that did not would be looked for on a registry. */
const confined = { image: 'parley', build: { context: '.', dockerfile: 'deploy/images/Dockerfile' }, init: true, read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] };
const often = { interval: '2s', timeout: '3s', retries: 60 };
const answers = (url) => ({ test: ['CMD', 'node', '--eval', `fetch('${url}').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`], ...often });

const paths = { properties: '/etc/parley/server.properties', data: '/var/lib/kafka/data/parley', logins: '/etc/parley/logins.json', copy: '/tmp/logins.json', gateway: '/var/lib/parley', key: '/run/secrets/gateway-key' };

function brokerService() {
  const format = formatArguments(paths.properties, kafkaUsers(secret)).map((argument) => `'${argument}'`).join(' ');
  return {
    image: broker.image,
    command: ['sh', '-c', `/opt/kafka/bin/kafka-storage.sh ${format} && exec /opt/kafka/bin/kafka-server-start.sh ${paths.properties}`],
    environment: { KAFKA_HEAP_OPTS: `-Xmx${broker.heapMb}m` },
    configs: [{ source: 'broker', target: paths.properties }],
    volumes: [`broker:/var/lib/kafka/data`],
    healthcheck: { test: ['CMD', 'bash', '-c', `</dev/tcp/127.0.0.1/${broker.port}`], ...often },
    stop_grace_period: '30s',
    restart: 'unless-stopped',
  };
}

function databaseService() {
  return {
    image: database.image,
    command: ['postgres', ...Object.entries(database.config).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    environment: { POSTGRES_DB: database.database, POSTGRES_USER: database.admin, POSTGRES_PASSWORD: secret(secrets.admin) },
    ports: [`127.0.0.1:\${PARLEY_DATABASE_PORT:-${database.port}}:${database.port}`],
    volumes: ['postgres:/var/lib/postgresql/data'],
    healthcheck: { test: ['CMD-SHELL', `pg_isready --host 127.0.0.1 --username ${database.admin} --dbname ${database.database}`], ...often },
    restart: 'unless-stopped',
  };
}

/** The administrator's steps: they end, and what follows waits until they have. */
function preparationServices() {
  return Object.fromEntries(
    preparations(place, paths.copy).map(({ name, args, environment }) => {
      const words = args.map((argument) => `'${argument}'`).join(' ');
      const withLogins = name === 'logins';
      return [
        name,
        {
          ...confined,
          entrypoint: ['sh', '-c', `${withLogins ? `cp ${paths.logins} ${paths.copy} && ` : ''}exec node apps/cli/dist/main.js ${words}`],
          ...(Object.keys(environment).length > 0 && { environment }),
          ...(withLogins && { configs: [{ source: 'logins', target: paths.logins }] }),
          depends_on: healthy(broker.name, database.name),
          restart: 'no',
        },
      ];
    }),
  );
}

function ownService(service) {
  return {
    ...confined,
    command: [`apps/${service.name}/dist/main.js`],
    environment: serviceEnvironment(service, place),
    depends_on: { ...healthy(broker.name, database.name), ...done(...preparations(place, '').map(({ name }) => name)) },
    healthcheck: answers(`http://127.0.0.1:${service.port}/${service.name}/health/ready`),
    stop_grace_period: '15s',
    restart: 'unless-stopped',
  };
}

function frontService() {
  return {
    ...confined,
    command: ['deploy/cluster/front.mjs'],
    environment: { PARLEY_HOST: place.host, PARLEY_PORT: String(front.port), PARLEY_FRONT: [...services, gateway].map(({ name, port }) => `${name}=http://${name}:${port}`).join(',') },
    ports: [`127.0.0.1:\${PARLEY_FRONT_PORT:-${front.port}}:${front.port}`],
    depends_on: healthy(...services.map(({ name }) => name)),
    healthcheck: answers(`http://127.0.0.1:${front.port}/health/live`),
    restart: 'unless-stopped',
  };
}

/** Its folder is the business's: it stays on the host, and the process runs as whoever owns it there. */
function gatewayService() {
  return {
    ...confined,
    profiles: ['gateway'],
    user: '${PARLEY_UID:-1000}:${PARLEY_GID:-1000}',
    command: [`apps/${gateway.name}/dist/main.js`],
    environment: gatewayEnvironment(gateway, place, { folder: `${paths.gateway}/gateway`, keyFile: paths.key }),
    secrets: ['gateway-key'],
    volumes: [`\${PARLEY_CLUSTER_FOLDER:-./.parley/cluster}:${paths.gateway}`],
    depends_on: healthy(front.name),
    healthcheck: answers(`http://127.0.0.1:${gateway.port}/${gateway.name}/health/ready`),
    stop_grace_period: '15s',
    restart: 'unless-stopped',
  };
}

/** Its data source and dashboards are files of this repository; it keeps nothing that they do not say. Whoever looks needs the administrator's password. */
function grafanaService() {
  const [folder, path] = ['./deploy/grafana', '/etc/parley/dashboards'];
  return {
    image: grafana.image,
    profiles: ['grafana'],
    environment: {
      GF_SECURITY_ADMIN_PASSWORD: secret(secrets.admin),
      PARLEY_DATABASE_ADDRESS: place.database,
      PARLEY_DATABASE_NAME: database.database,
      PARLEY_DATABASE_SSLMODE: 'disable',
      PARLEY_REPORT_PASSWORD: secret(secrets.service(report)),
    },
    ports: [`127.0.0.1:\${PARLEY_GRAFANA_PORT:-${grafana.port}}:${grafana.port}`],
    volumes: [`${folder}/provisioning:/etc/grafana/provisioning:ro`, `${folder}/dashboards:${path}:ro`],
    depends_on: healthy(...services.map(({ name }) => name)),
    restart: 'unless-stopped',
  };
}

/** The file as data. */
export function compose() {
  const [host, port] = place.broker.split(':');
  const properties = serverProperties({ host, listen: '0.0.0.0', port: Number(port), controllerPort: 29_093, data: paths.data, users: kafkaUsers(secret), acl: true, tls: null, config: {} });
  return {
    name: 'parley',
    services: {
      [broker.name]: brokerService(),
      [database.name]: databaseService(),
      ...preparationServices(),
      ...Object.fromEntries(services.map((service) => [service.name, ownService(service)])),
      [front.name]: frontService(),
      [gateway.name]: gatewayService(),
      [grafana.name]: grafanaService(),
    },
    configs: { broker: { content: properties }, logins: { content: `${JSON.stringify(logins(place), null, 2)}\n` } },
    secrets: { 'gateway-key': { file: '${PARLEY_CLUSTER_FOLDER:-./.parley/cluster}/gateway.key' } },
    volumes: { broker: null, postgres: null },
  };
}

/** The file as it has to be. */
export const composeText = () => `${heading}${yaml(compose())}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(root, 'docker-compose.yml');
  if (!process.argv.includes('--check')) writeFileSync(path, composeText());
  else if (readFileSync(path, 'utf8') !== composeText()) {
    console.error('docker-compose.yml is not what deploy/cluster/settings.mjs says. Run: node deploy/cluster/compose.mjs');
    process.exit(1);
  }
}
