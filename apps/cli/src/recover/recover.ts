import { recoverIntake, recoverSlot, slotName, type RecoveredLane } from '@parley/bus';
import { ownerRole, PostgresSlotStore, type Database } from '@parley/bus-postgres';
import { intakeLane, recoveredKey, services } from '@parley/platform';
import { refuseWhileRunning } from '../database/database.js';
import { openLanes, type Opened } from '../lanes/lanes.js';
import type { Environment } from '../log/place.js';
import { Failure } from '../terminal/failure.js';
import { grouped } from '../terminal/progress.js';
import { drawTable, type Cell } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export interface RecoverOptions {
  /** Services whose slots and intake lanes are recovered; none: all. */
  readonly services: readonly string[];
  /** Slots to look for on the log though the database has no row of them. */
  readonly slots: number;
  readonly json: boolean;
  readonly environment: Environment;
}

type Service = (typeof services)[number];

/** Recovers slots and intake lanes, offline. Where nothing was lost, nothing changes. Throws Failure. */
export async function runRecover(database: Database, options: RecoverOptions, terminal: Terminal): Promise<0> {
  const wanted = servicesOf(options.services);
  const opened = await openLanes(database, options.environment);
  try {
    await refuseWhileRunning(database, services.map(({ name }) => name), 'parley recover');
    const recovered: RecoveredLane[] = [];
    for (const service of wanted) recovered.push(...(await recoverService(database, opened, service, options.slots, terminal)));
    terminal.replace('');
    for (const line of options.json ? [JSON.stringify({ lanes: recovered })] : recoveredTable(recovered, terminal)) terminal.line(line);
    tellLost(recovered, terminal);
    return 0;
  } finally {
    await opened.close();
  }
}

function servicesOf(names: readonly string[]): readonly Service[] {
  const known = services.filter(({ writes }) => writes.length > 0);
  const unknown = names.filter((name) => !known.some((service) => service.name === name));
  if (unknown.length > 0) throw new Failure(`${unknown.join(', ')}: no such service takes requests.`, `choose among ${known.map(({ name }) => name).join(', ')}.`, 2);
  return names.length === 0 ? known : known.filter(({ name }) => names.includes(name));
}

async function recoverService(database: Database, { ports, log }: Opened, service: Service, slots: number, terminal: Terminal): Promise<readonly RecoveredLane[]> {
  const { name, writes, intake } = service;
  const store = new PostgresSlotStore(database.as({ role: ownerRole(name) }), { schema: name });
  const usual = Array.from({ length: slots }, (_, slot) => slotName(name, slot));
  const recovered: RecoveredLane[] = [];
  for (const slot of [...new Set([...usual, ...(await store.removed([]))])].sort()) {
    terminal.replace(slot);
    recovered.push(await recoverSlot(slot, { ...ports, store, topics: writes }));
  }
  if (intake === undefined) return recovered;
  terminal.replace(`${name}: requests of integrators`);
  const { source, writes: topics } = intake;
  const lanes = Array.from({ length: log.partitions(source) }, (_, partition) => ({ lane: intakeLane(service, partition), partition }));
  return [...recovered, ...(await recoverIntake({ ...ports, store, topics, source, lanes, keyOf: recoveredKey }))];
}

function recoveredTable(recovered: readonly RecoveredLane[], { ink }: Terminal): string[] {
  const counts = ['Unknown', 'Keys', 'Goes on at'].map((title) => ({ title, align: 'right' as const }));
  const lines = recovered.map(({ lane, unknown, keys, offset }): Cell[] => [lane, ...[unknown, keys, offset].map(grouped)]);
  return drawTable([{ title: 'Slot or lane' }, ...counts], lines, ink.faint);
}

function tellLost(recovered: readonly RecoveredLane[], terminal: Terminal): void {
  const slots = recovered.filter(({ lane, unknown }) => unknown > 0 && lane.includes('/http/')).map(({ lane }) => lane);
  if (slots.length === 0) return;
  terminal.remark(`${slots.join(', ')}: the log holds records that the database did not know of. The Idempotency-Keys of their requests are lost: whoever repeats one is taken for a new request.`);
}
