import type { Type } from '@nestjs/common';
import type { AnyTopology, TopicName } from '@parley/contracts';
import type { FindBusiness } from '../access/businesses.js';

/** A class, as TypeORM takes entities and migrations. */
export type Class = abstract new (...args: never[]) => object;

/** What a service is made of, as data, but for its module. */
export interface ServiceParts {
  /** Its schema in the database, its path prefix over HTTP and the first word of its slots' names. */
  readonly name: string;
  /** One line for the index at `/`. */
  readonly about: string;
  /** What its lanes run. */
  readonly topologies: readonly AnyTopology[];
  /** Topics its HTTP requests append to; none: it only answers questions. */
  readonly writes: readonly TopicName[];
  /** The integrators' topic that it takes requests from besides, what these append to, and what else its HTTP reads from the log. */
  readonly intake?: { readonly source: TopicName; readonly writes: readonly TopicName[]; readonly reads: readonly TopicName[] };
  /** Paths below which it reads requests' bodies itself, such as `/ingest/registry/`. */
  readonly ownBodies?: readonly string[];
  /** How its catalog is asked for a business, where its HTTP asks for the caller's: `Businesses` is provided then. */
  readonly findBusiness?: FindBusiness;
  readonly entities: readonly Class[];
  /** In order, after those that every service has (lanes, slots). */
  readonly migrations: readonly Class[];
}

/** A service: what its own process, or the platform's, is composed of. */
export interface ServiceDefinition extends ServiceParts {
  readonly module: Type<unknown>;
}
