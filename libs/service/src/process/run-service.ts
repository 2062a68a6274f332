import { hostname } from 'node:os';
import type { CatalogFold } from '@parley/contracts';
import { openPostgres } from '@parley/bus-postgres';
import { systemRandom } from '@parley/crypto';
import { everyBusiness } from '../access/scopes.js';
import { KeyRing } from '../access/key-ring.js';
import { bodyLimitBytes, databaseUrl, host, operatorKey, orNull, port, serviceKey, wholeNumber, words } from '../settings/installation.js';
import { kafkaForm, kafkaOf } from '../settings/kafka.js';
import { readSettings } from '../settings/settings.js';
import type { SettingsForm } from '../settings/settings.js';
import { openEmbedded, openOnKafka } from './open.js';
import type { Layout } from './open.js';
import { Host } from './host.js';
import { logForm, logLevel, processLogger } from './log.js';
import { runProcess } from './run.js';
import type { Running } from './run.js';
import type { ServiceDefinition } from './service.js';

export interface ServiceProcess<Catalog> {
  readonly service: ServiceDefinition;
  readonly fold: CatalogFold<Catalog>;
  /** Where it listens unless PARLEY_PORT says otherwise. */
  readonly port: number;
  /** Settings of this service besides those that all have. */
  readonly settings: SettingsForm;
}

/** Runs one service as a process of its own, beside others of its kind, on a PostgreSQL database; the log is on Kafka, or in that database. */
export async function runService<Catalog>({ service, fold, port: usualPort, settings: own }: ServiceProcess<Catalog>): Promise<void> {
  let listening = usualPort;
  await runProcess({
    name: service.name,
    port: () => listening,
    start: async () => {
      const settings = readSettings({ ...common(usualPort), ...own }, process.env);
      listening = settings.port;
      return start(service, fold, settings as CommonSettings);
    },
  });
}

const common = (usualPort: number) => ({
  host,
  port: port(usualPort),
  databaseUrl,
  serviceKey,
  operatorKey,
  bodyLimitBytes,
  logLevel,
  logForm,
  ...kafkaForm,
  instance: orNull(words('PARLEY_INSTANCE', 'the name of this process among those of its service, such as its host or pod: who starts again under the same name goes on with the same partitions', /^[A-Za-z0-9._:-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 . _ : -')),
  slots: wholeNumber('PARLEY_HTTP_SLOTS', 'the number of HTTP slots per service, over all its processes: as many as there are processes, or more', { min: 1, max: 64 }, 4),
});

type CommonSettings = ReturnType<typeof readSettings<ReturnType<typeof common>>>;

async function start<Catalog>(service: ServiceDefinition, fold: CatalogFold<Catalog>, settings: CommonSettings): Promise<Running> {
  const logger = processLogger(settings.logLevel, settings.logForm);
  const database = await openPostgres(settings.databaseUrl, { applicationName: `parley-${service.name}`, report: (error) => logger.warn(`the database: ${error.message}`, service.name) });
  const kafka = kafkaOf(settings, `parley-${service.name}`);
  const options = {
    database,
    services: [service],
    fold: fold as CatalogFold<unknown>,
    serviceKey: settings.serviceKey,
    holder: settings.instance ?? `${hostname()}:${process.pid}`,
    shared: true,
    slots: settings.slots,
    clock: Date.now,
    newId: () => globalThis.crypto.randomUUID(),
    random: systemRandom,
  };
  const log = (line: string): void => logger.warn(line, service.name);
  const runtime = kafka ? await openOnKafka({ ...options, kafka, layout: (settings.layout as Layout | null) ?? 'cluster', log }) : await openEmbedded(options);
  const app = await Host.create({ runtime, services: [service], modules: [], settings, bodyLimitBytes: settings.bodyLimitBytes, logger });
  if (settings.operatorKey !== null) {
    await app.app.get(KeyRing).store(settings.operatorKey, { businessId: everyBusiness, scopes: ['operator'], name: 'operator, from the settings' });
  }
  const port = await app.start(settings.port, settings.host);
  logger.log(`listens on http://${settings.host}:${port}/${service.name}`, service.name);
  return {
    stop: async (withinMs) => {
      await app.stop(withinMs);
      await database.close();
    },
  };
}

