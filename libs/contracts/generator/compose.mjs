// Makes self-contained Avro out of an event and the parts it names, and the fingerprint of what results.

/** The event's schema with every part written out where it is first used, by name afterwards. With docs it is for people, without for the lock. */
export function compose(name, source, { docs }) {
  const seen = new Set();
  const named = (schema) => {
    if (seen.has(schema.name)) return schema.name;
    seen.add(schema.name);
    const head = { type: schema.type, name: schema.name, ...(docs ? { doc: schema.doc } : {}) };
    return schema.type === 'enum' ? { ...head, symbols: schema.symbols, ...(schema.default === undefined ? {} : { default: schema.default }) } : { ...head, fields: schema.fields.map(field) };
  };
  const field = ({ name: fieldName, type, doc, ...rest }) => ({ name: fieldName, type: expand(type), ...rest, ...(docs ? { doc } : {}) });
  const expand = (type) => {
    if (Array.isArray(type)) return type.map(expand);
    if (typeof type === 'object') return { ...type, items: expand(type.items) };
    if (source.scalars[type]) return source.scalars[type];
    return source.parts.has(type) ? named(source.parts.get(type).schema) : type;
  };
  const { schema } = source.events.get(name) ?? source.parts.get(name);
  const { type, ...rest } = named(schema);
  return { type, namespace: schema.namespace, ...rest };
}

const CRC_EMPTY = 0xc15d213aa4d7a795n;
const CRC_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (CRC_EMPTY & -(value & 1n) & 0xffffffffffffffffn);
  return value;
});

/** CRC-64-AVRO, in hex, of the schema's compact JSON: Avro's own fingerprint, but over the constraints too, since they are part of the contract. */
export function fingerprintOf(schema) {
  let value = CRC_EMPTY;
  for (const byte of new TextEncoder().encode(JSON.stringify(schema))) value = (value >> 8n) ^ CRC_TABLE[Number((value ^ BigInt(byte)) & 0xffn)];
  return value.toString(16).padStart(16, '0');
}
