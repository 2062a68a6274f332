import type { Finding } from './finding.js';
import type { SchemaNode } from './node.js';
import { readingFaults } from './read.js';

/** `backward`: the later version reads what the earlier wrote; `forward`: the earlier reads what the later writes. */
export type Direction = 'backward' | 'forward';

export interface Version {
  readonly version: number;
  readonly schema: SchemaNode;
}

/** Why a version is not fully compatible with an earlier one. */
export interface Incompatibility extends Finding {
  readonly direction: Direction;
  /** Of the two, the one that was there before. */
  readonly earlier: number;
  /** What to do instead. */
  readonly fix: string;
}

/**
 * Whether a schema may follow these versions: it reads what each of them wrote, and each of them reads what it writes. Limits (`parley.*`)
 * count backward only: our services hold values against the newest limits, and other readers do not know them.
 */
export function incompatibilities(later: SchemaNode, earlier: readonly Version[]): readonly Incompatibility[] {
  return earlier.flatMap(({ version, schema }) => [
    ...readingFaults(later, schema, { limits: true }).map((finding) => named(finding, 'backward', version)),
    ...readingFaults(schema, later, { limits: false }).map((finding) => named(finding, 'forward', version)),
  ]);
}

/** Every version of one record against all before it. */
export function historyFaults(versions: readonly Version[]): readonly (Incompatibility & { readonly later: number })[] {
  return versions.flatMap(({ version, schema }, index) => incompatibilities(schema, versions.slice(0, index)).map((fault) => ({ ...fault, later: version })));
}

/** One line for a person: `MessageSent.route is new and has no default, so version 1 cannot be read. Fix: …`. */
export function sentenceOf({ path, detail, direction, earlier, fix }: Incompatibility): string {
  return direction === 'backward'
    ? `${path} ${detail}: records of version ${earlier} could not be read. Fix: ${fix}.`
    : `${path}, seen by readers of version ${earlier}, ${detail}: they could not read the new records. Fix: ${fix}.`;
}

function named(finding: Finding, direction: Direction, earlier: number): Incompatibility {
  return { ...finding, direction, earlier, fix: fixOf(finding, direction) };
}

function fixOf({ kind }: Finding, direction: Direction): string {
  switch (kind) {
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return direction === 'backward' ? 'give the field a default' : 'keep the field: its readers have no default to take in its place';
    case 'MISSING_ENUM_SYMBOLS':
      return direction === 'backward' ? 'keep the symbol, even if it is written no more' : 'leave the enum as it is; put the new word into a new field with a default, or into a new event';
    case 'MISSING_UNION_BRANCH':
      return direction === 'backward' ? 'keep the branch' : 'leave the type as it is, and add a new field with a default that may hold the new type';
    case 'TYPE_MISMATCH':
    case 'FIXED_SIZE_MISMATCH':
      return 'keep the type, and add a new field with a default for the new one';
    case 'NAME_MISMATCH':
      return 'keep the name: an alias helps one direction only';
    case 'LOGICAL_TYPE_MISMATCH':
      return 'keep the logical type: the same bytes would mean something else';
    case 'LIMIT_TIGHTENED':
      return 'limits may only widen';
    default:
      return kind satisfies never;
  }
}
