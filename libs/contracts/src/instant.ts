/** A point in time: epoch milliseconds, UTC. Schemas allow 2009 to 2099. */
export type Instant = number;
