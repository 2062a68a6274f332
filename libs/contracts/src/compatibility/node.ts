/** A schema as it is compared: names resolved, every named type one object, whoever refers to it. Any Avro, not only the part ours use. */
export type SchemaNode = Primitive | RecordNode | EnumNode | FixedNode | ArrayNode | MapNode | UnionNode;

export const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type PrimitiveKind = (typeof primitives)[number];

/** What a schema says beyond Avro's own words that changes its meaning: `logicalType` and what belongs to it, `parley.*` limits. */
export type Attributes = Readonly<Record<string, unknown>>;

interface Named {
  /** With its namespace. */
  readonly name: string;
  /** Full names it also goes by when it reads. */
  readonly aliases: readonly string[];
  readonly attributes: Attributes;
}

export interface Primitive {
  readonly kind: PrimitiveKind;
  readonly attributes: Attributes;
}

export interface FieldNode {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: SchemaNode;
  /** Null where there is none; a default of null is `{ value: null }`. */
  readonly default: { readonly value: unknown } | null;
}

export interface RecordNode extends Named {
  readonly kind: 'record';
  readonly fields: readonly FieldNode[];
}

export interface EnumNode extends Named {
  readonly kind: 'enum';
  readonly symbols: readonly string[];
  /** The symbol that a reader takes for one it does not know. */
  readonly default: string | null;
}

export interface FixedNode extends Named {
  readonly kind: 'fixed';
  readonly size: number;
}

export interface ArrayNode {
  readonly kind: 'array';
  readonly items: SchemaNode;
  readonly attributes: Attributes;
}

export interface MapNode {
  readonly kind: 'map';
  readonly values: SchemaNode;
  readonly attributes: Attributes;
}

export interface UnionNode {
  readonly kind: 'union';
  readonly branches: readonly SchemaNode[];
  readonly attributes: Attributes;
}

/** A name without its namespace. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** What to call a type in a sentence: `long`, `record MessageSent`, `["null", string]`. */
export function titleOf(node: SchemaNode): string {
  switch (node.kind) {
    case 'record':
    case 'enum':
    case 'fixed':
      return `${node.kind} ${shortName(node.name)}`;
    case 'array':
      return `array of ${titleOf(node.items)}`;
    case 'map':
      return `map of ${titleOf(node.values)}`;
    case 'union':
      return `[${node.branches.map(titleOf).join(', ')}]`;
    default:
      return node.kind;
  }
}
