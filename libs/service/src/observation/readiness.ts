import type { Runtime } from '../process/runtime.js';
import type { ServiceParts } from '../process/service.js';
import type { LaneStatus } from './board.js';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Why not and what to do, for a person; empty when ok. */
  readonly detail: string;
}

/** Whether requests should be sent here: the database answers, the catalog is folded to its end, every lane is claimed and none has halted. */
export async function readiness(runtime: Runtime, services: readonly Pick<ServiceParts, 'name' | 'topologies'>[]): Promise<readonly Check[]> {
  const lanes = runtime.board.all().filter((status) => belongs(status, services));
  return [stopping(runtime), await database(runtime), await catalog(runtime), ...lanes.map(laneCheck)];
}

function belongs({ lane }: LaneStatus, services: readonly Pick<ServiceParts, 'name' | 'topologies'>[]): boolean {
  const owner = lane.split('/', 1)[0];
  return services.some(({ name, topologies }) => owner === name || topologies.some((topology) => topology.name === owner));
}

function laneCheck({ lane, state, detail, waitingKeys }: LaneStatus): Check {
  const name = `lane ${lane}`;
  switch (state) {
    case 'running':
    case 'paused': // Requests are still taken; what a person has to do is in the detail.
      return { name, ok: true, detail: detail || (waitingKeys > 0 ? `${waitingKeys} keys wait: repair the cause, then redrive them` : '') };
    case 'starting':
    case 'failing':
    case 'superseded':
    case 'halted':
    case 'stopped':
      return { name, ok: false, detail: `${state}: ${detail}` };
    default:
      return state satisfies never;
  }
}

function stopping(runtime: Runtime): Check {
  const stops = runtime.stopping.signal.aborted;
  return { name: 'process', ok: !stops, detail: stops ? 'stopping' : '' };
}

async function database(runtime: Runtime): Promise<Check> {
  try {
    await runtime.database.query('SELECT 1');
    return { name: 'database', ok: true, detail: '' };
  } catch {
    return { name: 'database', ok: false, detail: 'does not answer: check that it runs and that PARLEY_DATABASE_URL is right' };
  }
}

async function catalog(runtime: Runtime): Promise<Check> {
  const { failure } = runtime.catalog;
  if (failure !== undefined) return { name: 'catalog', ok: false, detail: `halted: ${failure}` };
  try {
    const current = await runtime.catalogIsCurrent();
    return { name: 'catalog', ok: current, detail: current ? '' : 'is being read; wait a moment' };
  } catch {
    return { name: 'catalog', ok: false, detail: 'the log does not answer' };
  }
}
