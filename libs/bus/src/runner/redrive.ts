import { DataError, OverLimitError, type WaitingRecord } from '../port/store.js';
import { messageOf } from './ports.js';
import type { LaneSession } from './session.js';

/**
 * Handles a key's waiting records again, in log order, where somebody asked for it: also while the partition is paused. The key goes on
 * waiting until its queue is empty, so that nothing overtakes. Returns whether there was a request.
 */
export async function redrive(session: LaneSession): Promise<boolean> {
  const now = session.spec.clock();
  if ((session.waitingKeys.size === 0 && !session.paused) || now < session.nextRedriveAt) return false;
  const [key] = await session.spec.store.redriveRequests(session.name, 1);
  session.nextRedriveAt = key === undefined ? now + session.limits.redrivePollMs : now;
  if (key === undefined) return false;
  await redriveKey(session, key);
  if (session.paused) {
    session.paused = false;
    await session.loadWaitingKeys();
    if (!session.paused) session.spec.report({ kind: 'resumed', lane: session.name });
  }
  return true;
}

async function redriveKey(session: LaneSession, key: string): Promise<void> {
  const limit = session.limits.redriveRecords;
  const records = await session.spec.store.waitingRecords(session.name, key, limit);
  for (let size = Math.max(1, records.length); ; ) {
    try {
      return await tryRedrive(session, key, records.slice(0, size), records.length === limit || size < records.length);
    } catch (error) {
      if (error instanceof OverLimitError) continue;
      if (!(error instanceof DataError)) throw error;
      if (size === 1) return tryRedrive(session, key, [], true, messageOf(error));
      size = Math.ceil(size / 2);
    }
  }
}

/** @param more whether records of the key will be left. @param refused why the next one was refused by the database. */
async function tryRedrive(session: LaneSession, key: string, records: readonly WaitingRecord[], more: boolean, refused = ''): Promise<void> {
  const taken = records.map((record) => ({ record, read: session.readMeta(record) }));
  const begun = await session.begin(taken, taken);
  const redriven: WaitingRecord[] = [];
  let error = refused;
  for (const { record, read } of taken) {
    const handled = begun.work.handle(record, read);
    if (handled.kind === 'failed') {
      error = handled.error;
      break;
    }
    redriven.push(record);
  }
  const done = error === '' && !more;
  // A request stands until the key's queue is empty or a record fails again: then it has its answer.
  const answered = done || error !== '' ? [key] : [];
  await session.commit(begun, { offset: session.row.offset, links: session.links, redriven, answered });
  if (done) session.waitingKeys.delete(key);
  session.spec.report({ kind: 'redriven', lane: session.name, key, records: redriven.length, done, error });
}
