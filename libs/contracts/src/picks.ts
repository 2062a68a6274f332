import type { EventOf, EventType } from './generated/events.js';

type Whole = string | number | bigint | boolean | Uint8Array | readonly unknown[];

/** Which fields of a record are read: all of one, or some of the record that it is. */
export type Picks<Value> = { readonly [Field in keyof Value]?: NonNullable<Value[Field]> extends Whole ? true : true | Picks<NonNullable<Value[Field]>> };

/** Of each type of event the fields that are read; of a type that is not named, all. What a contract does not have does not compile. */
export type EventPicks = { readonly [Type in EventType]?: Picks<Omit<EventOf<Type>, 'type' | 'meta'>> };

type PickedField<Value, Chosen> = Chosen extends true ? Value : Picked<NonNullable<Value>, Chosen> | Extract<Value, null>;

/** A value with the fields that were picked. */
export type Picked<Value, Chosen> = { readonly [Field in keyof Value & keyof Chosen]: PickedField<Value[Field], Chosen[Field]> };

/** Of an event's metadata what tells repeats from news, and a decision from others. */
export interface LinkMeta {
  readonly link: string;
  readonly number: number;
  readonly cause: { readonly offset: number } | null;
}

/** An event as who picks fields is given it: it may hold more than was picked, never less. */
export type PickedEvent<Chosen extends EventPicks, Type extends EventType = EventType> = {
  [Each in Type]: Each extends keyof Chosen ? { readonly type: Each; readonly meta: LinkMeta } & Picked<EventOf<Each>, Chosen[Each]> : EventOf<Each>;
}[Type];
