// May records of an older schema be read with a newer one, for ever? The log is never rewritten, so this is asked against every version there was.

/** Reasons, as sentences, why a reader with `reader` could not take every record written with `writer`; empty when it can. */
export function incompatibilities(reader, writer) {
  return compareTypes(reader, writer, reader.name, { reader: namedTypes(reader), writer: namedTypes(writer) });
}

function namedTypes(schema, found = new Map()) {
  if (Array.isArray(schema)) schema.forEach((branch) => namedTypes(branch, found));
  else if (typeof schema === 'object') {
    if (schema.name) found.set(schema.name, schema);
    if (schema.items) namedTypes(schema.items, found);
    for (const field of schema.fields ?? []) namedTypes(field.type, found);
  }
  return found;
}

function compareTypes(reader, writer, path, names) {
  const ours = names.reader.get(reader) ?? reader;
  const theirs = names.writer.get(writer) ?? writer;
  if (Array.isArray(theirs) && !Array.isArray(ours)) return [`${path} was nullable`];
  if (Array.isArray(ours)) return compareTypes(ours[1], Array.isArray(theirs) ? theirs[1] : theirs, path, names);
  const kind = (type) => (typeof type === 'string' ? type : type.type);
  if (kind(ours) !== kind(theirs)) return [`${path} was ${kind(theirs)} and is ${kind(ours)}`];
  if ((ours.logicalType ?? '') !== (theirs.logicalType ?? '')) return [`${path} changed its logical type`];
  switch (kind(ours)) {
    case 'record':
      return compareRecords(ours, theirs, path, names);
    case 'enum':
      return theirs.symbols.filter((symbol) => !ours.symbols.includes(symbol)).map((symbol) => `${path} lost the symbol ${symbol}`);
    case 'array':
      return [...tightened(ours, theirs, path), ...compareTypes(ours.items, theirs.items, `${path}[]`, names)];
    default:
      return tightened(ours, theirs, path);
  }
}

function compareRecords(ours, theirs, path, names) {
  const faults = ours.name === theirs.name ? [] : [`${path} was the record ${theirs.name} and is ${ours.name}`];
  for (const field of ours.fields) {
    const before = theirs.fields.find(({ name }) => name === field.name);
    if (before) faults.push(...compareTypes(field.type, before.type, `${path}.${field.name}`, names));
    else if (field.default === undefined) faults.push(`${path}.${field.name} is new and has no default`);
  }
  return faults;
}

/** A value that was valid when it was written must stay readable: limits may only widen. */
function tightened(ours, theirs, path) {
  const faults = [];
  for (const [limit, tighter] of [['parley.min', (a, b) => a > b], ['parley.minLength', (a, b) => a > b], ['parley.max', (a, b) => a < b], ['parley.maxLength', (a, b) => a < b], ['parley.maxItems', (a, b) => a < b]]) {
    const [now, then] = [ours[limit], theirs[limit]];
    if (now !== undefined && (then === undefined || tighter(now, then))) faults.push(`${path} tightened ${limit}`);
  }
  if (ours['parley.pattern'] !== undefined && ours['parley.pattern'] !== theirs['parley.pattern']) faults.push(`${path} changed parley.pattern (dropping it is allowed)`);
  return faults;
}
