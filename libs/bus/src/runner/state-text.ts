/**
 * States as they are stored: JSON of what differs from the topology's initial state. Most of a state is as it was at first, and each is written
 * again with every change of its key: what is left out need not be written, sent, logged and kept. A state in full is read as well.
 */
export function writeState(state: unknown, initial: unknown): string {
  return JSON.stringify(isPlain(state) && isPlain(initial) ? (differences(state, initial) ?? {}) : state);
}

/** The state of a text that `writeState` wrote. What is as it was at first is the initial state's own part: it is there once for all keys. */
export function readState(text: string, initial: unknown): unknown {
  const stored: unknown = JSON.parse(text);
  return isPlain(stored) && isPlain(initial) ? completed(stored, initial) : stored;
}

type Plain = { readonly [field: string]: unknown };

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields that differ; undefined where none does. */
function differences(value: Plain, initial: Plain): Plain | undefined {
  let found: { [field: string]: unknown } | undefined;
  for (const field in initial) if (!Object.hasOwn(value, field)) throw new TypeError(`a state lacks the field ${field}, which the initial state has: it could not be told from one where it is as at first`);
  for (const field in value) {
    const [now, first] = [value[field], Object.hasOwn(initial, field) ? initial[field] : undefined];
    if (now === first) continue;
    const differing = isPlain(now) && isPlain(first) ? differences(now, first) : isEmptyList(now) && isEmptyList(first) ? undefined : now;
    if (differing !== undefined) put((found ??= {}), field, differing);
  }
  return found;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function completed(stored: Plain, initial: Plain): Plain {
  const state: { [field: string]: unknown } = { ...initial };
  for (const field in stored) {
    const [now, first] = [stored[field], Object.hasOwn(initial, field) ? initial[field] : undefined];
    put(state, field, isPlain(now) && isPlain(first) ? completed(now, first) : now);
  }
  return state;
}

/** JSON knows a field of the name __proto__, as a map of ids may hold; to assign it would set the prototype instead. */
function put(object: { [field: string]: unknown }, field: string, value: unknown): void {
  if (field === '__proto__') Object.defineProperty(object, field, { value, writable: true, enumerable: true, configurable: true });
  else object[field] = value;
}
