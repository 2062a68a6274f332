/** Ids seen lately, oldest first, no more than a limit: memory enough to tell a repetition, small enough for a state. */
export type RecentIds = readonly string[];

/** With the id as the newest one; the oldest go when there are more than `limit`. */
export function remember(ids: RecentIds, id: string, limit: number): RecentIds {
  if (ids.includes(id)) return ids;
  return ids.length < limit ? [...ids, id] : [...ids.slice(ids.length - limit + 1), id];
}

export function forget(ids: RecentIds, id: string): RecentIds {
  return ids.includes(id) ? ids.filter((known) => known !== id) : ids;
}
