import { TOPICS } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Append } from '../port/log.js';

/** What our records carry as headers where integrators read them: CloudEvents in Kafka's binary mode. A function of the frame alone, so that a repeated append repeats them. */
export function cloudEventHeaders(codec: Pick<Codec, 'readMeta'>, frame: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const { type, meta } = codec.readMeta(frame);
  const headers = {
    ce_specversion: '1.0',
    ce_id: meta.eventId,
    ce_source: `/parley/${meta.link}`,
    ce_type: `parley.v1.${type}`,
    ce_time: new Date(meta.at).toISOString(),
    'content-type': 'avro/binary',
  };
  return new Map(Object.entries(headers).map(([name, text]) => [name, utf8.encode(text)]));
}

/** The append with headers, where its topic is one that integrators read or write. */
export function withHeaders(codec: Pick<Codec, 'readMeta'>, append: Append): Append {
  if (!headedTopics.has(append.topic)) return append;
  return { ...append, records: append.records.map((record) => ({ ...record, headers: cloudEventHeaders(codec, record.value) })) };
}

const utf8 = new TextEncoder();
const headedTopics = new Set(Object.values(TOPICS).filter(({ name }) => name.startsWith('parley.requests.')).map(({ name }) => name));
