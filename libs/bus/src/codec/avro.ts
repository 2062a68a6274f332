import type { AvroRecord } from '@parley/contracts';
import avro from 'avsc';
import type { Schema, Type } from 'avsc';

/** Avro copies out of it at once, so one serves all. */
const scratch = Buffer.alloc(8);

/** Micros of a currency: 64 bits, exactly. Avro's ordinary long is a double here and ends at 2^53. */
const micros = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    scratch.writeBigInt64LE(value);
    return scratch;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => value.toString(),
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (one: bigint, other: bigint) => Number(one > other) - Number(one < other),
});

/** Bytes as Uint8Array, so that no event holds a Buffer (they compare and print differently). */
class PlainBytes extends avro.types.LogicalType {
  override _fromValue(bytes: Buffer): Uint8Array {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  override _toValue(bytes: Uint8Array): Buffer {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  override _resolve(writer: Type): ((value: Buffer) => Uint8Array) | undefined {
    return avro.Type.isType(writer, 'bytes', 'logical:plain-bytes') ? (value) => new Uint8Array(value) : undefined;
  }
}

/** The event's name as a field without bytes on the wire: decoding yields the whole event at once, without a copy per record. */
class EventName extends avro.types.LogicalType {
  readonly #event: string;

  constructor(schema: Schema & { readonly event: string }, options?: object) {
    super(schema, options);
    this.#event = schema.event;
  }
  override _fromValue(): string {
    return this.#event;
  }
  override _toValue(): null {
    return null;
  }
  override _resolve(): () => string {
    return () => this.#event;
  }
}

/** Avro's type for an event: reads and writes plain objects that begin with `type`. */
export function avroTypeOf(schema: AvroRecord): Type {
  const name = { name: 'type', type: { type: 'null', logicalType: 'event-name', event: schema.name } };
  const options = {
    omitRecordMethods: true,
    wrapUnions: 'never',
    logicalTypes: { 'event-name': EventName, 'plain-bytes': PlainBytes },
    typeHook,
  };
  const type = avro.Type.forSchema({ ...schema, fields: [name, ...schema.fields] } as Schema, options as object);
  makePlain(type, new Set());
  return type;
}

function typeHook(schema: Schema, options: object): Type | undefined {
  const { type, logicalType } = schema as { readonly type?: string; readonly logicalType?: string };
  if (logicalType === 'micros') return micros;
  if (type === 'bytes' && logicalType === undefined) return new PlainBytes({ type: 'bytes', logicalType: 'plain-bytes' } as Schema, { ...options, typeHook: undefined });
  return undefined;
}

/** Lets Avro's record constructors make objects of no class of their own. */
function makePlain(type: Type, seen: Set<Type>): void {
  if (seen.has(type)) return;
  seen.add(type);
  const { recordConstructor, fields, itemsType, types } = type as unknown as {
    readonly recordConstructor?: { prototype: object };
    readonly fields?: readonly { readonly type: Type }[];
    readonly itemsType?: Type;
    readonly types?: readonly Type[];
  };
  if (recordConstructor) recordConstructor.prototype = Object.prototype;
  for (const inner of [...(fields ?? []).map((field) => field.type), ...(itemsType ? [itemsType] : []), ...(types ?? [])]) makePlain(inner, seen);
}
