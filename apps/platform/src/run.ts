import 'reflect-metadata';
import { runProcess } from '@parley/service';
import { DataFolder } from './folder/data-folder.js';
import { greeting } from './greeting.js';
import { startPlatform } from './platform.js';
import { readPlatformSettings } from './settings.js';

/** Runs the platform until Ctrl-C. */
export async function run(): Promise<void> {
  let port = 0;
  await runProcess({
    name: 'parley',
    port: () => port,
    start: async () => {
      const settings = readPlatformSettings(process.env);
      port = settings.port;
      const platform = await startPlatform({ settings });
      const folder = new DataFolder(settings.folder).path;
      process.stdout.write(greeting({ ...platform, folder, databaseUrl: settings.databaseUrl }));
      return platform;
    },
  });
}
