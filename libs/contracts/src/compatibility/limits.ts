import type { Finding } from './finding.js';
import type { Attributes, SchemaNode } from './node.js';

const least = ['parley.min', 'parley.minLength'];
const most = ['parley.max', 'parley.maxLength', 'parley.maxItems'];

/** Limits of ours by which a value that was written would be refused: a bound that is new or narrower, another pattern. */
export function tightened(reader: SchemaNode, writer: SchemaNode, path: string): readonly Finding[] {
  const [now, before] = [reader.attributes, writer.attributes];
  const bounds = [...least, ...most].filter((bound) => isNarrower(bound, now, before)).map((bound) => `tightened ${bound}${before[bound] === undefined ? '' : ` from ${String(before[bound])}`} to ${String(now[bound])}`);
  const pattern = now['parley.pattern'] !== undefined && now['parley.pattern'] !== before['parley.pattern'];
  return [...bounds, ...(pattern ? ['changed parley.pattern (dropping it is allowed)'] : [])].map((detail) => ({ kind: 'LIMIT_TIGHTENED', path, detail }));
}

function isNarrower(bound: string, now: Attributes, before: Attributes): boolean {
  const [ours, theirs] = [now[bound], before[bound]];
  if (ours === undefined) return false;
  if (theirs === undefined) return true;
  return least.includes(bound) ? Number(ours) > Number(theirs) : Number(ours) < Number(theirs);
}
