/** What a process has to do so that every lane is run and the work is shared evenly. */
export interface Share {
  /** Lanes to stop and give back: more than our part. */
  readonly give: readonly string[];
  /** Free lanes to take, up to our part. */
  readonly take: readonly string[];
}

export interface Holding {
  /** Every topology's lanes, in order. */
  readonly topologies: readonly (readonly string[])[];
  /** Who takes part, ourselves included. */
  readonly members: readonly string[];
  readonly leases: ReadonlyMap<string, string>;
}

/**
 * Our part of each topology's lanes: as many as everybody's, and what is left over goes to one after the other, beginning with another member
 * for each topology. Nothing is moved that need not be: who holds too much gives the excess, who holds too little takes what is free.
 */
export function shareOf(me: string, { topologies, members, leases }: Holding): Share {
  const sorted = [...members].sort();
  const give: string[] = [];
  const take: string[] = [];
  let spare = 0;
  for (const lanes of topologies) {
    const rest = lanes.length % sorted.length;
    const place = (sorted.indexOf(me) - spare + sorted.length) % sorted.length;
    const part = Math.floor(lanes.length / sorted.length) + (place < rest ? 1 : 0);
    spare = (spare + rest) % sorted.length;
    const ours = lanes.filter((lane) => leases.get(lane) === me);
    give.push(...ours.slice(part));
    take.push(...lanes.filter((lane) => !leases.has(lane)).slice(0, Math.max(0, part - ours.length)));
  }
  return { give, take };
}
