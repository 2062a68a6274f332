// The schemas of the line as one file for Avro's code generator, which takes each named type once.
import { REGISTERED_SCHEMAS } from '@parley/contracts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every event that the line reads or writes. */
export const lineEvents = [
  'MessageReceived', 'MessageRequested', 'ConsentGranted', 'ConsentRevoked', 'UsageRecorded', 'MessageAdmitted', 'MessageRefused', 'ChargePosted', 'DecisionSkipped',
  'BusinessRegistered', 'NumberRegistered', 'PolicyPublished', 'RateCardPublished',
];

const newest = (name) => REGISTERED_SCHEMAS.filter((entry) => entry.name === name).reduce((one, other) => (other.version > one.version ? other : one));

/** By event, the id that stands in its frames. */
export function schemaIds() {
  return Object.fromEntries(lineEvents.map((name) => [name, newest(name).id]));
}

export function writeSchemas(folder) {
  const seen = new Set();
  const once = (type) => {
    if (Array.isArray(type)) return type.map(once);
    if (typeof type !== 'object') return type;
    // Our limits are checked by our codec; Avro's generator knows nothing of them.
    const plain = Object.fromEntries(Object.entries(type).filter(([name]) => !name.startsWith('parley.') && name !== 'logicalType'));
    if (plain.type === 'record' || plain.type === 'enum') {
      if (seen.has(plain.name)) return `parley.v1.${plain.name}`;
      seen.add(plain.name);
    }
    return { ...plain, ...(plain.fields && { fields: plain.fields.map((field) => ({ ...field, type: once(field.type) })) }), ...(plain.items && { items: once(plain.items) }) };
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'events.avsc'), JSON.stringify(lineEvents.map((name) => once(newest(name).schema)), null, 2));
}
