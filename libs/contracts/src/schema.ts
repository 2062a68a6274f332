/** The part of Avro that our schemas use; the generator refuses everything else. */
export type AvroType = string | AvroScalar | AvroEnum | AvroArray | AvroRecord | readonly [null_: 'null', type: AvroType];

/** Limits on a value beyond its Avro type: lengths in UTF-16 units (strings), bytes or items; min and max inclusive. */
export interface Constraints {
  readonly 'parley.pattern'?: string;
  readonly 'parley.minLength'?: number;
  readonly 'parley.maxLength'?: number;
  readonly 'parley.min'?: number;
  readonly 'parley.max'?: number;
}

export interface AvroScalar extends Constraints {
  readonly type: 'string' | 'bytes' | 'long' | 'int' | 'boolean';
  readonly logicalType?: 'micros';
  readonly 'parley.id'?: string;
}

export interface AvroEnum {
  readonly type: 'enum';
  readonly namespace?: string;
  readonly name: string;
  readonly symbols: readonly string[];
  /** What a reader takes for a symbol that it does not know. */
  readonly default?: string;
}

export interface AvroArray {
  readonly type: 'array';
  readonly items: AvroType;
  readonly 'parley.maxItems': number;
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  readonly default?: unknown;
}

export interface AvroRecord {
  readonly type: 'record';
  readonly namespace?: string;
  readonly name: string;
  readonly fields: readonly AvroField[];
}

/** One entry of schema-ids.lock.json. `fingerprint` is CRC-64-AVRO in hex of the schema's compact JSON. */
export interface RegisteredSchema {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly schema: AvroRecord;
}
