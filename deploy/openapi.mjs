// apps/<service>/openapi.json: what each service serves, from its controllers. The same documents are served at /<service>/openapi.json.
// `--check` fails where a file says another thing, and where a route has no description.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

const load = (path) => import(join(root, path));
const { documentsOf, healthController, MetricsController } = await load('libs/service/dist/index.js');
const { services } = await load('apps/platform/dist/services.js');
const { PlatformModule } = await load('apps/platform/dist/platform.module.js');
const { GatewayModule } = await load('apps/gateway/dist/index.js');

/** The controllers of a module and all it imports. */
function controllersOf(given, seen = new Set()) {
  const { module, controllers = [], imports = [] } = typeof given === 'function' ? { module: given } : given;
  if (seen.has(given)) return [];
  seen.add(given);
  const own = [...controllers, ...(Reflect.getMetadata('controllers', module) ?? [])];
  return [...own, ...[...imports, ...(Reflect.getMetadata('imports', module) ?? [])].flatMap((inner) => controllersOf(inner, seen))];
}

const modules = [...services.map(({ module }) => module), GatewayModule.register({}), PlatformModule];
const controllers = [...modules.flatMap((module) => controllersOf(module)), MetricsController, healthController('', [])];

let stale = 0;
for (const [prefix, document] of documentsOf([...new Set(controllers)])) {
  const file = `apps/${prefix === '' ? 'platform' : prefix}/openapi.json`;
  const text = `${JSON.stringify(document, null, 1)}\n`;
  const path = join(root, file);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${file} is stale. Run: node deploy/openapi.mjs`);
    stale += 1;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
