import { hostname } from 'node:os';
import { createServer } from 'node:net';
import { relative, sep } from 'node:path';
import { DatabaseFolderError, openPglite, openPostgres } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { siteFolder, siteHeaders } from '@parley/console';
import { systemRandom } from '@parley/crypto';
import { catalogFold } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { FolderError, Gateway, GatewayModule, limitsOf } from '@parley/gateway';
import { everyBusiness, Host, KeyRing, openEmbedded, portTaken, processLogger, StartError } from '@parley/service';
import type { Running, Runtime } from '@parley/service';
import type { CatalogFold } from '@parley/contracts';
import { DataFolder } from './folder/data-folder.js';
import type { Secrets } from './folder/data-folder.js';
import { PlatformModule } from './platform.module.js';
import { openSandbox } from './sandbox/sandbox.js';
import type { Sandbox } from './sandbox/sandbox-file.js';
import { gatewayKeyOf, sandboxDraft } from './sandbox/sandbox-file.js';
import { services } from './services.js';
import type { PlatformSettings } from './settings.js';

export interface Platform extends Running {
  /** Where it listens, such as http://127.0.0.1:8080. */
  readonly address: string;
  readonly sandbox: Sandbox;
  /** True when this start made the sandbox. */
  readonly fresh: boolean;
}

export interface PlatformOptions {
  readonly settings: PlatformSettings;
  /** Instead of the one that the settings name; it is closed with the platform. For tests. */
  readonly database?: Database;
  clock?(): number;
}

/** Starts everything in this process: database, log, services, gateway, sandbox. Rejects with an error that names the fix where it can. */
export async function startPlatform({ settings, database: given, clock = Date.now }: PlatformOptions): Promise<Platform> {
  const folder = new DataFolder(settings.folder);
  const port = await freePort(settings);
  const secrets = folder.open();
  const database = given ?? (await openDatabase(settings, folder));
  try {
    const runtime = await openEmbedded({
      database,
      services,
      fold: catalogFold as CatalogFold<unknown>,
      serviceKey: secrets.serviceKey,
      ...(database.kind === 'pglite' ? { holder: 'platform', slots: 1 } : { holder: `${hostname()}:${process.pid}`, slots: 4 }),
      clock,
      newId: () => globalThis.crypto.randomUUID(),
      random: systemRandom,
    });
    return await serve({ settings: { ...settings, port }, folder, secrets, runtime: runtime as Runtime<Catalog>, database });
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Parts {
  readonly settings: PlatformSettings;
  readonly folder: DataFolder;
  readonly secrets: Secrets;
  readonly runtime: Runtime;
  readonly database: Database;
}

async function serve({ settings, folder, secrets, runtime, database }: Parts): Promise<Platform> {
  const draft = sandboxDraft(folder, settings);
  const url = `http://${settings.host === '0.0.0.0' || settings.host === '::' ? '127.0.0.1' : settings.host}`;
  // For trying out, with a business's software on the same machine: its callback may be there.
  const gatewayOptions = { folder: folder.gateway, secret: gatewayKeyOf(draft), platformUrl: `${url}:${settings.port}`, startsWithApp: false, keepsConversations: true, privateAddresses: 'allow' as const, limits: limitsOf(settings) };
  const host = await Host.create({
    runtime,
    services,
    modules: [PlatformModule, GatewayModule.register(gatewayOptions)],
    settings: { ...settings, sandboxCode: draft.code },
    bodyLimitBytes: settings.bodyLimitBytes,
    ownBodies: ['/gateway/'],
    logger: processLogger(settings.logLevel, settings.logForm),
  });
  serveConsole(host);
  await host.app.get(KeyRing).store(secrets.operatorKey, { businessId: everyBusiness, scopes: ['operator'], name: 'operator' });
  const address = `${url}:${await host.start(settings.port, settings.host)}`;
  const gateway = host.app.get(Gateway, { strict: false });
  const stop = async (withinMs: number): Promise<void> => {
    // The gateway first: it speaks with the services over HTTP, and keeps what it could not say.
    await gateway.stop();
    await host.stop(withinMs);
    await database.close();
  };
  try {
    const sandbox = await openSandbox({ address, folder, draft, operatorKey: secrets.operatorKey, startGateway: () => started(gateway), isRegistered: () => gateway.condition.problem === null });
    return { address, sandbox, fresh: !draft.made, stop };
  } catch (error) {
    await stop(2_000).catch(() => undefined);
    throw error;
  }
}

/** The page at /console/: files, and no way into a service but the one that everybody has. */
function serveConsole({ app }: Host): void {
  app.useStaticAssets(siteFolder, {
    prefix: '/console/',
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(siteHeaders(relative(siteFolder, path).split(sep).join('/')))) response.setHeader(name, value);
    },
  });
}

async function started(gateway: Gateway): Promise<void> {
  try {
    await gateway.start();
  } catch (error) {
    throw error instanceof FolderError ? new StartError(error.message) : error;
  }
}

async function openDatabase({ databaseUrl }: PlatformSettings, folder: DataFolder): Promise<Database> {
  if (databaseUrl !== null) return openPostgres(databaseUrl, { applicationName: 'parley-platform' });
  try {
    return await openPglite({ folder: folder.database });
  } catch (error) {
    throw error instanceof DatabaseFolderError ? new StartError(`${error.message} (PARLEY_DATA says which one; now it is ${folder.path}.)`) : error;
  }
}

/** The port to listen on, found free: known before the database is opened, which takes seconds at the first start. 0 chooses one. */
function freePort({ port, host }: PlatformSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new StartError(portTaken(port)) : error));
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
