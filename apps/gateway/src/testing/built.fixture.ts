import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../../', import.meta.url));

/** Builds what changed (nothing, when all is fresh): processes that a spec starts run what is built. */
export function build(): void {
  execFileSync(process.execPath, [join(app, '../../node_modules/typescript/bin/tsc'), '--build', join(app, 'tsconfig.build.json')], { stdio: 'inherit' });
}

/** A built file, by its path below src. */
export function built(path: string): string {
  return join(app, 'dist', path);
}
