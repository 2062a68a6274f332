// A history to price again: usage and billing's decisions on it, drawn from a counter, on disk as the embedded log keeps records: batches of frames.
import { createCodec } from '@parley/bus';
import { FoldedStates } from '@parley/contracts';
import { billingTopology, catalogFold } from '@parley/domain';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogEvents, drawUsage, now } from './workload.mjs';

const batchRecords = 2_000;
/** Conversations of 2,000 businesses of 500 owners; at this pace 10 M messages are a hundred days. */
const pace = { conversations: 200_000, perDay: 100_000 };
const usage = 'parley.usage.v1';
const ledger = 'parley.ledger.v1';
const noMeta = { eventId: '00000000-0000-4000-8000-000000000000', at: now, recordedAt: now, link: 'bench/http/0', number: 1, cause: null, catalogOffset: 0 };

export function benchCatalog() {
  return catalogEvents().reduce((known, { event }) => catalogFold.evolve(known, { ...event, meta: noMeta }), catalogFold.initial);
}

/** Writes the history of so many messages into a folder below, unless it is there; the folder. */
export async function historyOf(messages, below, progress = () => undefined) {
  const folder = join(below, `history-${messages}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}-unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const files = { [usage]: await BatchFile.create(unfinished, usage), [ledger]: await BatchFile.create(unfinished, ledger) };
  let written = 0;
  for (const { key, command, decision } of decidedUsage(messages)) {
    files[usage].add(key, command);
    files[ledger].add(key, decision);
    if ((written += 1) % batchRecords !== 0 && written !== messages) continue;
    for (const file of Object.values(files)) await file.flush();
    progress(written);
  }
  for (const file of Object.values(files)) await file.close();
  renameSync(unfinished, folder);
  return folder;
}

/** Frames of used messages, with what the billing of the published rules decided on each. */
function* decidedUsage(messages) {
  const codec = createCodec();
  const catalog = benchCatalog();
  const states = new FoldedStates(billingTopology);
  let offset = 0;
  for (const { key, at, event } of drawUsage(messages, pace)) {
    const command = { ...event, meta: { ...noMeta, at, number: offset + 1 } };
    const aside = billingTopology.asideOf(command, catalog);
    const state = billingTopology.evolve(states.of(key, aside), command);
    const payload = billingTopology.decide(command, state, { now, catalog });
    const decision = { ...payload, meta: { ...noMeta, at, link: 'billing/0', number: offset + 1, cause: { topic: usage, partition: 0, offset } } };
    states.put(key, aside, billingTopology.evolve(state, decision));
    yield { key, command: codec.encode(command), decision: codec.encode(decision) };
    offset += 1;
  }
}

/** Batches one after the other: per record the key's length, the key, the frame's length, the frame; lengths of 32 bits. Beside it where each begins. */
class BatchFile {
  static async create(folder, topic) {
    return new BatchFile(await open(join(folder, `${topic}.frames`), 'w'), join(folder, `${topic}.json`));
  }

  constructor(file, index) {
    Object.assign(this, { file, index, parts: [], size: 0, at: 0, starts: [], records: 0 });
  }

  add(key, frame) {
    const head = Buffer.alloc(8 + key.length);
    head.writeUInt32BE(key.length, 0);
    head.write(key, 4, 'latin1');
    head.writeUInt32BE(frame.length, 4 + key.length);
    this.parts.push(head, frame);
    this.size += head.length + frame.length;
    this.records += 1;
  }

  async flush() {
    this.starts.push(this.at);
    await this.file.write(Buffer.concat(this.parts, this.size));
    this.at += this.size;
    this.parts = [];
    this.size = 0;
  }

  async close() {
    writeFileSync(this.index, JSON.stringify({ records: this.records, starts: [...this.starts, this.at] }));
    await this.file.close();
  }
}

/** The history in a folder as a log of one partition of each topic. A batch at a time is in memory. */
export async function openHistory(folder) {
  const topics = {};
  for (const topic of [usage, ledger]) topics[topic] = { ...JSON.parse(readFileSync(join(folder, `${topic}.json`), 'utf8')), file: await open(join(folder, `${topic}.frames`)) };
  return {
    partitions: () => 1,
    start: async () => 0,
    end: async (topic) => topics[topic].records,
    close: async () => void (await Promise.all(Object.values(topics).map(({ file }) => file.close()))),
    read: async (topic, _, offset, limit) => {
      const { records, starts, file } = topics[topic];
      if (offset >= records) return [];
      const batch = Math.floor(offset / batchRecords);
      const bytes = Buffer.allocUnsafeSlow(starts[batch + 1] - starts[batch]);
      await file.read(bytes, 0, bytes.length, starts[batch]);
      const [whole, from] = [recordsIn(bytes, batch * batchRecords), offset - batch * batchRecords];
      return from === 0 && whole.length <= limit ? whole : whole.slice(from, from + limit);
    },
  };
}

function recordsIn(bytes, base) {
  const records = [];
  for (let at = 0; at < bytes.length; ) {
    const keyEnd = at + 4 + bytes.readUInt32BE(at);
    const end = keyEnd + 4 + bytes.readUInt32BE(keyEnd);
    records.push({ offset: base + records.length, key: bytes.toString('utf8', at + 4, keyEnd), value: bytes.subarray(keyEnd + 4, end) });
    at = end;
  }
  return records;
}
