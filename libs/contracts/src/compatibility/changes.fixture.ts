// Changes of a schema, each with its verdict. The rules are of four sources:
//   [R]  Avro 1.12, Schema Resolution: https://avro.apache.org/docs/1.12.0/specification/#schema-resolution
//   [J]  Avro's own checker, org.apache.avro.SchemaCompatibility, which Confluent's registry asks
//   [C]  Confluent, Schema Evolution and Compatibility (FULL: backward and forward):
//        https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html
//   [P]  ours: limits and logical types
import type { FindingKind } from './finding.js';

export type Verdict = FindingKind | 'ok';
/** What changed, before, after, and the verdicts: the new reads the old, the old reads the new. */
export type Change = readonly [what: string, before: unknown, after: unknown, backward: Verdict, forward: Verdict];

export const record = (...fields: readonly object[]) => ({ type: 'record', namespace: 'shop', name: 'Order', fields: [{ name: 'id', type: 'string' }, ...fields] });
export const field = (type: unknown, more: object = {}) => record({ name: 'x', type, ...more });
const state = (symbols: readonly string[], more: object = {}) => field({ type: 'enum', name: 'State', symbols, ...more });
export const part = (name: string, fields: readonly object[], more: object = {}) => field({ type: 'record', name, fields, ...more });
export const count = { name: 'count', type: 'int' };
const tree = (...more: readonly object[]) => field({ type: 'record', name: 'Tree', fields: [{ name: 'left', type: ['null', 'Tree'], default: null }, ...more] });
const text = (limits: object) => field({ type: 'string', ...limits });
const number = (limits: object) => field({ type: 'long', ...limits });
const decimal = (precision: number, scale?: number) => field({ type: 'bytes', logicalType: 'decimal', precision, ...(scale === undefined ? {} : { scale }) });

const fields: readonly Change[] = [
  ['nothing', field('string'), field('string'), 'ok', 'ok'],
  ['[C] a field is added with a default', record(), field('string', { default: '' }), 'ok', 'ok'],
  ['[R] a field is added without', record(), field('string'), 'READER_FIELD_MISSING_DEFAULT_VALUE', 'ok'],
  ['[C] a nullable field is added, its default forgotten', record(), field(['null', 'string']), 'READER_FIELD_MISSING_DEFAULT_VALUE', 'ok'],
  ['[C] a field with a default is removed', field('string', { default: '' }), record(), 'ok', 'ok'],
  ['[C] a field without is removed', field('string'), record(), 'ok', 'READER_FIELD_MISSING_DEFAULT_VALUE'],
  ['[R] fields change places', record({ name: 'x', type: 'int' }, { name: 'y', type: 'int' }), record({ name: 'y', type: 'int' }, { name: 'x', type: 'int' }), 'ok', 'ok'],
  ['[R] a field is renamed', field('int'), record({ name: 'y', type: 'int' }), 'READER_FIELD_MISSING_DEFAULT_VALUE', 'READER_FIELD_MISSING_DEFAULT_VALUE'],
  ['[R] a field is renamed, with an alias', field('int'), record({ name: 'y', type: 'int', aliases: ['x'] }), 'ok', 'READER_FIELD_MISSING_DEFAULT_VALUE'],
  ['[R] a default changes', field('int', { default: 1 }), field('int', { default: 2 }), 'ok', 'ok'],
  ['[R] a default is dropped', field('int', { default: 1 }), field('int'), 'ok', 'ok'],
  ['[R] a doc changes', field('int', { doc: 'a' }), field('int', { doc: 'b' }), 'ok', 'ok'],
];

const types: readonly Change[] = [
  ['[R] int becomes long', field('int'), field('long'), 'ok', 'TYPE_MISMATCH'],
  ['[R] int becomes float', field('int'), field('float'), 'ok', 'TYPE_MISMATCH'],
  ['[R] long becomes double', field('long'), field('double'), 'ok', 'TYPE_MISMATCH'],
  ['[R] float becomes double', field('float'), field('double'), 'ok', 'TYPE_MISMATCH'],
  ['[R] double becomes float', field('double'), field('float'), 'TYPE_MISMATCH', 'ok'],
  ['[R] string becomes bytes: each reads the other', field('string'), field('bytes'), 'ok', 'ok'],
  ['[R] string becomes long', field('string'), field('long'), 'TYPE_MISMATCH', 'TYPE_MISMATCH'],
  ['[R] boolean becomes int', field('boolean'), field('int'), 'TYPE_MISMATCH', 'TYPE_MISMATCH'],
  ['[R] bytes become fixed', field('bytes'), field({ type: 'fixed', name: 'Hash', size: 32 }), 'TYPE_MISMATCH', 'TYPE_MISMATCH'],
  ['[R] a fixed grows', field({ type: 'fixed', name: 'Hash', size: 16 }), field({ type: 'fixed', name: 'Hash', size: 32 }), 'FIXED_SIZE_MISMATCH', 'FIXED_SIZE_MISMATCH'],
  ['[R] the items of an array become long', field({ type: 'array', items: 'int' }), field({ type: 'array', items: 'long' }), 'ok', 'TYPE_MISMATCH'],
  ['[R] the values of a map become text', field({ type: 'map', values: 'int' }), field({ type: 'map', values: 'string' }), 'TYPE_MISMATCH', 'TYPE_MISMATCH'],
  ['[R] an array becomes a map', field({ type: 'array', items: 'int' }), field({ type: 'map', values: 'int' }), 'TYPE_MISMATCH', 'TYPE_MISMATCH'],
];

const unions: readonly Change[] = [
  ['[R] nullable from now on', field('string'), field(['null', 'string'], { default: null }), 'ok', 'MISSING_UNION_BRANCH'],
  ['[R] no longer nullable', field(['null', 'string'], { default: null }), field('string'), 'MISSING_UNION_BRANCH', 'ok'],
  ['[R] a branch more', field(['null', 'string']), field(['null', 'string', 'long']), 'ok', 'MISSING_UNION_BRANCH'],
  ['[R] a branch less', field(['null', 'string', 'long']), field(['null', 'string']), 'MISSING_UNION_BRANCH', 'ok'],
  ['[R] branches change places', field(['null', 'string']), field(['string', 'null']), 'ok', 'ok'],
  ['[R] a branch is promoted', field(['null', 'int']), field(['null', 'long']), 'ok', 'MISSING_UNION_BRANCH'],
  ['[J] a field of a record within a union', field(['null', { type: 'record', name: 'Line', fields: [] }]), field(['null', { type: 'record', name: 'Line', fields: [count] }]), 'READER_FIELD_MISSING_DEFAULT_VALUE', 'ok'],
];

const enums: readonly Change[] = [
  ['[R] a symbol is added', state(['open', 'paid']), state(['open', 'paid', 'late']), 'ok', 'MISSING_ENUM_SYMBOLS'],
  ['[R] a symbol is removed', state(['open', 'paid']), state(['open']), 'MISSING_ENUM_SYMBOLS', 'ok'],
  ['[R] a symbol is added, and the enum always had a default', state(['open', 'other'], { default: 'other' }), state(['open', 'other', 'late'], { default: 'other' }), 'ok', 'ok'],
  ['[R] a symbol is removed, and the enum has a default', state(['open', 'paid', 'other']), state(['open', 'other'], { default: 'other' }), 'ok', 'ok'],
  ['[R] a symbol and a default are added at once: too late for those who read now', state(['open', 'other']), state(['open', 'other', 'late'], { default: 'other' }), 'ok', 'MISSING_ENUM_SYMBOLS'],
  ['[R] the field’s default is not the enum’s', state(['open']), field({ type: 'enum', name: 'State', symbols: ['open', 'late'] }, { default: 'open' }), 'ok', 'MISSING_ENUM_SYMBOLS'],
  ['[R] symbols change places', state(['open', 'paid']), state(['paid', 'open']), 'ok', 'ok'],
  ['[R] the enum is renamed', state(['open']), field({ type: 'enum', name: 'Status', symbols: ['open'] }), 'NAME_MISMATCH', 'NAME_MISMATCH'],
  ['[R] an enum becomes text', state(['open']), field('string'), 'TYPE_MISMATCH', 'TYPE_MISMATCH'],
];

const named: readonly Change[] = [
  ['[R] a record within is renamed', part('Line', [count]), part('Row', [count]), 'NAME_MISMATCH', 'NAME_MISMATCH'],
  ['[R] a record within is renamed, with an alias', part('Line', [count]), part('Row', [count], { aliases: ['Line'] }), 'ok', 'NAME_MISMATCH'],
  ['[J] a record within moves to another namespace: short names are what counts', part('Line', [count]), part('Line', [count], { namespace: 'store' }), 'ok', 'ok'],
  ['[R] a record within gets a field without default', part('Line', []), part('Line', [count]), 'READER_FIELD_MISSING_DEFAULT_VALUE', 'ok'],
  ['[R] a record within itself gets a field with a default', tree(), tree({ name: 'note', type: 'string', default: '' }), 'ok', 'ok'],
  ['[R] a record within itself gets a field without', tree(), tree(count), 'READER_FIELD_MISSING_DEFAULT_VALUE', 'ok'],
  ['[J] the record itself is renamed', record(), { ...record(), name: 'Purchase' }, 'NAME_MISMATCH', 'NAME_MISMATCH'],
];

const meanings: readonly Change[] = [
  ['[P] a count becomes a price', number({}), number({ logicalType: 'micros' }), 'LOGICAL_TYPE_MISMATCH', 'LOGICAL_TYPE_MISMATCH'],
  ['[P] a price within a union becomes a count', field(['null', { type: 'long', logicalType: 'micros' }]), field(['null', 'long']), 'LOGICAL_TYPE_MISMATCH', 'LOGICAL_TYPE_MISMATCH'],
  ['[P] milliseconds become microseconds', number({ logicalType: 'timestamp-millis' }), number({ logicalType: 'timestamp-micros' }), 'LOGICAL_TYPE_MISMATCH', 'LOGICAL_TYPE_MISMATCH'],
  ['[R] a decimal gets another scale', decimal(9, 2), decimal(9, 4), 'LOGICAL_TYPE_MISMATCH', 'LOGICAL_TYPE_MISMATCH'],
  ['[R] a decimal says the scale it had', decimal(9), decimal(9, 0), 'ok', 'ok'],
  ['[P] a shorter limit', text({ 'parley.maxLength': 64 }), text({ 'parley.maxLength': 63 }), 'LIMIT_TIGHTENED', 'ok'],
  ['[P] a longer limit', text({ 'parley.maxLength': 64 }), text({ 'parley.maxLength': 65 }), 'ok', 'ok'],
  ['[P] a limit where there was none', text({}), text({ 'parley.minLength': 1 }), 'LIMIT_TIGHTENED', 'ok'],
  ['[P] a limit is dropped', text({ 'parley.minLength': 1 }), text({}), 'ok', 'ok'],
  ['[P] a higher least', number({ 'parley.min': 0 }), number({ 'parley.min': 1 }), 'LIMIT_TIGHTENED', 'ok'],
  ['[P] a lower least', number({ 'parley.min': 1 }), number({ 'parley.min': 0 }), 'ok', 'ok'],
  ['[P] another pattern', text({ 'parley.pattern': '^a$' }), text({ 'parley.pattern': '^a?$' }), 'LIMIT_TIGHTENED', 'ok'],
  ['[P] a pattern is dropped', text({ 'parley.pattern': '^a$' }), text({}), 'ok', 'ok'],
  ['[P] fewer items', field({ type: 'array', items: 'int', 'parley.maxItems': 9 }), field({ type: 'array', items: 'int', 'parley.maxItems': 8 }), 'LIMIT_TIGHTENED', 'ok'],
  ['[P] a limit inside a nullable type', field(['null', { type: 'int', 'parley.max': 9 }]), field(['null', { type: 'int', 'parley.max': 8 }]), 'LIMIT_TIGHTENED', 'ok'],
];

export const changes: readonly (readonly [of: string, changes: readonly Change[]])[] = [
  ['fields', fields],
  ['types', types],
  ['unions', unions],
  ['enums', enums],
  ['named types', named],
  ['logical types and limits', meanings],
];
