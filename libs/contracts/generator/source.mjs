// Reads the schemas as people write them: one event per file, parts and scalars by name. Refuses what no reader should ever meet.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const NAMESPACE = 'parley.v1';
const PRIMITIVES = new Set(['string', 'bytes', 'long', 'int', 'boolean']);
const CONSTRAINTS = new Set(['parley.id', 'parley.pattern', 'parley.minLength', 'parley.maxLength', 'parley.min', 'parley.max', 'logicalType']);

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Everything below `root`: { scalars, parts, events: Map(name → {folder, schema}), topics }. Throws an Error that names the file at fault. */
export function readSources(root) {
  const avro = join(root, 'avro');
  const source = { scalars: readJson(join(avro, 'parts/scalars.json')), parts: new Map(), events: new Map(), topics: readJson(join(root, 'topics.json')) };
  for (const folder of readdirSync(avro).sort())
    for (const file of readdirSync(join(avro, folder)).filter((name) => name.endsWith('.avsc')).sort()) {
      const schema = readJson(join(avro, folder, file));
      if (`${schema.name}.avsc` !== file) throw new Error(`${folder}/${file}: the file must be named after its schema ${schema.name}`);
      const target = folder === 'parts' ? source.parts : source.events;
      if (source.parts.has(schema.name) || source.events.has(schema.name)) throw new Error(`${folder}/${file}: ${schema.name} exists twice`);
      target.set(schema.name, { folder, schema });
    }
  checkSources(source);
  return source;
}

function checkSources(source) {
  for (const [name, scalar] of Object.entries(source.scalars)) checkScalar(name, scalar);
  for (const { folder, schema } of [...source.parts.values(), ...source.events.values()]) {
    const where = `${folder}/${schema.name}.avsc`;
    if (schema.namespace !== NAMESPACE) throw new Error(`${where}: namespace must be ${NAMESPACE}`);
    if (!schema.doc) throw new Error(`${where}: the schema has no doc`);
    if (JSON.stringify(schema).includes('*/')) throw new Error(`${where}: a doc must not hold the end of a comment`);
    if (schema.type === 'enum' && folder === 'parts') {
      if (schema.default !== undefined && !schema.symbols.includes(schema.default)) throw new Error(`${where}: its default is none of its symbols`);
      continue;
    }
    if (schema.type !== 'record') throw new Error(`${where}: only records, and enums among the parts`);
    if (schema.fields.length === 0) throw new Error(`${where}: a record without fields has no width`);
    for (const field of schema.fields) {
      if (!field.doc) throw new Error(`${where}: field ${field.name} has no doc`);
      checkType(field.type, source, `${where}: field ${field.name}`);
    }
    if (folder !== 'parts' && (schema.fields[0].name !== 'meta' || schema.fields[0].type !== 'Meta')) throw new Error(`${where}: the first field must be meta of type Meta`);
  }
  for (const name of source.parts.keys()) checkAcyclic(name, source, []);
  checkTopics(source);
}

/** A part within itself would let a small frame nest without end. */
function checkAcyclic(name, source, within) {
  if (within.includes(name)) throw new Error(`parts/${name}.avsc contains itself`);
  const inner = (type) => (Array.isArray(type) ? type[1] : typeof type === 'object' ? inner(type.items) : type);
  for (const field of source.parts.get(name).schema.fields ?? []) {
    const type = inner(inner(field.type));
    if (source.parts.has(type)) checkAcyclic(type, source, [...within, name]);
  }
}

function checkScalar(name, scalar) {
  if (!PRIMITIVES.has(scalar.type)) throw new Error(`parts/scalars.json: ${name} must be one of ${[...PRIMITIVES].join(', ')}`);
  for (const key of Object.keys(scalar)) if (key !== 'type' && !CONSTRAINTS.has(key)) throw new Error(`parts/scalars.json: ${name} has an unknown property ${key}`);
  if (scalar['parley.pattern'] !== undefined) new RegExp(scalar['parley.pattern'], 'u');
  if (scalar.type === 'long' && scalar.logicalType !== 'micros' && !(scalar['parley.min'] >= 0)) throw new Error(`parts/scalars.json: ${name} is a long and needs parley.min of at least 0 (readers hold it as a double)`);
  if (scalar.type === 'string' && scalar['parley.pattern'] === undefined && scalar['parley.maxLength'] === undefined) throw new Error(`parts/scalars.json: ${name} has no limit`);
}

/** A type is a scalar, a part, a boolean, [null, one of these], or an array of them; nothing else, so that every reader stays small. */
function checkType(type, source, where) {
  if (Array.isArray(type)) {
    if (type.length !== 2 || type[0] !== 'null') throw new Error(`${where}: a union must be ["null", type]`);
    if (Array.isArray(type[1])) throw new Error(`${where}: a union within a union`);
    return checkType(type[1], source, where);
  }
  if (typeof type === 'object') {
    if (type.type !== 'array') throw new Error(`${where}: name a part instead of a nested ${type.type}`);
    if (!Number.isInteger(type['parley.maxItems'])) throw new Error(`${where}: an array needs parley.maxItems`);
    if (type.items === 'null') throw new Error(`${where}: array items without width`);
    return checkType(type.items, source, where);
  }
  if (type !== 'boolean' && !source.scalars[type] && !source.parts.has(type)) throw new Error(`${where}: unknown type ${type}`);
}

function checkTopics({ topics, events }) {
  const placed = new Set();
  for (const topic of topics)
    for (const [event, writers] of Object.entries(topic.writers)) {
      if (!events.has(event)) throw new Error(`topics.json: ${topic.name} names an unknown event ${event}`);
      if (writers.length === 0) throw new Error(`topics.json: nobody may write ${event} to ${topic.name}`);
      placed.add(event);
    }
  for (const event of events.keys()) if (!placed.has(event)) throw new Error(`topics.json: no topic holds ${event}`);
}
