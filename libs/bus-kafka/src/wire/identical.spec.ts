import { describe, expect, it } from '@jest/globals';
import type { NewRecord } from '@parley/bus';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import stockFetch from 'kafkajs/src/protocol/requests/fetch/v11/request.js';
import stockAnswer from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import stockOffsets from 'kafkajs/src/protocol/requests/listOffsets/v2/request.js';
import stockProduce from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { findBatches, readRecords } from './batches.js';
import { encodeBatch } from './record-batch.js';
import { fetchRequest, listOffsetsRequest, produceRequest } from './requests.js';
import { WireReader } from './reader.js';
import { WireWriter } from './writer.js';

const at = 1_764_000_000_123;
const sequence = { producerId: 4_711_000_000_000, producerEpoch: 3, first: 70_000 };
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 31) % 256);

const shapes: { readonly [name: string]: readonly NewRecord[] } = {
  'one record': [{ key: 'k', value: bytes(1) }],
  'no bytes at all': [{ key: '', value: bytes(0) }],
  'keys beyond ASCII, short and long': [{ key: 'ключ-é-🔑', value: bytes(3) }, { key: 'ключ'.repeat(50), value: bytes(3) }, { key: 'a'.repeat(200), value: bytes(3) }],
  'values at every length of a varint': [0, 63, 64, 127, 128, 8_191, 8_192, 65_536].map((length) => ({ key: `k${length}`, value: bytes(length) })),
  'many records': Array.from({ length: 3_000 }, (_, index) => ({ key: `biz_1.c_${index}`, value: bytes(index % 300) })),
  headers: [{ key: 'k', value: bytes(9), headers: new Map([['ce_id', bytes(36)], ['ключ', bytes(0)], ['parley-signature', bytes(64)]]) }],
};

const stockRecord = ({ key, value, headers }: NewRecord) => ({
  key: Buffer.from(key), value: Buffer.from(value), timestamp: String(at), headers: Object.fromEntries([...(headers ?? [])].map(([name, content]) => [name, Buffer.from(content)])),
});

describe('what we encode in place of kafkajs', () => {
  it('stands on the version it was written for', () => {
    const manifest = fileURLToPath(new URL('../../../../node_modules/kafkajs/package.json', import.meta.url));
    expect((JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version).toBe('2.2.4');
  });

  it.each(Object.entries(shapes))('is the same request to append, byte for byte: %s', async (_name, records) => {
    const topicData = [
      { topic: 'parley.usage.v1', partitions: [{ partition: 3, firstSequence: sequence.first, messages: records.map(stockRecord) }, { partition: 11, firstSequence: sequence.first, messages: records.map(stockRecord) }] },
      { topic: 'parley.ledger.v1', partitions: [{ partition: 0, firstSequence: sequence.first, messages: records.map(stockRecord) }] },
    ];
    const stock = await stockProduce({ acks: -1, timeout: 5_000, producerId: sequence.producerId, producerEpoch: sequence.producerEpoch, topicData }).encode();
    const batch = encodeBatch(records, at, sequence);
    const ours = produceRequest([{ topic: 'parley.usage.v1', partition: 3, bytes: batch }, { topic: 'parley.usage.v1', partition: 11, bytes: batch }, { topic: 'parley.ledger.v1', partition: 0, bytes: batch }], 5_000);
    expect(ours.body.equals(stock.buffer)).toBe(true);
  });

  it('is the same request to read, and for offsets', async () => {
    const partitions = [{ partition: 1, fetchOffset: '4294967296123', maxBytes: 1_048_576 }, { partition: 2, fetchOffset: '0', maxBytes: 1_048_576 }];
    const stock = await stockFetch({ replicaId: -1, maxWaitTime: 100, minBytes: 1, maxBytes: 8_388_608, isolationLevel: 1, topics: [{ topic: 't', partitions }], rackId: '' }).encode();
    const positions = partitions.map(({ partition, fetchOffset }) => ({ topic: 't', partition, offset: Number(fetchOffset) }));
    expect(fetchRequest(positions, { waitMs: 100, maxBytes: 8_388_608, partitionBytes: 1_048_576 }).body.toString('hex')).toBe(stock.buffer.toString('hex'));
    const ends = await stockOffsets({ replicaId: -1, isolationLevel: 1, topics: [{ topic: 't', partitions: [{ partition: 1, timestamp: -1 }] }] }).encode();
    expect(listOffsetsRequest([{ topic: 't', partition: 1, which: -1 }]).body.toString('hex')).toBe(ends.buffer.toString('hex'));
  });

  it.each(Object.entries(shapes))('reads an answer as kafkajs does: %s', async (_name, records) => {
    const batch = encodeBatch(records, at, sequence);
    batch.writeBigInt64BE(500n, 0); // As the broker does.
    const answer = new WireWriter();
    answer.int32(0).int16(0).int32(0).int32(1).string('t').int32(1).int32(7).int16(0).int64(9_000).int64(9_000).int64(0).int32(0).int32(-1).block(batch);
    const stock = await stockAnswer.decode(Buffer.from(answer.bytes));
    const [found] = fetchRequest([], { waitMs: 0, maxBytes: 1, partitionBytes: 1 }).read(new WireReader(answer.bytes));
    expect(found).toMatchObject({ topic: 't', partition: 7, value: { error: 0, stableEnd: 9_000, start: 0, aborted: [] } });
    const ours = findBatches(found!.value.records).flatMap((each) => readRecords(each, 0));
    const theirs = stock.responses[0]!.partitions[0]!.messages;
    expect(ours.map(plain)).toEqual(theirs.map(({ offset, key, value, headers }) => plain({ offset: Number(offset), key: key.toString(), value, headers: new Map(Object.entries(headers)) })));
  });
});

function plain({ offset, key, value, headers = new Map<string, Uint8Array>() }: { offset: number; key: string; value: Uint8Array; headers?: ReadonlyMap<string, Uint8Array> }) {
  return { offset, key, value: Buffer.from(value).toString('hex'), headers: [...headers].map(([name, content]) => [name, Buffer.from(content).toString('hex')]) };
}
