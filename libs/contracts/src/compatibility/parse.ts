import { fitsDefault } from './default.js';
import { primitives } from './node.js';
import type { Attributes, EnumNode, FieldNode, FixedNode, PrimitiveKind, RecordNode, SchemaNode } from './node.js';

/** A schema that is not Avro. `path` says where, such as `fields[2].type`; empty for the whole. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';

  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(path === '' ? reason : `${path}: ${reason}`);
  }
}

/** Whoever asks may be anyone: a schema is at most so deep and so large. */
const deepest = 32;
const mostNodes = 1_024;

const simpleName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const fullName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

type Json = Readonly<Record<string, unknown>>;
/** Where we are: path for messages, the namespace around us, how deep. */
interface Place {
  readonly path: string;
  readonly namespace: string;
  readonly depth: number;
}

/** An Avro schema (1.12) from its JSON text. Throws SchemaError. */
export function parseSchema(text: string): SchemaNode {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // A bare name is how a primitive is often written.
    if ((primitives as readonly string[]).includes(text.trim())) json = text.trim();
    else throw new SchemaError('', 'is not JSON');
  }
  return nodeOf(json);
}

/** An Avro schema from its JSON. Throws SchemaError. */
export function nodeOf(json: unknown): SchemaNode {
  return new Parser().parse(json, { path: '', namespace: '', depth: 0 });
}

class Parser {
  private readonly named = new Map<string, SchemaNode>();
  private nodes = 0;

  parse(json: unknown, place: Place): SchemaNode {
    this.nodes += 1;
    if (place.depth > deepest || this.nodes > mostNodes) throw new SchemaError(place.path, `is too large: at most ${deepest} levels and ${mostNodes} types`);
    if (typeof json === 'string') return this.byName(json, place);
    if (Array.isArray(json)) return this.union(json, place);
    if (typeof json !== 'object' || json === null) throw new SchemaError(place.path, 'must be a name, an object or a list (a union)');
    return this.object(json as Json, place);
  }

  private byName(name: string, { path, namespace }: Place): SchemaNode {
    const found = isPrimitive(name) ? ({ kind: name, attributes: {} } as const) : this.named.get(qualified(name, namespace));
    if (found === undefined) throw new SchemaError(path, `names an unknown type ${JSON.stringify(name.slice(0, 100))}`);
    return found;
  }

  private object(json: Json, place: Place): SchemaNode {
    const { type } = json;
    if (typeof type === 'object') return this.parse(type, { ...place, depth: place.depth + 1 });
    if (typeof type !== 'string') throw new SchemaError(place.path, 'has no type');
    const attributes = attributesOf(json);
    switch (type) {
      case 'record':
      case 'error':
        return this.record(json, place);
      case 'enum':
        return this.enum(json, place);
      case 'fixed':
        return this.fixed(json, place);
      case 'array':
        return { kind: 'array', items: this.parse(json['items'], within(place, 'items')), attributes };
      case 'map':
        return { kind: 'map', values: this.parse(json['values'], within(place, 'values')), attributes };
      default:
        return isPrimitive(type) ? { kind: type, attributes } : this.byName(type, place);
    }
  }

  private record(json: Json, place: Place): RecordNode {
    const { name, namespace } = nameOf(json, place);
    const { fields } = json;
    if (!Array.isArray(fields)) throw new SchemaError(place.path, `record ${name} has no fields`);
    const known: FieldNode[] = [];
    const record: RecordNode = { kind: 'record', name, aliases: aliasesOf(json, place, namespace), attributes: attributesOf(json), fields: known };
    // Known before its fields are read: a record may contain itself.
    this.define(record, place);
    const taken = new Set<string>();
    fields.forEach((field: unknown, index) => {
      const read = this.field(field, { path: within(place, `fields[${index}]`).path, namespace, depth: place.depth + 1 });
      if (taken.has(read.name)) throw new SchemaError(place.path, `has the field ${read.name} twice`);
      taken.add(read.name);
      known.push(read);
    });
    return record;
  }

  private field(json: unknown, place: Place): FieldNode {
    if (typeof json !== 'object' || json === null) throw new SchemaError(place.path, 'must be an object with name and type');
    const { name, type, aliases = [], default: value } = json as Json;
    if (typeof name !== 'string' || !simpleName.test(name)) throw new SchemaError(place.path, 'has no name, or one that Avro does not allow');
    if (!isTexts(aliases)) throw new SchemaError(place.path, 'aliases must be a list of names');
    const node = this.parse(type, within(place, 'type'));
    if (value !== undefined && !fitsDefault(node, value)) throw new SchemaError(place.path, `the default does not fit the type${node.kind === 'union' ? ' (of a union: its first branch)' : ''}`);
    return { name, aliases, type: node, default: value === undefined ? null : { value } };
  }

  private enum(json: Json, place: Place): EnumNode {
    const { name, namespace } = nameOf(json, place);
    const { symbols, default: fallback } = json;
    if (!isTexts(symbols) || symbols.length === 0) throw new SchemaError(place.path, `enum ${name} has no symbols`);
    const wrong = symbols.find((symbol, index) => !simpleName.test(symbol) || symbols.indexOf(symbol) !== index);
    if (wrong !== undefined) throw new SchemaError(place.path, 'has a symbol twice, or one that Avro does not allow');
    if (fallback !== undefined && !symbols.includes(fallback as string)) throw new SchemaError(place.path, 'its default is none of its symbols');
    const node: EnumNode = { kind: 'enum', name, aliases: aliasesOf(json, place, namespace), attributes: attributesOf(json), symbols, default: (fallback as string | undefined) ?? null };
    this.define(node, place);
    return node;
  }

  private fixed(json: Json, place: Place): FixedNode {
    const { name, namespace } = nameOf(json, place);
    const { size } = json;
    if (!Number.isSafeInteger(size) || (size as number) < 0) throw new SchemaError(place.path, `fixed ${name} has no size`);
    const node: FixedNode = { kind: 'fixed', name, aliases: aliasesOf(json, place, namespace), attributes: attributesOf(json), size: size as number };
    this.define(node, place);
    return node;
  }

  private union(json: readonly unknown[], place: Place): SchemaNode {
    const branches = json.map((branch, index) => this.parse(branch, within(place, `[${index}]`)));
    const taken = new Set<string>();
    for (const branch of branches) {
      if (branch.kind === 'union') throw new SchemaError(place.path, 'a union may not hold a union');
      const key = 'name' in branch ? branch.name : branch.kind;
      if (taken.has(key)) throw new SchemaError(place.path, `a union may hold ${key} once only`);
      taken.add(key);
    }
    return { kind: 'union', branches, attributes: {} };
  }

  private define(node: RecordNode | EnumNode | FixedNode, place: Place): void {
    if (this.named.has(node.name)) throw new SchemaError(place.path, `defines ${node.name} again: name it instead`);
    this.named.set(node.name, node);
  }
}

function within({ path, namespace, depth }: Place, step: string): Place {
  return { path: path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`, namespace, depth: depth + 1 };
}

function nameOf(json: Json, { path, namespace: around }: Place): { readonly name: string; readonly namespace: string } {
  const { name, namespace = around } = json;
  if (typeof name !== 'string' || !fullName.test(name)) throw new SchemaError(path, 'has no name, or one that Avro does not allow');
  if (typeof namespace !== 'string' || (namespace !== '' && !fullName.test(namespace))) throw new SchemaError(path, 'has a namespace that Avro does not allow');
  const full = qualified(name, namespace);
  if (isPrimitive(full)) throw new SchemaError(path, `may not be called ${full}`);
  return { name: full, namespace: full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : '' };
}

function aliasesOf({ aliases = [] }: Json, { path }: Place, namespace: string): readonly string[] {
  if (!isTexts(aliases)) throw new SchemaError(path, 'aliases must be a list of names');
  return aliases.map((alias) => qualified(alias, namespace));
}

/** Docs, and what other tools leave in a schema, change nothing. */
function attributesOf(json: Json): Attributes {
  const kept = Object.entries(json).filter(([name]) => name.startsWith('parley.') || name === 'logicalType' || name === 'precision' || name === 'scale');
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function isPrimitive(name: string): name is PrimitiveKind {
  return (primitives as readonly string[]).includes(name);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
