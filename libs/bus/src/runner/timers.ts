import type { LaneSession } from './session.js';

/**
 * Fires timers that are due: removes them and appends a TimerDue for each, in one commit. Nothing is decided here; the command is decided
 * when it is read back, in its place in the log. Returns whether any fired.
 */
export async function fireTimers(session: LaneSession): Promise<boolean> {
  const { store, topology, partition, clock, newId } = session.spec;
  const now = clock();
  if (now < session.nextTimerAt) return false;
  const due = await store.dueTimers(session.name, now, session.limits.timersPerCommit);
  if (due.length > 0) {
    const begun = await session.begin([], []);
    for (const { key, businessId, name, subject, dueAt } of due) {
      const event = { type: 'TimerDue' as const, topology: topology.name, businessId, key, name, subject, dueAt };
      const stamp = { eventId: newId(), at: dueAt, recordedAt: now, cause: null, catalogOffset: begun.catalogOffset };
      begun.outbox.stage({ topic: topology.source, key, event }, stamp, partition);
    }
    begun.outbox.keep();
    await session.commit(begun, { offset: session.row.offset, links: session.links, fired: due });
    session.spec.report({ kind: 'timers', lane: session.name, fired: due.length });
  }
  await session.loadNextTimer();
  return due.length > 0;
}

