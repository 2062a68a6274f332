import { systemRandom, type Random } from '@parley/crypto';
import type { Content } from '../content/content.js';
import { commitsTo } from '../store/commits.js';
import { MemoryStore } from '../store/store.js';
import type { LogIdentity } from '../end/accounts.js';
import type { FakeKeyDirectory } from './fake-directory.js';
import { End, type OpenedMessageOf } from '../end/end.js';
import { Enrolment, newOwnKeys } from '../end/enrolment.js';
import { endKeys, type OwnKeys } from '../end/records.js';

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
