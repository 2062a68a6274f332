import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { processLogger, runProcess, StartError, type Running } from '@parley/service';
import { FolderError } from './folder/error.js';
import { configName, GatewayModule } from './gateway.module.js';
import { readGatewaySettings, type GatewaySettings } from './settings.js';
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
      if (command !== undefined) throw new StartError(`There is no command ${command}. Known are: setup <file.json>, or none to run.`);
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
