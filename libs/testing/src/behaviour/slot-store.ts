import { SupersededError, type LaneRow, type Log, type SlotRequest, type SlotStore } from '@parley/bus';
import { jest, suite } from './jest.js';
import { behaviourTopic, record } from './log.js';

export interface OpenSlotStore {
  readonly store: SlotStore;
  /** Where the store appends in its commits: the log it appends to. */
  readonly log?: Log;
  close(): Promise<void>;
}

export interface SlotStoreSubject {
  readonly name: string;
  readonly open: () => Promise<OpenSlotStore>;
  readonly skip?: string;
}

const leaseMs = 1_000;

/** What every slot store does. Each case has a service, and so slots, of its own. */
export function slotStoreBehaviour({ name, open, skip }: SlotStoreSubject): void {
  const { afterAll, beforeAll } = jest();
  suite(`${name} is a slot store`, skip, () => {
    let opened: OpenSlotStore;
    let service = 0;
    beforeAll(async () => void (opened = await open()));
    afterAll(() => opened?.close());
    const slots = (count: number): string[] => {
      service += 1;
      return Array.from({ length: count }, (_, slot) => `service${service}/http/${slot}`);
    };
    leaseCases(() => opened.store, slots);
    requestCases(() => opened, slots);
  });
}

function leaseCases(store: () => SlotStore, slots: (count: number) => string[]): void {
  const { expect, it } = jest();
  it('leases each slot to one holder, with a new epoch', async () => {
    const names = slots(3);
    const leases = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => store().lease(names, holder, 0, leaseMs)));
    const held = leases.flatMap((lease) => (lease ? [lease.lane] : []));
    expect([...held].sort()).toEqual(names);
    expect(leases.filter((lease) => lease).map((lease) => lease!.row.epoch)).toEqual([1, 1, 1]);
    expect(await store().lease(names, 'e', leaseMs - 1, leaseMs)).toBeUndefined();
  });

  it('leases a slot again when its time has run out, over the epoch of who held it', async () => {
    const names = slots(1);
    const first = await store().lease(names, 'a', 0, leaseMs);
    const second = await store().lease(names, 'b', leaseMs, leaseMs);
    expect(second?.row.epoch).toBe(first!.row.epoch + 1);
    await expect(store().renew(first!.lane, first!.row.epoch, 'a', leaseMs, leaseMs)).rejects.toThrow(SupersededError);
    await expect(store().commitRequests(first!.lane, first!.row.epoch, [request('k')], () => first!.row)).rejects.toThrow(SupersededError);
  });

  it('prolongs a lease, and ends it', async () => {
    const names = slots(1);
    const { lane, row } = (await store().lease(names, 'a', 0, leaseMs))!;
    await store().renew(lane, row.epoch, 'a', 900, leaseMs);
    expect(await store().lease(names, 'b', leaseMs, leaseMs)).toBeUndefined();
    await store().renew(lane, row.epoch, 'a', 1_000, 0);
    expect((await store().lease(names, 'b', 1_000, leaseMs))?.lane).toBe(lane);
  });

  it('claims a slot for the holder who lost track, unless somebody else has it', async () => {
    const names = slots(1);
    const { lane, row } = (await store().lease(names, 'a', 0, leaseMs))!;
    expect((await store().claim(lane, row.epoch)).epoch).toBe(row.epoch + 1);
    await expect(store().claim(lane, row.epoch)).rejects.toThrow(SupersededError);
  });

  it('names slots that are no longer wanted', async () => {
    const names = slots(3);
    for (const holder of ['a', 'b', 'c']) await store().lease(names, holder, 0, leaseMs);
    const removed = await store().removed(names.slice(0, 1));
    expect(names.filter((slot) => removed.includes(slot))).toEqual(names.slice(1));
  });
}

function requestCases(opened: () => OpenSlotStore, slots: (count: number) => string[]): void {
  const { expect, it } = jest();
  const store = (): SlotStore => opened().store;
  const held = async (): Promise<{ lane: string; row: LaneRow }> => (await store().lease(slots(1), 'a', 0, leaseMs))!;
  const unmoved = ({ row }: { row: LaneRow }) => (): Omit<LaneRow, 'epoch'> => row;

  it('takes a key once, answers it again, and refuses another body', async () => {
    const slot = await held();
    const first = await store().commitRequests(slot.lane, slot.row.epoch, [request('a')], unmoved(slot));
    expect(first.outcomes).toEqual([{ kind: 'taken' }]);
    const later = [request('a', { answer: 'other', at: 9 }), request('a', { bodyHash: 'other' }), request('a', { businessId: 'other' }), request('b')];
    const second = await store().commitRequests(slot.lane, slot.row.epoch, later, unmoved(slot));
    expect(second.outcomes).toEqual([{ kind: 'repeated', answer: 'answer to a' }, { kind: 'conflict' }, { kind: 'taken' }, { kind: 'taken' }]);
  });

  it('knows the keys that it took, of each business its own', async () => {
    const slot = await held();
    const { businessId } = request('known');
    expect(await store().knows(businessId, 'known')).toBe(false);
    await store().commitRequests(slot.lane, slot.row.epoch, [request('known')], unmoved(slot));
    expect([await store().knows(businessId, 'known'), await store().knows(businessId, 'other'), await store().knows('other-business', 'known')]).toEqual([true, false, false]);
  });

  it('resolves repeats within one call to the first, and tells which are new', async () => {
    const slot = await held();
    let told: readonly boolean[] = [];
    let toldOutcomes: unknown;
    const { outcomes } = await store().commitRequests(slot.lane, slot.row.epoch, [request('r'), request('r'), request('r', { bodyHash: 'other' }), request('s')], (taken, all) => {
      [told, toldOutcomes] = [taken, all];
      return slot.row;
    });
    expect(outcomes).toEqual([{ kind: 'taken' }, { kind: 'repeated', answer: 'answer to r' }, { kind: 'conflict' }, { kind: 'taken' }]);
    expect(told).toEqual([true, false, false, true]);
    expect(toldOutcomes).toEqual(outcomes);
  });

  it('lets one of two slots have a key that both are asked for at once', async () => {
    const [one, two] = [await held(), await held()];
    for (let round = 0; round < 5; round += 1) {
      const keys = Array.from({ length: 400 }, (_, index) => `shared ${round} ${index}`);
      const [first, second] = await Promise.all([
        store().commitRequests(one.lane, one.row.epoch, keys.map((key) => request(key)), unmoved(one)),
        store().commitRequests(two.lane, two.row.epoch, [...keys].reverse().map((key) => request(key)), unmoved(two)),
      ]);
      const other = [...second.outcomes].reverse();
      keys.forEach((key, index) => {
        const kinds = [first.outcomes[index]!, other[index]!].map(({ kind }) => kind).sort();
        expect([key, kinds]).toEqual([key, ['repeated', 'taken']]);
      });
    }
  });

  it('keeps no key of a commit whose row could not be built', async () => {
    const slot = await held();
    const fail = (): never => {
      throw new Error('cannot be encoded');
    };
    await expect(store().commitRequests(slot.lane, slot.row.epoch, [request('lost')], fail)).rejects.toThrow('cannot be encoded');
    const { outcomes } = await store().commitRequests(slot.lane, slot.row.epoch, [request('lost')], unmoved(slot));
    expect(outcomes).toEqual([{ kind: 'taken' }]);
  });

  it('writes the row with the keys: output appended, or pending until it is', async () => {
    const slot = await held();
    const pending = [{ topic: behaviourTopic, partition: 2, firstNumber: 1, records: [record('from a slot', 'v')] }] as const;
    const before = (await opened().log?.end(behaviourTopic, 2)) ?? 0;
    const { acked } = await store().commitRequests(slot.lane, slot.row.epoch, [request('p')], () => ({ ...slot.row, sent: { [`${behaviourTopic}/2`]: 1 }, pending }));
    const row = await store().load(slot.lane);
    expect(row?.sent).toEqual({ [`${behaviourTopic}/2`]: 1 });
    expect(row?.pending).toHaveLength(store().appendsInCommit ? 0 : 1);
    expect(acked).toEqual(store().appendsInCommit ? { [`${behaviourTopic}/2`]: before + 1 } : {});
    if (store().appendsInCommit) expect((await opened().log!.read(behaviourTopic, 2, before, 10)).map(({ key }) => key)).toEqual(['from a slot']);
  });

  it('forgets keys that are older than asked, and takes them as new', async () => {
    const slot = await held();
    await store().commitRequests(slot.lane, slot.row.epoch, [request('old', { at: -10 }), request('young', { at: 10 })], unmoved(slot));
    expect(await store().forgetRequests(0)).toBe(1);
    const { outcomes } = await store().commitRequests(slot.lane, slot.row.epoch, [request('old'), request('young')], unmoved(slot));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['taken', 'repeated']);
  });
}

function request(key: string, other: Partial<SlotRequest> = {}): SlotRequest {
  return { businessId: 'biz', idempotencyKey: key, bodyHash: 'body', answer: `answer to ${key}`, at: 1, ...other };
}
