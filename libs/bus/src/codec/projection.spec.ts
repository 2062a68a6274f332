// A projection is an acceleration only: it refuses what the codec refuses, and gives of an event what was picked, as the codec does.
import { describe, expect, test } from '@jest/globals';
import { EVENT_TYPES, REGISTERED_SCHEMAS, type AnyEvent, type AvroRecord, type AvroType, type EventPicks, type EventType, type RegisteredSchema } from '@parley/contracts';
import { anyEventOf } from '@parley/testing';
import fc from 'fast-check';
import { createCodec, type Glimpse } from './codec.js';

const codec = createCodec();
const newest = new Map([...REGISTERED_SCHEMAS].sort((a, b) => a.version - b.version).map((entry) => [entry.name, entry]));

type Chosen = true | { readonly [field: string]: Chosen };

/** Some fields of a schema's records, and of the records within them: any choice there is. Names are looked up as Avro does. */
function choiceOf(schema: AvroRecord): fc.Arbitrary<{ readonly [field: string]: Chosen }> {
  const named = new Map<string, AvroRecord>();
  const recordIn = (type: AvroType): AvroRecord | undefined => {
    if (typeof type === 'string') return named.get(type);
    if (Array.isArray(type)) return recordIn((type as readonly AvroType[])[1]!);
    return (type as AvroRecord).type === 'record' ? (type as AvroRecord) : undefined;
  };
  const of = (record: AvroRecord): fc.Arbitrary<{ readonly [field: string]: Chosen }> => {
    named.set(record.name, record);
    const fields = record.fields.map(({ name, type }) => {
      const inner = recordIn(type);
      return [name, inner === undefined ? fc.constant<Chosen>(true) : fc.oneof(fc.constant<Chosen>(true), of(inner))] as const;
    });
    return fc.record(Object.fromEntries(fields.filter(([name]) => name !== 'meta')), { requiredKeys: [] }) as fc.Arbitrary<{ readonly [field: string]: Chosen }>;
  };
  return of(schema);
}

/** The fields of a value that were chosen, and no others. */
function picked(value: unknown, chosen: Chosen): unknown {
  if (chosen === true || value === null) return value;
  return Object.fromEntries(Object.entries(chosen).map(([field, inner]) => [field, picked((value as { readonly [name: string]: unknown })[field], inner)]));
}

function linkMeta({ meta: { link, number, cause } }: AnyEvent): object {
  return { link, number, cause: cause && { offset: cause.offset } };
}

/** Events whose amounts are exact as doubles: with larger ones the quick ways give up, and what they do would not be seen. */
function usualEventOf(type: EventType): fc.Arbitrary<AnyEvent> {
  const usual = (value: unknown): unknown => {
    if (typeof value === 'bigint') return value % 2n ** 50n;
    if (Array.isArray(value)) return value.map(usual);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, usual(inner)]));
  };
  return anyEventOf(type).map((event) => usual(event) as AnyEvent);
}

const picksOf = (type: EventType, chosen: Chosen): EventPicks => ({ [type]: chosen });

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(EVENT_TYPES)('%s', (type) => {
  test('is read at once, with the fields that were chosen and no others', () => {
    fc.assert(
      fc.property(fc.array(usualEventOf(type), { minLength: 1, maxLength: 4 }), choiceOf(newest.get(type)!.schema), (events, chosen) => {
        const { glimpse, read } = codec.project(picksOf(type, chosen));
        // The same ones again: what was read before is known by its bytes.
        for (const event of [...events, ...events]) {
          const frame = codec.encode(event);
          const { type: _, meta: __, ...fields } = event;
          const seen = glimpse(frame);
          expect(seen).not.toHaveProperty('isMeta');
          expect(read(frame, seen)).toStrictEqual({ type, meta: linkMeta(event), ...(picked(fields, chosen) as object) });
        }
      }),
      { numRuns: 12, seed: 5, endOnFailure: true },
    );
  });

  test('is refused as the codec refuses it, however its bytes are changed', () => {
    // Without a bias to small numbers: else hardly a byte behind the metadata would be changed.
    const change = fc.record({ at: fc.noBias(fc.nat(5_000)), byte: fc.noBias(fc.nat(255)), cut: fc.nat(9) });
    fc.assert(
      fc.property(fc.oneof(usualEventOf(type), anyEventOf(type)), choiceOf(newest.get(type)!.schema), fc.array(change, { minLength: 1, maxLength: 2 }), (event, chosen, changes) => {
        const whole = codec.encode(event);
        let frame = Buffer.from(whole);
        for (const { at, byte, cut } of changes) {
          frame[5 + (at % (frame.length - 5))] = byte;
          if (cut === 0) frame = frame.subarray(0, Math.max(6, frame.length - (at % 4)));
        }
        const { glimpse, read } = codec.project(picksOf(type, chosen));
        glimpse(whole);
        // As every reader of a log does it: the metadata first.
        const decoded = outcome(() => codec.decode(frame, codec.readMeta(frame)));
        const projected = outcome(() => read(frame, glimpse(frame)));
        if (typeof decoded === 'string') expect(projected).toBe(decoded);
        else expect(picked(projected, chosen)).toStrictEqual(picked(decoded, chosen));
      }),
      { numRuns: 25, seed: 5, endOnFailure: true },
    );
  });
});

describe('a projection', () => {
  const [event] = fc.sample(anyEventOf('UsageRecorded'), { numRuns: 1, seed: 1 }) as [AnyEvent & { readonly type: 'UsageRecorded' }];

  test('reads of what was not picked from the metadata, and all when it is asked to', () => {
    const { glimpse, read } = codec.project({ ChargePosted: { amount: true } });
    const frame = codec.encode(event);
    const seen: Glimpse<object> = glimpse(frame);
    expect(seen).toMatchObject({ type: 'UsageRecorded', meta: event.meta, isMeta: true });
    expect(read(frame, seen as never)).toStrictEqual(event);
  });

  test('reads what an older version wrote as the newest', () => {
    const [meta] = newest.get('DecisionSkipped')!.schema.fields;
    const versionOf = (id: number, version: number, ...fields: object[]) =>
      ({ id, name: 'UsageRecorded', version, fingerprint: '', schema: { type: 'record', name: 'UsageRecorded', fields: [meta, ...fields] } }) as unknown as RegisteredSchema;
    const market = { name: 'market', type: { type: 'string', 'parley.maxLength': 9 } };
    const first = versionOf(1, 1, market, { name: 'forgotten', type: 'long' });
    const second = versionOf(2, 2, { name: 'sentAt', type: 'long', default: 7 }, market);
    const frame = createCodec([first]).encode({ type: 'UsageRecorded', meta: event.meta, market: 'India', forgotten: 1 } as never);
    const { glimpse, read } = createCodec([first, second]).project({ UsageRecorded: { sentAt: true, market: true } });
    expect(read(frame, glimpse(frame))).toStrictEqual({ type: 'UsageRecorded', meta: event.meta, sentAt: 7, market: 'India' });
  });

  test('cannot be made of fields that a contract does not have', () => {
    expect(() => codec.project(picksOf('UsageRecorded', { colour: true }))).toThrow('UsageRecorded has no field colour');
    expect(() => codec.project(picksOf('UsageRecorded', { market: { name: true } }))).toThrow('no fields');
    expect(() => codec.project({ Nothing: {} } as never)).toThrow('no schema is registered for Nothing');
  });

  test.each([[Buffer.alloc(0)], [Buffer.from([0, 0, 0, 0])], [Buffer.from([1, 0, 0, 0, 46, 1])], [Buffer.from([0, 9, 9, 9, 9, 1])], [Buffer.alloc(64 * 1024 + 1)]])('refuses what is no frame, as the codec does', (frame) => {
    const { glimpse } = codec.project({ UsageRecorded: { market: true } });
    expect(outcome(() => glimpse(frame))).toBe(outcome(() => codec.readMeta(frame)));
  });
});
