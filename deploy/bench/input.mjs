// The input as a file: drawn once per scale, then loaded into each round's broker, so that every program reads the same bytes.
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { appendsOf, catalog, conversations, usage } from './workload.mjs';

const topics = [catalog, conversations, usage];
const headBytes = 10; // Topic, partition, records, bytes that follow.

/** Writes the scale's input to the file, unless it is there. */
export async function drawInput(file, scale, progress) {
  if (existsSync(file)) return;
  const out = createWriteStream(`${file}.part`);
  let written = 0;
  for (const append of appendsOf(scale)) {
    if (!out.write(packed(append))) await once(out, 'drain');
    written += append.records.length;
    progress(`drawing the input: ${written.toLocaleString('en')} records`);
  }
  out.end();
  await once(out, 'close');
  await rename(`${file}.part`, file);
}

function packed({ topic, partition, records }) {
  const keys = records.map(({ key }) => Buffer.from(key));
  const bytes = records.reduce((sum, { value }, index) => sum + 6 + keys[index].length + value.length, 0);
  const buffer = Buffer.allocUnsafe(headBytes + bytes);
  let at = buffer.writeUInt8(topics.indexOf(topic), 0);
  at = buffer.writeUInt8(partition, at);
  at = buffer.writeUInt32BE(records.length, at);
  at = buffer.writeUInt32BE(bytes, at);
  records.forEach(({ value }, index) => {
    at = buffer.writeUInt16BE(keys[index].length, at);
    at = buffer.writeUInt32BE(value.length, at);
    at += keys[index].copy(buffer, at);
    buffer.set(value, at);
    at += value.length;
  });
  return buffer;
}

/** The appends of a file, as they were drawn. */
async function* appendsIn(file) {
  let left = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 4 << 20 })) {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    while (left.length >= headBytes && left.length >= headBytes + left.readUInt32BE(6)) {
      const end = headBytes + left.readUInt32BE(6);
      yield unpacked(left.subarray(0, end));
      left = left.subarray(end);
    }
  }
  if (left.length > 0) throw new Error(`${file} ends within an append: remove it`);
}

function unpacked(buffer) {
  const records = [];
  for (let at = headBytes; at < buffer.length; ) {
    const [keyBytes, valueBytes] = [buffer.readUInt16BE(at), buffer.readUInt32BE(at + 2)];
    const keyAt = at + 6;
    at = keyAt + keyBytes + valueBytes;
    records.push({ key: buffer.toString('latin1', keyAt, keyAt + keyBytes), value: buffer.subarray(keyAt + keyBytes, at) });
  }
  return { topic: topics[buffer[0]], partition: buffer[1], records };
}

/** Appends a file's records to the log. Resolves with how many there are per topic. */
export async function loadInput(file, log) {
  const counts = Object.fromEntries(topics.map((topic) => [topic, 0]));
  let waiting = [];
  for await (const append of appendsIn(file)) {
    counts[append.topic] += append.records.length;
    waiting.push(log.append(append));
    if (waiting.length < 12) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  return counts;
}
