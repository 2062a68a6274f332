import { Turns } from '../turns.js';
import type { RecordDraft } from '../end/records.js';
import type { DeviceStore, StoreChange } from './store.js';

/** Changes over what is committed, as they are collected: what was put last is what is read. */
export function changesOver(store: DeviceStore): RecordDraft & { readonly changes: StoreChange[] } {
  const changes: StoreChange[] = [];
  return {
    changes,
    get: (key) => {
      const changed = changes.findLast((change) => change.key === key);
      return changed === undefined ? store.get(key) : Promise.resolve(changed.value);
    },
    put: (key, value) => void changes.push({ key, value }),
    remove: (key) => void changes.push({ key, value: null }),
  };
}

/** Runs commits on a store one after the other: each reads its own writes, and keeps all of them, or nothing where it throws. */
export function commitsTo(store: DeviceStore): <T>(task: (draft: RecordDraft) => Promise<T>) => Promise<T> {
  const turns = new Turns();
  return (task) => turns.take(async () => {
    const draft = changesOver(store);
    const result = await task(draft);
    if (draft.changes.length > 0) await store.commit(draft.changes);
    return result;
  });
}
