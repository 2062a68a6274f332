import { Problem } from './problem.js';

/** How far a reader has come: per partition, the offset behind the last row it was given. */
export type Vector = readonly number[];

const version = 1;

/** The vector as an opaque text, to be given back as it is. */
export function encodeCursor(vector: Vector): string {
  return Buffer.from(JSON.stringify([version, ...vector])).toString('base64url');
}

/** The vector of a cursor, for a topic of so many partitions; null or empty starts at the beginning. Throws `invalid-cursor`. */
export function decodeCursor(text: string | null, partitions: number): Vector {
  if (text === null || text === '') return Array.from({ length: partitions }, () => 0);
  const [first, ...offsets] = parsed(text);
  const known = first === version && offsets.length === partitions && offsets.every((offset) => Number.isSafeInteger(offset) && (offset as number) >= 0);
  if (!known) throw new Problem('invalid-cursor', 'Give back the cursor of the last answer unchanged, or none to start at the beginning.');
  return offsets as number[];
}

function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** A place in a list as an opaque text: the question it belongs to and the last row that was given out, in whatever order the list likes. */
export function encodePlace(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([version, ...place])).toString('base64url');
}

/** The place of a cursor, for its list to look at; null or empty is the beginning. Throws `invalid-cursor` where `fits` says that it is of another list. */
export function decodePlace<Place extends readonly unknown[]>(text: string | null, fits: (place: readonly unknown[]) => place is Place): Place | null {
  if (text === null || text === '') return null;
  const [first, ...place] = parsed(text);
  if (first === version && fits(place)) return place;
  throw new Problem('invalid-cursor', 'Give back `next` of the last answer unchanged, with the same question; or nothing to start at the beginning.');
}

/** The vector moved behind a row that was given out. */
export function advance(vector: Vector, partition: number, offset: number): Vector {
  return vector.map((next, index) => (index === partition ? Math.max(next, offset + 1) : next));
}
