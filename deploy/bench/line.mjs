// Our side of the live line: the lanes of windows and of billing over their share of the partitions, states and rows in PostgreSQL.
import { CatalogView, runLane } from '@parley/bus';
import { PostgresLaneStore } from '@parley/bus-postgres';
import { billingTopology, catalogFold, windowsTopology } from '@parley/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './workload.mjs';

export const services = [
  { schema: 'windows', topology: windowsTopology },
  { schema: 'billing', topology: billingTopology },
];

/**
 * Runs the lanes until each is at the end of its source, their own decisions included. Resolves with the time that took, ms, from the first
 * claim to the last acknowledged append, and what was done.
 */
export async function runLine({ log, database, codec, shares, limits, onBatch = () => undefined }) {
  const stop = new AbortController();
  const done = { records: 0, decided: 0, batches: 0, lastAt: 0 };
  const positions = new Map();
  const report = (said) => {
    if (said.kind === 'batch') {
      done.records += said.records;
      done.decided += said.decided;
      done.batches += 1;
      done.lastAt = performance.now();
      positions.set(said.lane, said.offset);
      onBatch(done);
    } else if (said.kind !== 'claimed' && said.kind !== 'stopped') console.error(JSON.stringify(said));
  };
  const ports = {
    log, codec, report, clock: () => now, newId: () => crypto.randomUUID(),
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
  };
  const view = new CatalogView(ports, catalogFold);
  while (await view.catchUp());
  const begunAt = performance.now();
  const lanes = services.flatMap(({ schema, topology }) => {
    const store = new PostgresLaneStore(database, { schema, topologies: [topology] });
    return shares.map((partition) => ({ name: `${topology.name}/${partition}`, source: topology.source, partition, spec: { ...ports, topology, partition, store, catalog: view, limits } }));
  });
  const ends = lanes.map(({ spec }) => runLane(spec, stop.signal));
  for (;;) {
    await Promise.race([sleep(20), ...ends.map((end) => end.then((how) => Promise.reject(new Error(`a lane ended: ${JSON.stringify(how)}`))))]);
    const behind = await Promise.all(lanes.map(async ({ name, source, partition }) => (positions.get(name) ?? 0) < (await log.end(source, partition))));
    if (!behind.includes(true)) break;
  }
  stop.abort();
  await Promise.all(ends);
  return { ms: done.lastAt - begunAt, records: done.records, decided: done.decided, batches: done.batches };
}
