import type { SchemaNode } from './node.js';

export interface CanonicalOptions {
  /** Whether `parley.*` limits count. */
  readonly limits: boolean;
}

/** The schema as one text that is the same however it was written down: full names, no docs, order of attributes fixed. Defaults and aliases count. */
export function canonicalOf(schema: SchemaNode, options: CanonicalOptions): string {
  return JSON.stringify(new Canonical(options).of(schema));
}

/** Whether a schema states any limit of ours, here or inside. */
export function hasLimits(schema: SchemaNode): boolean {
  return canonicalOf(schema, { limits: true }) !== canonicalOf(schema, { limits: false });
}

class Canonical {
  private readonly written = new Set<SchemaNode>();

  constructor(private readonly options: CanonicalOptions) {}

  of(node: SchemaNode): unknown {
    if ('name' in node) {
      if (this.written.has(node)) return node.name;
      this.written.add(node);
    }
    const attributes = this.options.limits ? node.attributes : Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !name.startsWith('parley.')));
    switch (node.kind) {
      case 'record': {
        const fields = node.fields.map((field) => ({ name: field.name, aliases: field.aliases, type: this.of(field.type), ...(field.default === null ? {} : { default: sorted(field.default.value) }) }));
        return { kind: 'record', name: node.name, aliases: node.aliases, attributes, fields };
      }
      case 'enum':
        return { kind: 'enum', name: node.name, aliases: node.aliases, attributes, symbols: node.symbols, default: node.default };
      case 'fixed':
        return { kind: 'fixed', name: node.name, aliases: node.aliases, attributes, size: node.size };
      case 'array':
        return { kind: 'array', attributes, items: this.of(node.items) };
      case 'map':
        return { kind: 'map', attributes, values: this.of(node.values) };
      case 'union':
        return node.branches.map((branch) => this.of(branch));
      default:
        return { kind: node.kind, attributes };
    }
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
