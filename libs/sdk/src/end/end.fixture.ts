import { systemRandom, type Random } from '@parley/crypto';
import type { Content } from '../content/content.js';
import { MemoryStore, type DeviceStore, type StoreChange } from '../store/store.js';
import { Turns } from '../turns.js';
import type { LogIdentity } from './accounts.js';
import type { FakeKeyDirectory } from './directory.fixture.js';
import { End, type OpenedMessageOf } from './end.js';
import { Enrolment, newOwnKeys } from './enrolment.js';
import { endKeys, type OwnKeys, type RecordDraft } from './records.js';

/** Commits over a store as a host of an end makes them. */
export function commitsTo(store: DeviceStore): <T>(task: (draft: RecordDraft) => Promise<T>) => Promise<T> {
  const turns = new Turns();
  return (task) => turns.take(async () => {
    const changes: StoreChange[] = [];
    const draft: RecordDraft = {
      get: (key) => {
        const changed = changes.findLast((change) => change.key === key);
        return changed === undefined ? store.get(key) : Promise.resolve(changed.value);
      },
      put: (key, value) => void changes.push({ key, value }),
      remove: (key) => void changes.push({ key, value: null }),
    };
    const result = await task(draft);
    await store.commit(changes);
    return result;
  });
}

export type EndOptions = { readonly store?: MemoryStore; readonly now?: () => number; readonly random?: Random; readonly keyLog?: LogIdentity | null };

/** A device with an end of its own, on a directory in memory. */
export class TestEnd {
  readonly store: MemoryStore;
  readonly end: End;
  readonly enrolment: Enrolment;

  constructor(readonly accountId: string, readonly deviceId: string, directory: FakeKeyDirectory, { store = new MemoryStore(), now = () => 1_700_000_000_000, random = systemRandom, keyLog = null }: EndOptions = {}) {
    this.store = store;
    const parts = { records: store, commit: commitsTo(store), directory: () => Promise.resolve(directory.as(accountId)), random, now, keyLog };
    this.end = new End(parts);
    this.enrolment = new Enrolment(parts, this.end);
  }

  /** Makes its keys, as registration does, and has itself listed; resolves to whether it is. */
  async start(takeOver = false): Promise<boolean> {
    if ((await this.store.get(endKeys.own)) === null) {
      const own: OwnKeys = { ...newOwnKeys(systemRandom), device: { accountId: this.accountId, deviceId: this.deviceId } };
      await this.store.commit([{ key: endKeys.own, value: JSON.stringify(own) }]);
    }
    return await this.enrolment.enrol(takeOver);
  }

  seal(to: string, messageId: string, content: Content, { category = null, businessId = 'b1', conversationId = 'b1.c1' }: { category?: string | null; businessId?: string; conversationId?: string } = {}): Promise<Uint8Array> {
    return this.end.with((draft) => this.end.seal(draft, { to, businessId, conversationId, messageId, category, content }));
  }

  open(from: string, messageId: string, envelope: Uint8Array): Promise<OpenedMessageOf> {
    return this.end.with((draft, fetched) => this.end.open(draft, { envelope, from, expected: { messageId } }, fetched));
  }
}
