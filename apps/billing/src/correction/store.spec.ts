import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownerRole } from '@parley/bus-postgres';
import type { PublishedCorrection } from '@parley/domain';
import { openSchema, type Schema } from '../projections/ledger.fixture.js';
import { CorrectionStore } from './store.js';

let schema: Schema;
let ours: CorrectionStore;
let theirs: CorrectionStore;
const heldMs = 1_000;

const correction = (catalogOffset: number): PublishedCorrection => ({
  kind: 'rate_card', id: 'usd', version: 2, catalogOffset, effectiveFrom: '2026-01-01', corrected: { id: 'usd', version: 1 }, reason: 'it was wrong', publishedAt: 1_764_000_000_000,
});

beforeAll(async () => {
  schema = await openSchema();
  [ours, theirs] = ['one', 'two'].map((holder) => new CorrectionStore(schema.database, schema.rows, holder)) as [CorrectionStore, CorrectionStore];
}, 60_000);
afterAll(() => schema.close());

describe('corrections in the database', () => {
  it('are known once, whoever finds them, in the order of publication', async () => {
    await ours.add([correction(9), correction(4)]);
    await theirs.add([correction(4)]);
    expect(await ours.all()).toMatchObject([
      { catalogOffset: 4, state: 'waiting', publishedId: 'usd', version: 2, correctedVersion: 1, reason: 'it was wrong', adjustments: 0, changes: '{}', settledTo: '{}', detail: null },
      { catalogOffset: 9 },
    ]);
  });

  it('are one process’s at a time, which may take its own again', async () => {
    expect(await ours.take(0, heldMs)).toMatchObject({ catalogOffset: 4, state: 'running' });
    expect(await theirs.take(0, heldMs)).toMatchObject({ catalogOffset: 9 });
    expect(await theirs.take(0, heldMs)).toMatchObject({ catalogOffset: 9 });
    expect(await ours.take(0, heldMs)).toMatchObject({ catalogOffset: 4 });
  });

  it('are another’s once nothing was heard for too long, and the first one is told', async () => {
    expect(await ours.update(4, { done: 7, settledTo: '{"0":7}', heldUntil: 2_000 })).toBe(true);
    expect(await theirs.take(1_999, heldMs)).toMatchObject({ catalogOffset: 9 });
    expect(await theirs.take(2_000, heldMs)).toMatchObject({ catalogOffset: 4, settledTo: '{"0":7}' });
    expect(await ours.update(4, { done: 8 })).toBe(false);
    expect((await ours.all())[0]).toMatchObject({ done: 7 });
  });

  it('are taken when they are due, and never again once they are settled', async () => {
    await theirs.update(4, { state: 'settled', heldUntil: 0 });
    await theirs.update(9, { state: 'posted', heldUntil: 0, nextAt: 10_000 });
    expect(await ours.take(9_999, heldMs)).toBeNull();
    expect(await ours.take(10_000, heldMs)).toMatchObject({ catalogOffset: 9 });
  });
});

describe('adjustments on the ledger', () => {
  it('are known by their ids, and a charge of the same id is none', async () => {
    const entry = (offset: number, side: number, type: string, reference: string): readonly unknown[] => [0, offset, side, type, reference];
    const sql = `insert into billing.ledger_entry (ledger_partition, ledger_offset, entry, event_type, reference, ledger_topic, business_id, owner_id, account, currency, amount_micros, event_id, bill_month, illustrative, posted_at, source_partition)
      values ($1, $2, $3, $4, $5, 'parley.ledger.v1', 'acme', 'acme-group', 'adjustments', 'USD', 1, 'e', '2018-08', false, 0, 0)`;
    for (const values of [entry(1, 0, 'AdjustmentPosted', 'a1'), entry(1, 1, 'AdjustmentPosted', 'a1'), entry(2, 0, 'ChargePosted', 'a2')]) {
      await schema.database.as({ role: ownerRole('billing') }).query(sql, values);
    }
    expect(await ours.posted(['a1', 'a2', 'a3'] as never)).toEqual(new Set(['a1']));
  });
});
