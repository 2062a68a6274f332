// One run of the cluster, from the secrets to the last word.
import { relative } from 'node:path';
import { greeting } from '@parley/platform';
import { hasDockerEngine } from '@parley/testing/servers';
import { fail } from '../bootstrap.mjs';
import { DockerCluster } from './docker.mjs';
import { ClusterError } from './error.mjs';
import { LocalCluster } from './local.mjs';
import { openFolder, sandbox } from './sandbox.mjs';
import { clusterSecrets } from './secrets.mjs';
import { broker, database, gateway, integrator, kafkaUser, secrets, services } from './settings.mjs';

const nameWidth = Math.max(...services.map(({ name }) => name.length)) + 2;
const here = (path) => relative(process.cwd(), path) || path;

/** Tells of something that happened, in the form asked for. */
function teller({ isJson, isQuiet }) {
  return (name, event, detail) => {
    if (isJson) process.stdout.write(`${JSON.stringify({ event, name, ...(typeof detail === 'string' ? { text: detail } : detail) })}\n`);
    else if (event !== 'line' || !isQuiet) process.stdout.write(`${name.padEnd(nameWidth)} ${event === 'line' ? '│' : '●'} ${detail}\n`);
  };
}

/** Ends the process with what is wrong and what to do; our own faults with where they are. */
function giveUp(error, folder) {
  if (error instanceof ClusterError) fail(error.message, error.fix);
  // It says the fix itself, in the platform's words.
  if (error.name === 'StartError') fail(error.message.replaceAll('PARLEY_DATA=…', '--data FOLDER'), 'as it says, then the same command again.');
  fail(error.stack ?? String(error), `the lines above, or in ${here(folder)}/logs, say more.`);
}

function summary(cluster, { path, env }) {
  const rows = [
    ['broker', `${cluster.place.broker}   SASL/SCRAM: ${broker.admin}, ${integrator}, ${kafkaUser(services[0].name)} …`],
    ['database', `${cluster.place.database}   database ${database.database}, a login for each service`],
    ...cluster.processes.map(({ name, address, options, pid }) => [name, `${address}/${options.service}${pid ? `   pid ${pid}` : ''}`]),
    ['secrets', `${here(env)}   passwords (${secrets.admin} is the administrator's), keys`],
    ['logs', cluster.logs ?? `${here(path)}/logs`],
  ];
  return rows.map(([name, text]) => `  ${name.padEnd(nameWidth)} ${text}\n`).join('');
}

/** What `npm start` says, as it is here. */
function welcome({ address }, { folder, draft }, made) {
  const text = greeting({ address, folder: folder.path, sandbox: made, fresh: !draft.made, databaseUrl: null });
  return text.replace('npx parley phone', `npx parley phone --data ${here(folder.path)}`).replace(/ {2,}Metrics: .*/, '   Metrics: /metrics of each process');
}

function readyEvent({ address, place, broker: brokerServer, database: databaseServer, processes }, { path, env }) {
  const pids = { broker: brokerServer?.pid, database: databaseServer?.pid };
  return { address, broker: place.broker, database: place.database, pids, processes: processes.map(({ name, address: at, pid }) => ({ name, address: at, pid })), secrets: env, folder: path };
}

async function up(cluster, opened, { only, withSandbox, isJson }, tell) {
  const startedAt = Date.now();
  await cluster.startServers();
  let made;
  if (only !== 'infra') {
    await cluster.startServices();
    const isUp = () => cluster.processes.some(({ name, isUp: isRunning }) => name === gateway.name && isRunning);
    if (withSandbox) made = await sandbox(opened, cluster.address, { start: () => cluster.startGateway(opened.keyFile), isUp });
  }
  if (isJson) return tell('cluster', 'ready', readyEvent(cluster, opened));
  process.stdout.write(`\nThe cluster runs (${((Date.now() - startedAt) / 1000).toFixed(1)} s). Ctrl-C stops it.\n\n${summary(cluster, opened)}`);
  if (made) process.stdout.write(welcome(cluster, opened, made));
}

/** @param options as main.mjs reads them. */
export async function runCluster(options) {
  const tell = teller(options);
  let stopping = false;
  let cluster;
  const stop = async () => {
    if (stopping) {
      await cluster?.kill();
      process.exit(130);
    }
    stopping = true;
    tell('cluster', 'progress', 'stops: what was begun is finished, service after service, then broker and database …');
    await cluster?.stop();
    tell('cluster', 'progress', 'stopped');
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Nothing else keeps this process: what it started is not to hold it back when it goes.
  setInterval(() => undefined, 3_600_000);
  try {
    const opened = openFolder(options.folder);
    const known = { [secrets.installation]: opened.serviceKey, [secrets.operator]: opened.operatorKey, [secrets.sandbox]: opened.draft.code };
    const { path: env, secret } = clusterSecrets(options.folder, known);
    if (options.only === 'secrets') {
      console.log(here(env));
      process.exit(0);
    }
    const given = { ...options, env, secret, servicesToo: options.only !== 'infra' };
    cluster = !options.isLocal && (await hasDockerEngine()) ? new DockerCluster(given, tell) : new LocalCluster(given, tell);
    await up(cluster, { ...opened, path: options.folder, env }, options, tell);
  } catch (error) {
    if (stopping) return;
    stopping = true;
    await cluster?.stop();
    giveUp(error, options.folder);
  }
}
