import { OffsetOutOfRangeError } from '../port/log.js';
import { SupersededError } from '../port/store.js';
import { handleBatch } from './batch.js';
import { HaltError, laneLimits, messageOf, StoppedError, type LaneEnd, type RunnerPorts } from './ports.js';
import { redrive } from './redrive.js';
import { laneName, LaneSession, type LaneSpec } from './session.js';
import { fireTimers } from './timers.js';

/**
 * Runs a lane until it is stopped, superseded or must halt: claim, then read, decide, commit and append, one batch after the other. The log
 * only ever receives committed bytes, so a crash at any point loses and doubles nothing.
 */
export async function runLane(spec: LaneSpec, signal: AbortSignal): Promise<LaneEnd> {
  const name = laneName(spec.topology, spec.partition);
  let epoch: number | undefined;
  for (;;) {
    try {
      if (signal.aborted) throw new StoppedError(name);
      const row = await spec.store.claim(name, epoch);
      epoch = row.epoch;
      await serve(new LaneSession(spec, name, row, signal));
    } catch (error) {
      const end = laneEnd(name, error, spec);
      if (end) return end;
      // Nothing is known of the commit that failed: what is in memory is dropped, and the row says how far we are.
      await spec.sleep(spec.limits?.retryMs ?? laneLimits.retryMs, signal);
    }
  }
}

async function serve(session: LaneSession): Promise<never> {
  await session.start();
  for (;;) {
    if (session.signal.aborted) throw new StoppedError(session.name);
    const busy = (await redrive(session)) || (await fireTimers(session)) || (await batch(session));
    if (!busy) await idle(session);
  }
}

async function batch(session: LaneSession): Promise<boolean> {
  if (session.paused) return false;
  const { log, topology, partition } = session.spec;
  const records = await log.read(topology.source, partition, session.row.offset, session.limits.batchRecords);
  if (records.length === 0) return false;
  await handleBatch(session, records);
  return true;
}

async function idle(session: LaneSession): Promise<void> {
  const { log, topology, partition, clock, sleep } = session.spec;
  const now = clock();
  const redriveAt = session.waitingKeys.size > 0 || session.paused ? session.nextRedriveAt : Infinity;
  const timeoutMs = Math.max(1, Math.min(session.limits.idleMs, session.nextTimerAt - now, redriveAt - now));
  if (session.paused) await sleep(timeoutMs, session.signal);
  else await log.wait(topology.source, partition, session.row.offset, timeoutMs, session.signal);
}

/** The end that an error means, or nothing where the lane claims again. */
export function laneEnd(lane: string, error: unknown, ports: RunnerPorts): LaneEnd | undefined {
  if (error instanceof StoppedError) {
    ports.report({ kind: 'stopped', lane });
    return { kind: 'stopped' };
  }
  if (error instanceof SupersededError) {
    ports.report({ kind: 'superseded', lane });
    return { kind: 'superseded' };
  }
  if (error instanceof HaltError || error instanceof OffsetOutOfRangeError) {
    // Starting somewhere else on a log that no longer reaches back to us would skip what lies between.
    ports.report({ kind: 'halted', lane, error: error.message });
    return { kind: 'halted', reason: error.message };
  }
  ports.report({ kind: 'commit-failed', lane, error: messageOf(error) });
  return undefined;
}
