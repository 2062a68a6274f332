// The cluster as data: what runs, on which port, as whom. `npm run cluster` runs it, and docker-compose.yml is written from it (compose.mjs).

/** In the order data meets them; each serves below its name: /ingest, /notifications, … */
export const services = [
  { name: 'ingest', port: 8081 },
  { name: 'notifications', port: 8082 },
  { name: 'windows', port: 8083 },
  { name: 'delivery', port: 8084 },
  { name: 'billing', port: 8085 },
];

/** The business's own end. It knows the platform by one address only: the front's. */
export const gateway = { name: 'gateway', port: 8086 };

/** All prefixes behind one port. */
export const front = { name: 'front', port: 8080 };

export const broker = { name: 'broker', port: 9092, image: 'apache/kafka:4.3.1', heapMb: 1024, admin: 'parley-admin' };
export const database = { name: 'postgres', port: 5432, image: 'postgres:17', database: 'parley', admin: 'parley', config: { max_connections: '200' } };

/** Dashboards over the database's views. Only in containers, and there with --profile grafana. */
export const grafana = { name: 'grafana', port: 3000, image: 'grafana/grafana:12.0.0' };

/** Who reads those views, and nothing else: the name that `parley database` gives the login. */
export const report = 'report';

/** Further instances of a service listen so much higher, each. */
export const instanceStep = 100;
export const maxInstances = 9;

/** As whom a service logs in: on the broker, and on the database (the name that `parley database` gives). */
export const kafkaUser = (service) => `parley-${service}`;
export const databaseUser = (service) => `parley_${service}`;

/** An integrator, who may publish requests to the broker and read what was rejected. */
export const integrator = 'integrator';

/** Secrets, by the variable that holds each. One password a service, for broker and database. */
export const secrets = {
  installation: 'PARLEY_SECRET',
  operator: 'PARLEY_OPERATOR_KEY',
  sandbox: 'PARLEY_SANDBOX_CODE',
  admin: 'PARLEY_ADMIN_PASSWORD',
  service: (name) => `PARLEY_${name.toUpperCase()}_PASSWORD`,
};

/** The broker's users, its administrator first. `secret`: variable → value. */
export function kafkaUsers(secret) {
  return [
    { username: broker.admin, password: secret(secrets.admin) },
    ...services.map(({ name }) => ({ username: kafkaUser(name), password: secret(secrets.service(name)) })),
    { username: integrator, password: secret(secrets.service(integrator)) },
  ];
}

/** Where things are found; it differs between one machine and containers. `secret`: variable → value. `host`: the interface to listen on. */
// place = { broker, database: host:port, front: URL, host, secret, layout }; layout: the topics' numbers of partitions, few (embedded) or many (cluster).

export function databaseUrl(user, password, { database: address }) {
  return `postgres://${user}:${password}@${address}/${database.database}`;
}

/** What every process of ours is told of the log. */
function kafkaEnvironment(user, password, place) {
  return { PARLEY_KAFKA: place.broker, PARLEY_KAFKA_USER: user, PARLEY_KAFKA_PASSWORD: password, PARLEY_LAYOUT: place.layout };
}

/** The environment of a service's process. */
export function serviceEnvironment({ name, port }, place) {
  const password = place.secret(secrets.service(name));
  return {
    PARLEY_HOST: place.host,
    PARLEY_PORT: String(port),
    PARLEY_SECRET: place.secret(secrets.installation),
    PARLEY_DATABASE_URL: databaseUrl(databaseUser(name), password, place),
    ...kafkaEnvironment(kafkaUser(name), password, place),
    ...(name === 'ingest' && { PARLEY_OPERATOR_KEY: place.secret(secrets.operator) }),
    ...(name === 'delivery' && { PARLEY_SANDBOX_CODE: place.secret(secrets.sandbox) }),
  };
}

export function gatewayEnvironment({ port }, place, { folder, keyFile }) {
  return { PARLEY_HOST: place.host, PARLEY_PORT: String(port), PARLEY_GATEWAY_PLATFORM_URL: place.front, PARLEY_GATEWAY_FOLDER: folder, PARLEY_GATEWAY_KEY_FILE: keyFile };
}

/** The administrator's steps before the services, as arguments and environment of `parley`. Each changes only what is not so already. */
export function preparations(place, loginsFile) {
  const password = place.secret(secrets.admin);
  return [
    { name: 'logins', says: 'roles and schemas on PostgreSQL', args: ['database', '--url', databaseUrl(database.admin, password, place), '--logins', loginsFile], environment: {} },
    { name: 'topics', says: 'topics and rights on Kafka', args: ['topics', '--acls', '--integrator', integrator], environment: kafkaEnvironment(broker.admin, password, place) },
  ];
}

/** The file of logins that `parley database` takes passwords from: process → address. */
export function logins(place) {
  const names = [...services.map(({ name }) => name), report];
  return Object.fromEntries(names.map((name) => [name, databaseUrl(databaseUser(name), place.secret(secrets.service(name)), place)]));
}
