// Avro 1.12, "Schema Resolution", and what Avro's SchemaCompatibility (which Confluent's registry asks) makes of it.
// https://avro.apache.org/docs/1.12.0/specification/#schema-resolution
import type { Finding, FindingKind } from './finding.js';
import { tightened } from './limits.js';
import { shortName, titleOf } from './node.js';
import type { EnumNode, FieldNode, FixedNode, PrimitiveKind, RecordNode, SchemaNode, UnionNode } from './node.js';

/** What a reader's primitive takes besides its own kind. */
const promotions: Readonly<Partial<Record<PrimitiveKind, readonly PrimitiveKind[]>>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  bytes: ['string'],
  string: ['bytes'],
};

/** More would not help anybody to mend a schema. */
const mostFindings = 64;

export interface ReadRules {
  /** Whether values are also held against the reader's `parley.*` limits, as our services do. Other readers do not know them. */
  readonly limits: boolean;
}

/** Why not every record that `writer` describes can be read as `reader`; empty when each can. */
export function readingFaults(reader: SchemaNode, writer: SchemaNode, rules: ReadRules): readonly Finding[] {
  const path = 'name' in reader ? shortName(reader.name) : '';
  return new Reading(rules).compare(reader, writer, path).slice(0, mostFindings);
}

class Reading {
  /** Pairs compared before, or being compared: a record within itself is taken to fit, unless something else in it does not. */
  private readonly seen = new Map<SchemaNode, Map<SchemaNode, readonly Finding[]>>();

  constructor(private readonly rules: ReadRules) {}

  compare(reader: SchemaNode, writer: SchemaNode, path: string): readonly Finding[] {
    const before = this.seen.get(reader)?.get(writer);
    if (before !== undefined) return before;
    this.remember(reader, writer, []);
    const faults = this.faults(reader, writer, path);
    this.remember(reader, writer, faults);
    return faults;
  }

  private remember(reader: SchemaNode, writer: SchemaNode, faults: readonly Finding[]): void {
    const known = this.seen.get(reader) ?? new Map<SchemaNode, readonly Finding[]>();
    this.seen.set(reader, known.set(writer, faults));
  }

  private faults(reader: SchemaNode, writer: SchemaNode, path: string): readonly Finding[] {
    if (writer.kind === 'union') return this.fromUnion(reader, writer, path);
    if (reader.kind === 'union') return this.asUnion(reader, writer, path);
    const other = sameLogicalType(reader, writer) ? [] : [finding('LOGICAL_TYPE_MISMATCH', path, `was ${logicalTitle(writer)} and is ${logicalTitle(reader)}`)];
    return [...other, ...this.sameKind(reader, writer, path), ...(this.rules.limits ? tightened(reader, writer, path) : [])];
  }

  private sameKind(reader: Exclude<SchemaNode, UnionNode>, writer: Exclude<SchemaNode, UnionNode>, path: string): readonly Finding[] {
    switch (reader.kind) {
      case 'record':
        return writer.kind === 'record' ? this.records(reader, writer, path) : [mismatch(reader, writer, path)];
      case 'enum':
        return writer.kind === 'enum' ? enums(reader, writer, path) : [mismatch(reader, writer, path)];
      case 'fixed':
        return writer.kind === 'fixed' ? fixeds(reader, writer, path) : [mismatch(reader, writer, path)];
      case 'array':
        return writer.kind === 'array' ? this.compare(reader.items, writer.items, `${path}[]`) : [mismatch(reader, writer, path)];
      case 'map':
        return writer.kind === 'map' ? this.compare(reader.values, writer.values, `${path}{}`) : [mismatch(reader, writer, path)];
      default: {
        const takes = reader.kind === writer.kind || promotions[reader.kind]?.some((kind) => kind === writer.kind);
        return takes ? [] : [mismatch(reader, writer, path)];
      }
    }
  }

  /** Whatever branch was written must be readable. */
  private fromUnion(reader: SchemaNode, writer: UnionNode, path: string): readonly Finding[] {
    return writer.branches.flatMap((branch) => {
      const faults = this.compare(reader, branch, path);
      if (faults.length === 0) return [];
      if (reader.kind === 'union') return faults;
      const what = branch.kind === 'null' ? 'was nullable and is not' : `could be ${titleOf(branch)} and cannot`;
      // Where the branch is of our kind, what lies inside it says more than that the branch is missing.
      return branch.kind === reader.kind ? faults : [finding('MISSING_UNION_BRANCH', path, what)];
    });
  }

  private asUnion(reader: UnionNode, writer: Exclude<SchemaNode, UnionNode>, path: string): readonly Finding[] {
    const tries = reader.branches.map((branch) => ({ branch, faults: this.compare(branch, writer, path) }));
    if (tries.some(({ faults }) => faults.length === 0)) return [];
    const near = tries.find(({ branch }) => branch.kind === writer.kind && ('name' in branch && 'name' in writer ? sameName(branch, writer) : true));
    return near?.faults ?? [finding('MISSING_UNION_BRANCH', path, `could be ${titleOf(writer)} and cannot`)];
  }

  private records(reader: RecordNode, writer: RecordNode, path: string): readonly Finding[] {
    return [...names(reader, writer, path), ...reader.fields.flatMap((field) => this.field(field, writer, `${path}.${field.name}`))];
  }

  private field(field: FieldNode, writer: RecordNode, path: string): readonly Finding[] {
    const written = writer.fields.find(({ name }) => name === field.name) ?? writer.fields.find(({ name }) => field.aliases.includes(name));
    if (written !== undefined) return this.compare(field.type, written.type, path);
    return field.default === null ? [finding('READER_FIELD_MISSING_DEFAULT_VALUE', path, 'is new and has no default')] : [];
  }
}

function enums(reader: EnumNode, writer: EnumNode, path: string): readonly Finding[] {
  const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
  const lost = unknown.length > 0 && reader.default === null;
  return [...names(reader, writer, path), ...(lost ? [finding('MISSING_ENUM_SYMBOLS', path, `lost the symbol ${unknown.join(', ')} and has no default to take for it`)] : [])];
}

function fixeds(reader: FixedNode, writer: FixedNode, path: string): readonly Finding[] {
  const sizes = reader.size === writer.size ? [] : [finding('FIXED_SIZE_MISMATCH', path, `had ${writer.size} bytes and has ${reader.size}`)];
  return [...names(reader, writer, path), ...sizes];
}

type NamedNode = RecordNode | EnumNode | FixedNode;

function names(reader: NamedNode, writer: NamedNode, path: string): readonly Finding[] {
  return sameName(reader, writer) ? [] : [finding('NAME_MISMATCH', path, `was ${titleOf(writer)} and is ${titleOf(reader)}, without an alias`)];
}

/** Namespaces do not count, unless an alias names one. */
function sameName(reader: NamedNode, writer: NamedNode): boolean {
  return shortName(reader.name) === shortName(writer.name) || reader.aliases.includes(writer.name);
}

/** Avro resolves what lies under a logical type, and would read a price as a count. */
function sameLogicalType(reader: SchemaNode, writer: SchemaNode): boolean {
  const said = ({ attributes: { logicalType, precision, scale } }: SchemaNode) => (logicalType === undefined ? '' : JSON.stringify([logicalType, precision ?? null, scale ?? 0]));
  return said(reader) === said(writer);
}

function logicalTitle(node: SchemaNode): string {
  const { logicalType, precision, scale } = node.attributes;
  if (logicalType === undefined) return `plain ${titleOf(node)}`;
  return `${String(logicalType)}${precision === undefined ? '' : `(${String(precision)}, ${String(scale ?? 0)})`}`;
}

function mismatch(reader: SchemaNode, writer: SchemaNode, path: string): Finding {
  return finding('TYPE_MISMATCH', path, `was ${titleOf(writer)} and is ${titleOf(reader)}`);
}

function finding(kind: FindingKind, path: string, detail: string): Finding {
  return { kind, path, detail };
}
