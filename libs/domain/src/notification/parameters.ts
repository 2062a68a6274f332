import type { ParameterShape } from '@parley/contracts';

/**
 * Compares the form of a request's parameters with a template's: the same components, and in each the same kinds in the same order. The order of
 * the components does not matter.
 *
 * @returns what differs, one sentence for the business, or null when they agree.
 */
export function mismatch(given: readonly ParameterShape[], expected: readonly ParameterShape[]): string | null {
  const givenKinds = kindsByComponent(given);
  const expectedKinds = kindsByComponent(expected);
  for (const component of new Set([...expectedKinds.keys(), ...givenKinds.keys()])) {
    const wanted = expectedKinds.get(component) ?? [];
    const got = givenKinds.get(component) ?? [];
    if (wanted.length !== got.length) return `The ${component} takes ${described(wanted)}, the request has ${described(got)}.`;
    const differing = wanted.findIndex((kind, index) => kind !== got[index]);
    if (differing >= 0) return `Parameter ${differing + 1} of the ${component} is a ${wanted[differing]}, the request has a ${got[differing]}.`;
  }
  return null;
}

function kindsByComponent(shapes: readonly ParameterShape[]): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map<string, readonly string[]>();
  for (const { component, kinds: more } of shapes) kinds.set(component, [...(kinds.get(component) ?? []), ...more]);
  return kinds;
}

function described(kinds: readonly string[]): string {
  if (kinds.length === 0) return 'no parameters';
  return `${kinds.length} parameter${kinds.length === 1 ? '' : 's'} (${kinds.join(', ')})`;
}
