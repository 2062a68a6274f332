import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { processLogger, runProcess, StartError, type Running } from '@parley/service';
import { copyFolder } from './folder/copy.js';
import { FolderError } from './folder/error.js';
import { changeSecret } from './folder/folder.js';
import { configName, GatewayModule } from './gateway.module.js';
import { readGatewaySettings, type GatewaySettings } from './settings.js';
import { restoreFolder } from './restore.js';
import { setup } from './setup.js';
import { readSetup } from './setup-file.js';

@Module({})
class RootModule {}

let listening = 0;
const [command, file = ''] = process.argv.slice(2);

await runProcess({
  name: 'gateway',
  port: () => listening,
  start: async () => {
    const settings = readGatewaySettings(process.env);
    listening = settings.port;
    try {
      if (command === 'setup') await makeFolder(settings, file);
      if (command === 'backup') await backUp(settings, file);
      if (command === 'restore') await restore(settings, file);
      if (command === 'rotate') await rotate(settings);
      if (command !== undefined) throw new StartError(`There is no command ${command}. Known are: setup <file.json>, backup <folder>, restore <folder>, rotate; or none to run.`);
      return await run(settings);
    } catch (error) {
      throw error instanceof FolderError ? new StartError(error.message) : error;
    }
  },
});

async function run({ host, port, logLevel, logForm, options }: GatewaySettings): Promise<Running> {
  const logger = processLogger(logLevel, logForm);
  const settings = ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, skipProcessEnv: true, load: [() => ({ [configName]: options })] });
  const root = { module: RootModule, imports: [settings, GatewayModule.configured()] };
  // No body parser: what is wrong with a body has to be said in the wire's own form, so the gateway reads it itself.
  const app = await NestFactory.create<NestExpressApplication>(root, { logger, bodyParser: false, abortOnError: false });
  app.disable('x-powered-by');
  await app.listen(port, host);
  logger.log(`listens on http://${host}:${(app.getHttpServer().address() as AddressInfo).port}/gateway`, 'gateway');
  return { stop: () => app.close() };
}

/** Copies the folder, while no gateway runs on it. */
async function backUp({ options: { folder } }: GatewaySettings, to: string): Promise<never> {
  if (to === '') throw new StartError('Say where the backup goes: backup <folder>, one that is not there yet.');
  const { files, bytes } = await copyFolder(folder, to);
  process.stdout.write(`Backed up: ${files} files, ${bytes} bytes, encrypted as they lie. What opens the folder opens ${to}; keep the two apart.\n`);
  process.exit(0);
}

/** Puts a backup where the folder was. */
async function restore({ options: { folder, secret } }: GatewaySettings, from: string): Promise<never> {
  if (from === '') throw new StartError('Say which backup: restore <folder>.');
  const { files, sessions } = await restoreFolder(from, folder, secret);
  process.stdout.write(`Restored: ${files} files. The next message to each of ${sessions} devices begins a new session. End the gateway that had the folder before, if it still runs.\n`);
  process.exit(0);
}

/** Has another passphrase or key open the folder. */
async function rotate({ options: { folder, secret }, newSecret }: GatewaySettings): Promise<never> {
  if (newSecret === null) throw new StartError('Say what opens the folder from now on: PARLEY_GATEWAY_NEW_PASSPHRASE, PARLEY_GATEWAY_NEW_KEY_FILE or PARLEY_GATEWAY_NEW_KEY_COMMAND.');
  await changeSecret(folder, secret, newSecret);
  process.stdout.write('The new secret opens the folder from now on. Backups from before are opened by the old one: delete those, and make a new one.\n');
  process.exit(0);
}

/** Makes the folder, says once what only now is known, and ends. */
async function makeFolder({ options: { folder, secret } }: GatewaySettings, path: string): Promise<never> {
  const { tokens, appSecret } = await setup({ ...readSetup(readSetupFile(path)), folder, secret });
  process.stdout.write(`The gateway's folder is made. Keep these, they are not shown again:\n  token       ${tokens.api}\n`);
  if (tokens.app !== null) process.stdout.write(`  token (app) ${tokens.app}\n`);
  process.stdout.write(`  app secret  ${appSecret}\n`);
  process.exit(0);
}

function readSetupFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`The setup file cannot be read (${String((error as NodeJS.ErrnoException).code)}). Give its path: setup <file.json>.`);
  }
}
