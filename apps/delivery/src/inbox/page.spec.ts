import { describe, expect, it } from '@jest/globals';
import { envelopeRetentionMs } from '@parley/domain';
import fc from 'fast-check';
import { envelopeKey } from '../projections/envelope.js';
import type { InboxRow } from '../projections/inbox.js';
import { merged, pageOf } from './page.js';

const start = Date.UTC(2026, 10, 20);

function row(logPartition: number, logOffset: number, kind: 'message' | 'status', at = start + logOffset): InboxRow {
  return { logPartition, logOffset, kind, at, recipient: 'contact', conversationId: `acme.c${logPartition}`, messageId: `m${logPartition}-${logOffset}` } as InboxRow;
}

function sealed(...rows: readonly InboxRow[]): ReadonlyMap<string, Uint8Array> {
  return new Map(rows.map((one) => [envelopeKey(one), Uint8Array.of(one.logOffset)]));
}

describe('a page of the inbox', () => {
  it('has the oldest first, and each partition in its log’s order', () => {
    const partitions = [[row(0, 4, 'status', 50), row(0, 9, 'status', 20)], [row(1, 1, 'status', 30), row(1, 2, 'status', 40)], []];
    expect(merged(partitions, 3).map(({ logPartition, logOffset }) => [logPartition, logOffset])).toEqual([[1, 1], [1, 2], [0, 4]]);
  });

  it('joins messages with their envelopes, and moves the cursor behind what it gives', () => {
    const rows = [row(0, 3, 'message'), row(1, 7, 'status'), row(0, 8, 'message')];
    const page = pageOf(rows, sealed(rows[0]!, rows[2]!), [0, 5], start);
    expect(page.items.map(({ row: { logOffset }, envelope }) => [logOffset, envelope])).toEqual([[3, Uint8Array.of(3)], [7, null], [8, Uint8Array.of(8)]]);
    expect(page.vector).toEqual([9, 8]);
  });

  it('holds back all of a partition behind a message whose envelope is not there yet, and nothing of the others', () => {
    const rows = [row(0, 1, 'status'), row(0, 2, 'message'), row(1, 2, 'message'), row(0, 3, 'status'), row(0, 4, 'message')];
    const page = pageOf(rows, sealed(rows[2]!, rows[4]!), [0, 0], start);
    expect(page.items.map(({ row: { logPartition, logOffset } }) => [logPartition, logOffset])).toEqual([[0, 1], [1, 2]]);
    expect(page.vector).toEqual([2, 3]);
  });

  it('gives a message without content once its time is over: else it would hold back the rest for ever', () => {
    const old = row(0, 1, 'message', start);
    expect(pageOf([old], new Map(), [0], start + envelopeRetentionMs - 1).items).toEqual([]);
    expect(pageOf([old], new Map(), [0], start + envelopeRetentionMs).items).toEqual([{ row: old, envelope: null }]);
  });

  it('loses and repeats nothing, whenever envelopes come and however long pages are', () => {
    const inbox = fc.array(fc.record({ partition: fc.nat(2), message: fc.boolean(), late: fc.nat(4) }), { maxLength: 30 });
    fc.assert(
      fc.property(inbox, fc.integer({ min: 1, max: 5 }), (sent, limit) => {
        const all = sent.map(({ partition, message, late }, offset) => ({ row: row(partition, offset, message ? 'message' : 'status'), late }));
        const seen: string[] = [];
        let vector: readonly number[] = [0, 0, 0];
        for (let round = 0; round < 60; round += 1) {
          const there = sealed(...all.filter(({ late }) => late <= round).map(({ row: one }) => one));
          const behind = [0, 1, 2].map((partition) => all.map(({ row: one }) => one).filter((one) => one.logPartition === partition && one.logOffset >= vector[partition]!).slice(0, limit));
          const page = pageOf(merged(behind, limit), there, vector, start);
          vector = page.vector;
          seen.push(...page.items.map(({ row: one }) => one.messageId));
        }
        expect([...seen].sort()).toEqual(all.map(({ row: one }) => one.messageId).sort());
        for (const partition of [0, 1, 2]) {
          const order = seen.filter((messageId) => messageId.startsWith(`m${partition}-`)).map((messageId) => Number(messageId.split('-')[1]));
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }),
    );
  });
});
