import { SetMetadata } from '@nestjs/common';
import type { ProblemKind } from '../http/problem.js';
import type { JsonSchema, Shape } from '../http/shape.js';

/** What a 2xx answer holds. */
export interface Answered {
  readonly about: string;
  /** Null: no body. */
  readonly body: { readonly schema: JsonSchema } | null;
  /** Where it is not application/json. */
  readonly type?: string;
}

/** What whoever calls a route has to know and the route itself does not say. Path, method, status, guard and scopes are read from it. */
export interface RouteDescription {
  /** One line. */
  readonly summary: string;
  readonly detail?: string;
  readonly body?: { readonly schema: JsonSchema };
  /** The media type of the body where it is not application/json. */
  readonly bodyType?: string;
  /** An object's shape, of which each field is a parameter. */
  readonly query?: { readonly schema: JsonSchema };
  /** Headers besides Authorization and Idempotency-Key. */
  readonly headers?: { readonly schema: JsonSchema };
  /** Shapes of parameters in the path; text where none is given. */
  readonly path?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  /** Whether it writes, and so takes an Idempotency-Key. */
  readonly writes?: boolean;
  /** Of the answer, where it is set while answering. */
  readonly status?: number;
  readonly answer: Answered;
  /** Refusals besides those that every route of its kind has. */
  readonly problems?: readonly ProblemKind[];
  /** How errors are told where it is not problem+json. */
  readonly errors?: { readonly type: string; readonly body: { readonly schema: JsonSchema } };
}

export const descriptionKey = 'parley:description';
export const undescribedKey = 'parley:undescribed';

/** Says what a route is for. Every route needs it, or `@Undescribed` with the reason. */
export const Describe = (description: RouteDescription) => SetMetadata(descriptionKey, description);

/** For a route that no caller is meant to know, such as the answer to unknown paths. */
export const Undescribed = (why: string) => SetMetadata(undescribedKey, why);

/** An answer with a body of this shape. */
export function answered(about: string, body: Shape<unknown> | { readonly schema: JsonSchema } | null, type?: string): Answered {
  return { about, body, ...(type === undefined ? {} : { type }) };
}
