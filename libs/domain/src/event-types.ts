import type { AnyEvent } from '@parley/contracts';

/** The types of a union of events, as a list. A type that is missing, or one too many, does not compile. */
export function typesOf<Event extends AnyEvent>(types: { readonly [Type in Event['type']]: true }): readonly Event['type'][] {
  return Object.keys(types) as Event['type'][];
}
