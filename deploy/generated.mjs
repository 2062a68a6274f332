// Every generated file that is committed, held against what its generator would write now.
import { spawnSync } from 'node:child_process';
import { bootstrap, root } from './bootstrap.mjs';

/** Scripts that exit with 1 under --check when a file of theirs is stale. */
const generators = ['libs/contracts/generate.mjs', 'libs/rating/data/generate.mjs', 'libs/crypto/vectors/generate.mjs', 'deploy/flow.mjs', 'deploy/asyncapi.mjs', 'deploy/openapi.mjs', 'deploy/rules.mjs', 'deploy/cluster/compose.mjs'];

bootstrap();
const stale = generators.filter((script) => spawnSync(process.execPath, [script, '--check'], { cwd: root, stdio: 'inherit' }).status !== 0);
for (const script of stale) console.error(`Stale: what ${script} writes. Fix: node ${script}`);
if (stale.length === 0) console.log(`generated files: ${generators.length} of ${generators.length} generators agree`);
process.exitCode = stale.length > 0 ? 1 : 0;
