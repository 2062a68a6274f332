import { TOPICS } from '@parley/contracts';
import type { LogRecord } from '../port/log.js';
import { DataError, OverLimitError, type WaitingRecord } from '../port/store.js';
import { expectOffset, IncomingLinks } from './links.js';
import { placeOf } from './outbox.js';
import { messageOf } from './ports.js';
import type { LaneSession, Read } from './session.js';
import { folds, isOwn, waitingRecord, type Work } from './work.js';

/**
 * Handles records in one commit; where the database refuses a value, halves it until the record is found, which then waits. Where a balance moved
 * below them, they are decided again: each time somebody else's commit went through.
 */
export async function handleBatch(session: LaneSession, records: readonly LogRecord[]): Promise<void> {
  for (let size = records.length; ; ) {
    try {
      return await tryBatch(session, records.slice(0, size));
    } catch (error) {
      if (error instanceof OverLimitError) continue;
      if (!(error instanceof DataError)) throw error;
      if (size === 1) return tryBatch(session, records.slice(0, 1), messageOf(error));
      size = Math.ceil(size / 2);
    }
  }
}

/** @param refused why the one record of this batch must wait: the database refused what came of it. */
async function tryBatch(session: LaneSession, records: readonly LogRecord[], refused?: string): Promise<void> {
  const links = session.links.copy();
  const taken = take(session, records, links);
  const begun = await session.begin(taken, taken.filter(({ record }) => !session.waitingKeys.has(record.key)));
  const { waiting, pausedAt } = handleTaken(session, taken, begun.work, refused);
  const end = records.at(-1)!.offset + 1;
  const offset = pausedAt ?? end;
  if (offset === session.row.offset) return;
  const counted = offset === end ? links : countTo(session, records, offset);
  await session.commit(begun, { offset, links: counted, waiting });
  for (const { key } of waiting) session.waitingKeys.add(key);
  session.spec.report({
    kind: 'batch', lane: session.name, records: records.length, decided: begun.work.decided, offset,
    full: records.length >= session.limits.batchRecords, cachedKeys: session.states.size, waitingKeys: session.waitingKeys.size,
  });
}

/** Folds and decides each record in order; those of keys that wait, wait. Where one more key would be too many, the partition pauses there. */
function handleTaken(session: LaneSession, taken: readonly Read[], work: Work, refused?: string): { waiting: WaitingRecord[]; pausedAt?: number } {
  const { topology } = session.spec;
  const waiting: WaitingRecord[] = [];
  const newKeys = new Set<string>();
  for (const { record, read } of taken) {
    if (session.waitingKeys.has(record.key) || newKeys.has(record.key)) {
      waiting.push(waitingRecord(topology, record, ''));
      continue;
    }
    const handled = refused === undefined ? work.handle(record, read) : { kind: 'failed' as const, error: refused };
    if (handled.kind === 'done') continue;
    if (session.waitingKeys.size + newKeys.size >= topology.waitingLimit) {
      session.pause(record.offset, handled.error);
      return { waiting, pausedAt: record.offset };
    }
    newKeys.add(record.key);
    waiting.push(waitingRecord(topology, record, handled.error));
    session.spec.report({ kind: 'waiting', lane: session.name, key: record.key, offset: record.offset, error: handled.error });
  }
  return { waiting };
}

/** Counts every record on its link, and leaves those that are due to be folded: not repeats, not our own decisions, not types this topology does not know. */
function take(session: LaneSession, records: readonly LogRecord[], links: IncomingLinks): Read[] {
  const { topology, partition } = session.spec;
  const { linked } = TOPICS[topology.source];
  const where = `${session.name} at ${placeOf(topology.source, partition)}`;
  const taken: Read[] = [];
  let expected = session.row.offset;
  for (const record of records) {
    // Integrators' transactions leave holes in their topic, and their records bear no link: there, request ids find repeats.
    if (linked) expectOffset(record, expected, where);
    expected = record.offset + 1;
    const read = session.readMeta(record);
    const { type, meta } = read;
    if (linked && links.take(meta, where, record.offset) === 'drop') continue;
    if (isOwn(session.name, meta) || !folds(topology, type)) continue;
    taken.push({ record, read });
  }
  return taken;
}

/** Links counted only up to an offset, where a batch was cut. */
function countTo(session: LaneSession, records: readonly LogRecord[], end: number): IncomingLinks {
  const links = session.links.copy();
  take(session, records.filter((record) => record.offset < end), links);
  return links;
}
