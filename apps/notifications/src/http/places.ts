import type { ParameterShape } from '@parley/contracts';
import type { FieldError } from '@parley/service';

/** Whether the body's places {{1}} to {{n}} are as many as the component `body` has kinds; what is wrong, or null. */
export function placesFault(body: string, parameters: readonly ParameterShape[]): FieldError | null {
  const places = new Set([...body.matchAll(/\{\{\s*(\d+)\s*\}\}/g)].map((match) => Number(match[1])));
  const kinds = parameters.find(({ component }) => component === 'body')?.kinds.length ?? 0;
  for (let place = 1; place <= places.size; place += 1) {
    if (!places.has(place)) return { path: 'body', hint: `numbers its places from {{1}} without a gap; {{${place}}} is missing` };
  }
  if (places.size === kinds) return null;
  return { path: 'parameters', hint: `the component "body" needs ${places.size} kinds, one per place in the text, such as {"component":"body","kinds":["text"]}; it has ${kinds}` };
}
