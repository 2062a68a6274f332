import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { wantedScopes } from '../access/api-key.guard.js';
import type { Scope } from '../access/scopes.js';
import { descriptionKey, undescribedKey } from './describe.js';
import type { RouteDescription } from './describe.js';

/** Who may call a route: API keys with one of the scopes, customers' devices, or anybody. */
export interface Callers {
  readonly scopes: readonly Scope[];
  readonly devices: boolean;
}

export interface Route {
  readonly method: string;
  /** With `{names}`, from the root: `/ingest/v1/api-keys/{keyId}`. */
  readonly path: string;
  /** Such as `MessagesController.send`. */
  readonly handler: string;
  readonly status: number;
  readonly callers: Callers;
  readonly description: RouteDescription | null;
  /** Why it needs none. */
  readonly undescribed: string | null;
}

/** Under which a route's metadata says that it is open to customers' devices: with the scope that opens it to API keys too, or null. */
export const devicesKey = 'parley:open-to';

/** Every route of these controllers, as Nest has them. */
export function routesOf(controllers: readonly Type<unknown>[]): readonly Route[] {
  return controllers.flatMap((controller) => {
    const prefixes = texts(Reflect.getMetadata('path', controller));
    return handlersOf(controller).flatMap(([name, handler]) => {
      const paths = texts(Reflect.getMetadata('path', handler));
      return prefixes.flatMap((prefix) => paths.map((path) => routeOf(controller, name, handler, joined(prefix, path))));
    });
  });
}

/** Methods with a route; getters are not asked, since there is no instance. */
function handlersOf({ prototype }: Type<unknown>): readonly (readonly [name: string, handler: object])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype as object)).flatMap(([name, { value }]: [string, PropertyDescriptor]): [string, object][] =>
    typeof value === 'function' && Reflect.hasMetadata('method', value) ? [[name, value as object]] : [],
  );
}

function routeOf(controller: Type<unknown>, name: string, handler: object, path: string): Route {
  const number = Reflect.getMetadata('method', handler) as RequestMethod;
  const method = RequestMethod[number]!;
  const said = <T>(key: string): T | null => (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller) ?? null) as T | null;
  const description = said<RouteDescription>(descriptionKey);
  const status = description?.status ?? (Reflect.getMetadata('__httpCode__', handler) as number | undefined) ?? (number === RequestMethod.POST ? 201 : 200);
  const callers = callersOf(said<readonly Scope[]>(wantedScopes), Reflect.getMetadata(devicesKey, handler) as Scope | null | undefined);
  return { method, path, handler: `${controller.name}.${name}`, status, callers, description, undescribed: said(undescribedKey) };
}

function callersOf(scopes: readonly Scope[] | null, devices: Scope | null | undefined): Callers {
  if (devices === undefined) return { scopes: scopes ?? [], devices: false };
  return { scopes: devices === null ? [] : [devices], devices: true };
}

function joined(prefix: string, path: string): string {
  const steps = `${prefix}/${path}`.split('/').filter((step) => step !== '');
  return `/${steps.map((step) => step.replace(/:(\w+)/, '{$1}')).join('/')}`;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [typeof value === 'string' ? value : ''];
}
