// Which servers can be started on this machine. Run by itself it says so in one line, which Nx takes as an input of tests: a skip must not stay in the cache when its reason is gone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const onPath = (program) => (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, program))) ?? 'none';
const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const debian = '/usr/lib/postgresql';

export function serversHere() {
  const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 2_000, killSignal: 'SIGKILL', encoding: 'utf8' }).stdout?.trim();
  const versions = existsSync(debian) ? readdirSync(debian).filter((version) => existsSync(join(debian, version, 'bin', 'initdb'))) : [];
  return { docker: engine || 'none', java: process.env.JAVA_HOME ?? onPath('java'), maven: onPath('mvn'), postgres: versions.join() || onPath('initdb'), python: onPath('python3'), browser: browsers.map(onPath).find((folder) => folder !== 'none') ?? 'none' };
}

/** Why a cluster of this machine's own programs cannot run here; undefined where it can, and where PARLEY_REQUIRE says that it has to. */
export function clusterUnavailable() {
  const missing = Object.entries(serversHere()).filter(([name, found]) => ['java', 'maven', 'postgres'].includes(name) && found === 'none').map(([name]) => name);
  const isRequired = (process.env.PARLEY_REQUIRE ?? '').split(',').some((name) => ['kafka', 'postgres'].includes(name.trim()));
  return missing.length > 0 && !isRequired ? `no ${missing.join(', no ')}` : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(serversHere()));
