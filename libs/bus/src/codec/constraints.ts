import type { AvroArray, AvroRecord, AvroScalar, AvroType, Constraints } from '@parley/contracts';

/** What is wrong with a value, as "path: rule"; null when nothing is. Never the value itself: it may be private. */
export type Check = (value: unknown) => string | null;

/** Where the Avro library ends, one before the last safe integer. */
export const LARGEST_LONG = Number.MAX_SAFE_INTEGER - 1;

/** The check of a record against the types and limits its schema states. One is made per event type, at start. */
export function checkOf(schema: AvroRecord): Check {
  return checked(schema, new Map());
}

function checked(type: AvroType, named: Map<string, Check>): Check {
  if (typeof type === 'string') return named.get(type) ?? scalar({ type: type as AvroScalar['type'] });
  if (isUnion(type)) {
    const some = checked(type[1], named);
    return (value) => (value === null ? null : some(value));
  }
  switch (type.type) {
    case 'record':
      return remembered(type.name, named, record(type, named));
    case 'enum': {
      const symbols = new Set<unknown>(type.symbols);
      return remembered(type.name, named, (value) => (symbols.has(value) ? null : `: must be one of ${type.symbols.join(', ')}`));
    }
    case 'array':
      return array(type, checked(type.items, named));
    case 'string':
    case 'bytes':
    case 'long':
    case 'int':
    case 'boolean':
      return scalar(type);
    default:
      return type satisfies never;
  }
}

function isUnion(type: Exclude<AvroType, string>): type is readonly ['null', AvroType] {
  return Array.isArray(type);
}

function remembered(name: string, named: Map<string, Check>, check: Check): Check {
  named.set(name, check);
  return check;
}

function record(type: AvroRecord, named: Map<string, Check>): Check {
  const fields = type.fields.map((field) => ({ name: field.name, check: checked(field.type, named) }));
  return (value) => {
    if (typeof value !== 'object' || value === null) return ': must be a record';
    const fieldsOf = value as { readonly [name: string]: unknown };
    for (let index = 0; index < fields.length; index++) {
      const { name, check } = fields[index]!;
      const fault = check(fieldsOf[name]);
      if (fault !== null) return `.${name}${fault}`;
    }
    return null;
  };
}

function array(type: AvroArray, item: Check): Check {
  const most = type['parley.maxItems'];
  return (value) => {
    if (!Array.isArray(value)) return ': must be an array';
    if (value.length > most) return `: at most ${most} items`;
    for (let index = 0; index < value.length; index++) {
      const fault = item(value[index]);
      if (fault !== null) return `[${index}]${fault}`;
    }
    return null;
  };
}

function scalar(type: AvroScalar): Check {
  switch (type.type) {
    case 'string':
      return text(type);
    case 'bytes':
      return bytes(type);
    case 'long':
      return type.logicalType === 'micros' ? micros(type) : integer(type, -LARGEST_LONG, LARGEST_LONG);
    case 'int':
      return integer(type, -(2 ** 31), 2 ** 31 - 1);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? null : ': must be a boolean');
    default:
      return type.type satisfies never;
  }
}

function text(limits: Constraints): Check {
  const { 'parley.pattern': pattern, 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity } = limits;
  if (pattern !== undefined) {
    const form = new RegExp(pattern, 'u');
    return (value) => (typeof value === 'string' && form.test(value) ? null : `: must match ${pattern}`);
  }
  return (value) => {
    if (typeof value !== 'string') return ': must be a string';
    if (value.length < least || value.length > most) return `: must have ${least} to ${most} characters`;
    return LONE_SURROGATE.test(value) ? ': has half of a surrogate pair' : null;
  };
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function bytes(limits: Constraints): Check {
  const { 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity } = limits;
  return (value) => {
    if (!(value instanceof Uint8Array)) return ': must be bytes';
    return value.length < least || value.length > most ? `: must have ${least} to ${most} bytes` : null;
  };
}

function integer(limits: Constraints, from: number, to: number): Check {
  const { 'parley.min': least = from, 'parley.max': most = to } = limits;
  return (value) => (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most ? null : `: must be an integer from ${least} to ${most}`);
}

function micros(limits: Constraints): Check {
  const least = BigInt(limits['parley.min'] ?? -(2n ** 63n));
  const most = BigInt(limits['parley.max'] ?? 2n ** 63n - 1n);
  return (value) => (typeof value === 'bigint' && value >= least && value <= most ? null : `: must be a bigint from ${least} to ${most}`);
}
